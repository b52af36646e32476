using Npgsql;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>Reads events in sequence order so that each is seen exactly once, whoever commits when.</summary>
/// <remarks>
/// Numbers are drawn before the commit, so a number may be missing because its transaction still runs or because it rolled
/// back. nextval takes a lock on the sequence that its transaction keeps to the end. At a gap the tail notes everybody who
/// holds that lock; once all of them are gone, whatever a fresh read below the noted horizon does not show is dead. Commits
/// become visible before locks are let go, so nobody is missed; writers who are not ours draw numbers the same way.
/// </remarks>
internal sealed class GapProofTail(NpgsqlDataSource source)
{
    private readonly Lock _lock = new();
    private volatile bool _checked;
    private Watch? _watch;
    private long _settled;

    /// <summary>Those who held the lock when everything up to <paramref name="Horizon"/> had been drawn.</summary>
    private sealed record Watch(long Horizon, string[] Holders);

    private const string HoldsSequence =
        "from pg_locks where locktype = 'relation' and mode = 'RowExclusiveLock' "
        + "and relation = 'public.mt_events_sequence'::regclass "
        + "and database = (select oid from pg_database where datname = current_database())";

    /// <summary>A cached number is drawn without a lock: the tail could not see who still owes it.</summary>
    public async Task CheckSequence(CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "select seqcache from pg_sequence where seqrelid = 'public.mt_events_sequence'::regclass");
        var cache = await command.ExecuteScalarAsync(cancel);
        if (cache is not 1L)
            throw new InvalidOperationException($"mt_events_sequence has CACHE {cache}: the tail could lose events. Set it to 1.");
        _checked = true;
    }

    public async Task<TailBatch> Read(long after, int limit, CancellationToken cancel)
    {
        if (!_checked) await CheckSequence(cancel);
        await using var connection = await source.OpenConnectionAsync(cancel);
        // What is settled must be known before the read: only a read that begins afterwards may pass over gaps.
        var settled = Settled();
        var safe = UpToGap(await Events(connection, after, limit, cancel), after, settled);
        if (safe.Batch.Events.Count > 0 || !safe.Gap) return safe.Batch;
        settled = await Settle(connection, cancel);
        return UpToGap(await Events(connection, after, limit, cancel), after, settled).Batch;
    }

    private long Settled()
    {
        lock (_lock) return _settled;
    }

    private static (TailBatch Batch, bool Gap) UpToGap(IReadOnlyList<StoredEvent> events, long after, long settled)
    {
        var position = after;
        var count = 0;
        while (count < events.Count && (events[count].Seq == position + 1 || events[count].Seq <= settled))
            position = events[count++].Seq;
        var all = count == events.Count;
        return (new TailBatch(all ? events : [.. events.Take(count)], position), !all);
    }

    private static async Task<IReadOnlyList<StoredEvent>> Events(
        NpgsqlConnection connection, long after, int limit, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(EventRows.Select + "where e.seq_id > $1 order by e.seq_id limit $2", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await EventRows.All(reader, cancel);
    }

    /// <summary>Up to where gaps are final now. Begins a watch where there is none.</summary>
    private async Task<long> Settle(NpgsqlConnection connection, CancellationToken cancel)
    {
        Watch? watch;
        lock (_lock) watch = _watch;
        if (watch is not null && await AnyLeft(connection, watch, cancel)) return Settled();
        if (watch is not null) Finish(watch);
        // Horizon first, holders second: a number below the horizon was drawn before we ask who holds the lock.
        var next = await Note(connection, cancel);
        if (next.Holders.Length == 0) Finish(next);
        else lock (_lock) _watch ??= next;
        return Settled();
    }

    private void Finish(Watch watch)
    {
        lock (_lock)
        {
            _settled = Math.Max(_settled, watch.Horizon);
            if (ReferenceEquals(_watch, watch)) _watch = null;
        }
    }

    private static async Task<Watch> Note(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select coalesce(max(seq_id), 0) from public.mt_events"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select distinct virtualtransaction {HoldsSequence}"));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        var horizon = reader.GetInt64(0);
        await reader.NextResultAsync(cancel);
        var holders = new List<string>();
        while (await reader.ReadAsync(cancel)) holders.Add(reader.GetString(0));
        return new(horizon, [.. holders]);
    }

    /// <summary>A prepared transaction changes the name under which it holds its locks ("-1/…"), so any such holder counts.</summary>
    private static async Task<bool> AnyLeft(NpgsqlConnection connection, Watch watch, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"select exists(select 1 {HoldsSequence} and (virtualtransaction = any($1) or virtualtransaction like '-1/%'))", connection);
        command.Parameters.Add(new NpgsqlParameter<string[]>
        {
            TypedValue = watch.Holders,
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
        });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
