using Npgsql;
using NpgsqlTypes;

namespace Hotline.Benchmarks;

/// <summary>The least that .NET can do: the caller's own connection and one prepared statement, no store around it.</summary>
internal sealed class PlainNpgsql : IAsyncDisposable
{
    private const string Insert = "insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, user_name) "
        + "select nextval('mt_events_sequence'), $2, id, ";

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand begin, grow;

    private PlainNpgsql(NpgsqlConnection connection)
    {
        this.connection = connection;
        begin = Command("with s as (insert into mt_streams (id, type, version, timestamp, created) values ($1, 'case', 1, $4, $4) returning id) "
            + $"{Insert}1, $3, 'report_accepted', $4, $5, 'duty' from s", NpgsqlDbType.Uuid, NpgsqlDbType.Uuid, NpgsqlDbType.Jsonb,
            NpgsqlDbType.TimestampTz, NpgsqlDbType.Text);
        grow = Command("with s as (update mt_streams set version = version + 1, timestamp = $4 where id = $1 and version = $6 returning id, version) "
            + $"{Insert}version, $3, 'noted', $4, $5, 'duty' from s", NpgsqlDbType.Uuid, NpgsqlDbType.Uuid, NpgsqlDbType.Jsonb,
            NpgsqlDbType.TimestampTz, NpgsqlDbType.Text, NpgsqlDbType.Bigint);
    }

    public static async Task<PlainNpgsql> Open(NpgsqlDataSource source)
    {
        var plain = new PlainNpgsql(await source.OpenConnectionAsync());
        await plain.begin.PrepareAsync();
        await plain.grow.PrepareAsync();
        return plain;
    }

    public async Task Begin(string data, DateTimeOffset at)
    {
        Fill(begin, Guid.CreateVersion7(), Guid.CreateVersion7(), data, at, Guid.CreateVersion7().ToString());
        if (await begin.ExecuteNonQueryAsync() != 1) throw new InvalidOperationException("No stream began.");
    }

    /// <returns>False when the version had moved.</returns>
    public async Task<bool> Grow(Guid stream, long expected, string data, DateTimeOffset at)
    {
        Fill(grow, stream, Guid.CreateVersion7(), data, at, Guid.CreateVersion7().ToString(), expected);
        return await grow.ExecuteNonQueryAsync() == 1;
    }

    private NpgsqlCommand Command(string sql, params NpgsqlDbType[] types)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var type in types) command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        return command;
    }

    private static void Fill(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    public async ValueTask DisposeAsync()
    {
        await begin.DisposeAsync();
        await grow.DisposeAsync();
        await connection.DisposeAsync();
    }
}
