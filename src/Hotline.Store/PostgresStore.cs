using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>The event store on PostgreSQL, in Marten's tables.</summary>
public sealed partial class PostgresStore : IEventStore
{
    public static readonly TimeSpan SettleWithin = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource source;
    private readonly TimeProvider time;
    private readonly Signal _signal;
    private readonly GapProofTail _tail;
    private readonly Settlement _settlement;
    private readonly AppendQueue? _queue;

    /// <param name="source">The store's own connections, from <see cref="StoreConnections.Open"/>: it fixes how they plan and prepare.</param>
    /// <param name="time">Machine time: waits between tries. Leases are judged by the database's clock.</param>
    /// <param name="settleWithin">How long an append whose answer was lost is looked up before it ends as unknown.</param>
    /// <param name="grouped">Commands that arrive while others commit share a statement and a commit.</param>
    public PostgresStore(NpgsqlDataSource source, TimeProvider time, TimeSpan? settleWithin = null, bool grouped = false)
    {
        (this.source, this.time) = (source, time);
        _signal = new(time);
        _tail = new(source);
        _settlement = new(source, time, settleWithin ?? SettleWithin);
        _queue = grouped ? new(time, Together) : null;
    }

    /// <summary>Refuses a database on which the store would not be safe. The server calls it before it takes traffic.</summary>
    public async Task Check(CancellationToken cancel = default)
    {
        await _tail.CheckSequence(cancel);
        await using var command = source.CreateCommand("select current_setting('synchronous_commit')");
        var flush = (string?)await command.ExecuteScalarAsync(cancel);
        if (flush is "off" or "local")
            throw new InvalidOperationException($"synchronous_commit is {flush}: an acknowledged report could be lost in a crash.");
    }

    public async Task<IReadOnlyList<StoredEvent>> Read(Guid stream, long afterVersion = 0, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            EventRows.Select + "where e.stream_id = $1 and e.version > $2 order by e.version");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterVersion, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await EventRows.All(reader, cancel);
    }

    public async Task<IReadOnlyList<StoredEvent>> ReadMany(IReadOnlyCollection<Guid> streams, CancellationToken cancel = default)
    {
        if (streams.Count == 0) return [];
        await using var command = source.CreateCommand(EventRows.Select + "where e.stream_id = any($1) order by e.stream_id, e.version");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. streams] });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await EventRows.All(reader, cancel);
    }

    public Task<TailBatch> ReadTail(long afterSeq, int limit, CancellationToken cancel = default) =>
        _tail.Read(afterSeq, limit, cancel);

    public async Task<long> ReadProgress(string name, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("select last_seq_id from public.mt_event_progression where name = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await command.ExecuteScalarAsync(cancel) is long seq ? seq : 0;
    }

    public async Task SaveProgress(string name, long seq, IReadOnlyCollection<RowChange> rows, CancellationToken cancel = default)
    {
        if (rows.Any(r => r.Op == RowOp.Claim)) throw new ArgumentException("A reader of the tail claims nothing.");
        await using var connection = await source.OpenConnectionAsync(cancel);
        // A batch between two syncs is one transaction; it needs no BEGIN and no second round trip.
        await using var batch = new NpgsqlBatch(connection);
        foreach (var group in RowSql.Groups(CommandShape.Net(rows)))
        {
            var write = new Sql();
            batch.BatchCommands.Add(write.Add(RowSql.Write(write, group, "true")).Command());
        }
        var sql = new Sql();
        batch.BatchCommands.Add(sql.Add("insert into public.mt_event_progression (name, last_seq_id, last_updated) values "
            + $"({sql.Text(name)}, {sql.Bigint(seq)}, {sql.Moment(time.GetUtcNow())}) "
            + "on conflict (name) do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated").Command());
        await batch.ExecuteNonQueryAsync(cancel);
    }

    public Task WaitForAppend(TimeSpan atMost, CancellationToken cancel = default) => _signal.Wait(atMost, cancel);

    public void Wake() => _signal.Set();

    /// <summary>This process committed something: the moment to tell others. A peer's "look again" (<see cref="Wake"/>) is not
    /// one, or two nodes would wake each other for ever.</summary>
    public event Action? Committed;

    private void Tell()
    {
        _signal.Set();
        Committed?.Invoke();
    }
}

/// <summary>How events are read, by stream and by sequence alike.</summary>
internal static class EventRows
{
    public const string Select =
        "select e.seq_id, e.id, e.stream_id, s.type, e.version, e.type, e.data, e.timestamp, e.user_name, e.correlation_id, "
        + "e.causation_id from public.mt_events as e left join public.mt_streams as s on s.id = e.stream_id ";

    public static async Task<IReadOnlyList<StoredEvent>> All(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var events = new List<StoredEvent>();
        while (await reader.ReadAsync(cancel)) events.Add(One(reader));
        return events;
    }

    private static StoredEvent One(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetGuid(1), row.GetGuid(2), Text(row, 3), row.GetInt64(4), row.GetString(5), row.GetString(6),
        row.GetFieldValue<DateTimeOffset>(7), Text(row, 8), Text(row, 9), Text(row, 10));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
