using System.Collections.Concurrent;
using System.Diagnostics;
using Hotline.Store;
using Npgsql;

namespace Hotline.Benchmarks;

/// <summary>Appends by N callers at once, against pgbench committing the same rows with N clients.</summary>
internal static class AppendRows
{
    private const int Streams = 20_000;
    private static readonly int[] Clients = [1, 8, 32, 64];
    private static readonly string Report = $$"""{"text": "{{new string('x', 1000)}}"}""";
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero);

    private const string Columns = "insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, user_name) "
        + "select nextval('mt_events_sequence'), gen_random_uuid(), ";

    private static readonly string BeginScript =
        "with s as (insert into mt_streams (id, type, version, timestamp, created) values "
        + "(gen_random_uuid(), 'case', 1, '2026-11-21', '2026-11-21') returning id) "
        + $"{Columns}id, 1, '{Report}', 'report_accepted', '2026-11-21', id::text, 'duty' from s;";

    private const string GrowScript = "\\set n random(1, 20000)\n"
        + "with s as (update mt_streams set version = version + 1, timestamp = '2026-11-21' "
        + "where id = ('00000000-0000-0000-0000-' || lpad(to_hex(:n::int), 12, '0'))::uuid returning id, version) "
        + $$"""{{Columns}}id, version, '{"n": 1}', 'noted', '2026-11-21', id::text, 'duty' from s;""";

    public static async Task Print(NpgsqlDataSource source, Pgbench? pgbench, int seconds, int rounds)
    {
        await using (var fill = source.CreateCommand("insert into mt_streams (id, type, version) select "
            + "('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 'case', 1 from generate_series(1, 20000) as n"))
            await fill.ExecuteNonQueryAsync();
        Console.WriteLine("| append | clients | ours /s | p50 ms | p99 ms | pgbench /s | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var clients in Clients) await Row("begins a stream, ~1 KB", clients, BeginScript, Begin);
        foreach (var clients in Clients) await Row("small, expected version", clients, GrowScript, Grow);
        Console.WriteLine();

        async Task Row(string name, int clients, string script, Func<PostgresStore, int, int, Task> append)
        {
            var (ours, limit) = (new List<(double Rate, double P50, double P99)>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                if (pgbench is not null) limit.Add(await pgbench.Run(script, clients, seconds));
                ours.Add(await Measure(source, clients, seconds, append));
            }
            var middle = ours.Order().ElementAt(rounds / 2);
            var tps = limit.Count > 0 ? limit.Order().ElementAt(rounds / 2) : double.NaN;
            Console.WriteLine($"| {name} | {clients} | {middle.Rate:0} | {middle.P50:0.0} | {middle.P99:0.0} | {tps:0} | {middle.Rate / tps:0.00} |");
        }
    }

    private static async Task<(double, double, double)> Measure(
        NpgsqlDataSource source, int clients, int seconds, Func<PostgresStore, int, int, Task> append)
    {
        var store = new PostgresStore(source, TimeProvider.System);
        // Connections opened and statements prepared before the watch runs.
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Loop(store, c, clients, TimeSpan.FromSeconds(0.5), append, [])));
        var took = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Loop(store, c, clients, TimeSpan.FromSeconds(seconds), append, took)));
        var rate = took.Count / clock.Elapsed.TotalSeconds;
        double[] sorted = [.. took.Order()];
        return (rate, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)]);
    }

    private static Task Loop(PostgresStore store, int client, int clients, TimeSpan length,
        Func<PostgresStore, int, int, Task> append, ConcurrentBag<double> took) => Task.Run(async () =>
    {
        var clock = Stopwatch.StartNew();
        var dice = new Random(client);
        while (clock.Elapsed < length)
        {
            var began = clock.Elapsed;
            // Each caller has streams of its own, so that no conflict is measured.
            await append(store, client, dice.Next(Streams / clients) * clients + client);
            took.Add((clock.Elapsed - began).TotalMilliseconds);
        }
    });

    private static async Task Begin(PostgresStore store, int client, int pick) =>
        Done(await store.Append(Command(new(Guid.CreateVersion7(), "case", 0, [new(Guid.CreateVersion7(), "report_accepted", Report)]))));

    private static readonly ConcurrentDictionary<int, long> Versions = [];

    private static async Task Grow(PostgresStore store, int client, int pick)
    {
        var id = new Guid(0, 0, 0, 0, 0, 0, 0, (byte)(pick + 1 >> 24), (byte)(pick + 1 >> 16), (byte)(pick + 1 >> 8), (byte)(pick + 1));
        var version = Versions.GetValueOrDefault(pick, 1);
        var end = await store.Append(Command(new(id, "case", version, [new(Guid.CreateVersion7(), "noted", """{"n": 1}""")])));
        if (end is Appended.VersionMoved { Actual: var actual }) Versions[pick] = actual;
        else Versions[pick] = version + (Done(end) ? 1 : 0);
    }

    private static StoreCommand Command(StreamWrite write) =>
        new() { Id = Guid.CreateVersion7(), At = At, UserName = "duty", Streams = [write] };

    private static bool Done(Appended end) => end is Appended.Done ? true : throw new InvalidOperationException($"{end}");
}
