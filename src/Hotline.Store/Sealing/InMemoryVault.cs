using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Store.Sealing;

/// <summary>The vault's twin for simulations: remembers instead of enciphering, takes its salt from the seed's ids. Its rows
/// have the shape of the real ones and hold nothing.</summary>
public sealed class InMemoryVault(IIds ids) : IVault
{
    private readonly ConcurrentDictionary<Guid, (Guid Owner, string? Text)> _values = new();

    public Task<(IReadOnlyList<SealedRef> Refs, IReadOnlyList<RowChange> Rows)> Seal(
        IReadOnlyList<ToSeal> values, CancellationToken cancel = default)
    {
        var (refs, rows) = (new List<SealedRef>(), new List<RowChange>());
        foreach (var what in values)
        {
            var id = ids.New();
            _values[id] = (what.Owner, what.Plaintext);
            byte[] salted = [.. ids.New().ToByteArray(), .. ids.New().ToByteArray(), .. Encoding.UTF8.GetBytes(what.Plaintext)];
            refs.Add(new(id, Convert.ToHexStringLower(SHA256.HashData(salted))));
            rows.Add(new SealedValue(id, what.Owner, what.SensitivityClass, Guid.Empty, [], []).Row);
        }
        return Task.FromResult<(IReadOnlyList<SealedRef>, IReadOnlyList<RowChange>)>((refs, rows));
    }

    public Task<IReadOnlyDictionary<Guid, string?>> Open(IReadOnlyCollection<Guid> valueIds, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyDictionary<Guid, string?>>(
            valueIds.Where(_values.ContainsKey).ToDictionary(id => id, id => _values[id].Text));

    public void Erase(Guid owner)
    {
        foreach (var (id, value) in _values)
        {
            if (value.Owner == owner) _values[id] = (owner, null);
        }
    }
}
