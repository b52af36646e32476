using System.Diagnostics;
using Hotline.Store;
using Npgsql;

namespace Hotline.Benchmarks;

/// <summary>How fast the tail reads what is there, against a bare COPY of the same columns; and how soon it sees an append.</summary>
internal static class TailRows
{
    private const int BatchEvents = 1_000;
    private const int EventsMax = 200_000;
    private const int Appends = 500;

    public static async Task Print(NpgsqlDataSource source)
    {
        var store = new PostgresStore(source, TimeProvider.System);
        // Five events a stream, streams in the order of their ids, as time-ordered ids make them.
        await using (var fill = source.CreateCommand("with s as (insert into mt_streams (id, type, version) "
            + $"select ('11111111-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'case', 5 from generate_series(1, {EventsMax / 5}) as n "
            + "returning id) insert into mt_events (seq_id, id, stream_id, version, data, type) "
            + """select nextval('mt_events_sequence'), gen_random_uuid(), id, v, '{"n": 1}', 'noted' from s, generate_series(1, 5) as v"""))
            await fill.ExecuteNonQueryAsync();
        var start = await Scalar(source, $"select max(seq_id) - {EventsMax} from mt_events");
        var limit = await Copy(source, start);
        var ours = await Tail(store, start);
        var table = new Table("tail", "ours", "limit", "budget");
        table.Add($"reads {EventsMax} small events by {BatchEvents}: events/s", $"{ours:0} ({ours / limit:0.00} ×)", $"{limit:0} by COPY", "≥ 60000");
        var delays = await Delays(source, store, rolledBackBefore: false);
        table.Add("append to its event in the tail: p50, p99 ms", $"{delays.P50:0.0}, {delays.P99:0.0}", "", "p50 ≤ 10");
        delays = await Delays(source, store, rolledBackBefore: true);
        table.Add("the same after an append that was rolled back", $"{delays.P50:0.0}, {delays.P99:0.0}", "", "≤ 200");
        table.Print();
    }

    private static async Task<double> Tail(PostgresStore store, long after)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        while (await store.ReadTail(after, BatchEvents) is { Events.Count: > 0 } batch) (after, count) = (batch.Position, count + batch.Events.Count);
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> Copy(NpgsqlDataSource source, long after)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        await using var connection = await source.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryExportAsync(
            $"copy (select seq_id, id, stream_id, version, type, data from mt_events where seq_id > {after} order by seq_id) to stdout (format binary)");
        while (await copy.StartRowAsync() > 0)
        {
            for (var column = 0; column < 6; column++) await copy.SkipAsync();
            count++;
        }
        return count / clock.Elapsed.TotalSeconds;
    }

    /// <param name="rolledBackBefore">Somebody drew a number and gave up: the tail meets a gap that nobody fills.</param>
    private static async Task<Figure> Delays(NpgsqlDataSource source, PostgresStore store, bool rolledBackBefore)
    {
        var after = await Scalar(source, "select max(seq_id) from mt_events");
        var delays = new List<double>();
        for (var i = 0; i < Appends; i++)
        {
            var stream = Guid.CreateVersion7();
            if (rolledBackBefore) await Scalar(source, "select nextval('mt_events_sequence')");
            var clock = Stopwatch.StartNew();
            var seen = Task.Run(async () =>
            {
                while (true)
                {
                    var next = store.WaitForAppend(TimeSpan.FromSeconds(1));
                    var batch = await store.ReadTail(after, BatchEvents);
                    after = batch.Position;
                    if (batch.Events.Any(e => e.Stream == stream)) return clock.Elapsed.TotalMilliseconds;
                    await next;
                }
            });
            await store.Append(new StoreCommand
            {
                Id = Guid.CreateVersion7(),
                At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
                Streams = [new(stream, "case", 0, [new(Guid.CreateVersion7(), "noted", "{}")])],
            });
            delays.Add(await seen);
        }
        return Figure.Of(1000 / delays.Average(), [.. delays]);
    }

    private static async Task<long> Scalar(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
