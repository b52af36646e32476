using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;

namespace Hotline.Store.Sealing;

/// <summary>The key store: wrapped data keys in a database of their own.</summary>
internal sealed class KeyStore(NpgsqlDataSource source, MasterKey master, IIds ids, TimeProvider time)
{
    /// <summary>Whether any key was ever made here; then the master key must be the one that made it.</summary>
    public static async Task<bool> AnyKeys(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select exists (select 1 from hotline.data_keys)");
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    public async Task Check(CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "select exists (select 1 from hotline.data_keys where wrapped is not null and master_id <> $1)");
        command.Parameters.Add(new() { Value = master.Id });
        if (await command.ExecuteScalarAsync(cancel) is true)
            throw new StartRefusedException($"The master key (id {master.Id}) is not the one that the key store was made with.");
    }

    /// <summary>Makes keys and returns once they are durable.</summary>
    public async Task<IReadOnlyList<DataKey>> Make(int count, CancellationToken cancel)
    {
        var keys = Enumerable.Range(0, count)
            .Select(_ => new DataKey(ids.New(), RandomNumberGenerator.GetBytes(MasterKey.Bytes))).ToList();
        var wrapped = keys.Select(k => master.Wrap(k.Id, k.Secret)).ToList();
        await using var command = source.CreateCommand("""
            insert into hotline.data_keys (key_id, wrapped, nonce, master_id, made_at)
            select k, w, n, $4, $5 from unnest($1, $2, $3) as t(k, w, n)
            """);
        command.Parameters.Add(new() { Value = keys.Select(k => k.Id).ToArray() });
        foreach (var column in new[] { wrapped.Select(w => w.Wrapped), wrapped.Select(w => w.Nonce) })
            command.Parameters.Add(new() { Value = column.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new() { Value = master.Id });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancel);
        return keys;
    }

    /// <summary>The keys that are there: null marks an erased one; one that was never here is missing from the answer.</summary>
    public async Task<Dictionary<Guid, DataKey?>> Read(IEnumerable<Guid> keyIds, CancellationToken cancel)
    {
        var wanted = keyIds.Distinct().ToArray();
        var found = new Dictionary<Guid, DataKey?>();
        if (wanted.Length == 0) return found;
        await using var command = source.CreateCommand("select key_id, nonce, wrapped from hotline.data_keys where key_id = any($1)");
        command.Parameters.Add(new() { Value = wanted });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var id = reader.GetGuid(0);
            found[id] = await reader.IsDBNullAsync(2, cancel)
                ? null
                : new(id, master.Unwrap(id, reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        }
        return found;
    }

    public async Task Destroy(Guid[] keyIds, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "update hotline.data_keys set wrapped = null, erased_at = $2 where key_id = any($1) and wrapped is not null");
        command.Parameters.Add(new() { Value = keyIds });
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
