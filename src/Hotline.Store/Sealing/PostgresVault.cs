using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hotline.Store.Sealing;

/// <summary>The vault on PostgreSQL. A data key comes to its owner by the sealed row that names it: the key was durable
/// before, so the append's own commit is the only one. Two first seals of one owner at once may take two keys; each row
/// names its own, later seals use whichever is found, and erasing the owner destroys both. Keys are never cached: an erasure
/// on one node holds at once on all.</summary>
public sealed partial class PostgresVault : IVault, IDisposable
{
    private readonly NpgsqlDataSource _main;
    private readonly KeyStore _keys;
    private readonly KeyPool _pool;
    private readonly IIds _ids;
    private readonly ILogger _log;

    public PostgresVault(
        NpgsqlDataSource main, NpgsqlDataSource keys, MasterKey master, IIds ids, TimeProvider time, ILogger log)
    {
        (_main, _ids, _log) = (main, ids, log);
        _keys = new(keys, master, ids, time);
        _pool = new(_keys);
    }

    /// <summary>The table that sealed values are written to, as part of the append.</summary>
    public static RowSet RowSet => SealedValue.Rows;

    /// <summary>Whether the key store holds keys; then a missing master key must not be replaced by a new one.</summary>
    public static Task<bool> AnyKeys(NpgsqlDataSource keys, CancellationToken cancel = default) =>
        KeyStore.AnyKeys(keys, cancel);

    /// <summary>Refuses a master key that is not this key store's, and makes the first keys ahead.</summary>
    public async Task Prepare(CancellationToken cancel = default)
    {
        await _keys.Check(cancel);
        await _pool.Fill(cancel);
    }

    public async Task<(IReadOnlyList<SealedRef> Refs, IReadOnlyList<RowChange> Rows)> Seal(
        IReadOnlyList<ToSeal> values, CancellationToken cancel = default)
    {
        var (refs, rows) = (new List<SealedRef>(values.Count), new List<RowChange>(values.Count));
        if (values.Count == 0) return (refs, rows);
        var keys = await LivingKeys([.. values.Where(v => !v.FirstTime).Select(v => v.Owner).Distinct()], cancel);
        foreach (var what in values)
        {
            if (!keys.TryGetValue(what.Owner, out var key)) keys[what.Owner] = key = await _pool.Take(cancel);
            var (value, commitment) = SealedValue.Of(_ids.New(), what, key);
            refs.Add(new(value.Value, commitment));
            rows.Add(value.Row);
        }
        return (refs, rows);
    }

    public async Task<IReadOnlyDictionary<Guid, string?>> Open(
        IReadOnlyCollection<Guid> valueIds, CancellationToken cancel = default)
    {
        var opened = new Dictionary<Guid, string?>();
        if (valueIds.Count == 0) return opened;
        var values = await Read(valueIds, cancel);
        var keys = await _keys.Read(values.Select(v => v.Key), cancel);
        foreach (var value in values)
        {
            if (!keys.TryGetValue(value.Key, out var key)) KeyMissing(_log, value.Value, value.Key);
            opened[value.Value] = key is null ? null : value.Open(key.Secret);
        }
        return opened;
    }

    /// <summary>Destroys the owner's keys: what was sealed until now can never be read again, by anybody, while history and
    /// commitments stay. Backups of the key store forget with their own age.</summary>
    public async Task Erase(Guid owner, CancellationToken cancel = default) =>
        await _keys.Destroy([.. (await KeysOf([owner], cancel)).Select(k => k.Key)], cancel);

    /// <summary>One living key for each owner that has one. An erased owner gets a fresh key: what is told anew about a
    /// person must not vanish into a destroyed one.</summary>
    private async Task<Dictionary<Guid, DataKey>> LivingKeys(Guid[] owners, CancellationToken cancel)
    {
        if (owners.Length == 0) return [];
        var named = await KeysOf(owners, cancel);
        var keys = await _keys.Read(named.Select(n => n.Key), cancel);
        var living = new Dictionary<Guid, DataKey>();
        foreach (var (owner, key) in named)
        {
            if (keys.GetValueOrDefault(key) is { } found) living.TryAdd(owner, found);
        }
        return living;
    }

    private async Task<List<(Guid Owner, Guid Key)>> KeysOf(Guid[] owners, CancellationToken cancel)
    {
        var named = new List<(Guid, Guid)>();
        await using var command = _main.CreateCommand(
            "select distinct person_id, key_version from hotline.sealed where person_id = any($1) order by 1, 2");
        command.Parameters.Add(new() { Value = owners });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) named.Add((reader.GetGuid(0), reader.GetGuid(1)));
        return named;
    }

    private async Task<List<SealedValue>> Read(IReadOnlyCollection<Guid> valueIds, CancellationToken cancel)
    {
        var values = new List<SealedValue>(valueIds.Count);
        await using var command = _main.CreateCommand(
            "select value_id, person_id, class, key_version, nonce, ciphertext from hotline.sealed where value_id = any($1)");
        command.Parameters.Add(new() { Value = valueIds.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            values.Add(new(reader.GetGuid(0), reader.GetGuid(1), reader.GetInt64(2), reader.GetGuid(3),
                reader.GetFieldValue<byte[]>(4), reader.GetFieldValue<byte[]>(5)));
        }
        return values;
    }

    [LoggerMessage(2001, LogLevel.Error,
        "The key store does not know key {Key} of sealed value {Value}: is it the right one, restored in full?")]
    private static partial void KeyMissing(ILogger log, Guid value, Guid key);

    public void Dispose() => _pool.Dispose();
}
