using Npgsql;

namespace Hotline.Store.Tests;

/// <summary>Somebody else who writes the same tables in plain SQL, as Marten's quick append does: the number is drawn inside
/// the transaction that inserts the event. Commits when told to.</summary>
public sealed class ForeignWriter(NpgsqlConnection connection) : IAsyncDisposable
{
    private long _seq;

    public static async Task<ForeignWriter> Begin(NpgsqlDataSource source)
    {
        var writer = new ForeignWriter(await source.OpenConnectionAsync());
        // Losing a test's own commit in a crash harms nobody, and a thousand of them cost no flush.
        await writer.Run("begin; set local synchronous_commit = off");
        return writer;
    }

    public async Task Draw()
    {
        await using var command = new NpgsqlCommand("select nextval('public.mt_events_sequence')", connection);
        _seq = (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task Write(Guid stream, long version)
    {
        if (_seq == 0) await Draw();
        await Run($"""
            insert into mt_streams (id, type, version) values ('{stream}', 'foreign', {version})
                on conflict (id) do update set version = excluded.version;
            insert into mt_events (seq_id, id, stream_id, version, data, type)
                values ({_seq}, '{Guid.CreateVersion7()}', '{stream}', {version}, '{"{}"}', 'foreign_happened')
            """);
        _seq = 0;
    }

    public Task Commit() => Run("commit");

    public Task Rollback() => Run("rollback");

    public async Task Run(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
