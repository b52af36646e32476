using System.Collections.Concurrent;
using System.Diagnostics;
using Hotline.Store;
using Npgsql;

namespace Hotline.Benchmarks;

/// <summary>Appends by N callers at once: the store plain and grouped, against pgbench committing the same rows with N clients
/// and against a bare Npgsql statement. Contestants take turns within a round, and ratios are taken round by round.</summary>
internal sealed class AppendRows(NpgsqlDataSource source, Pgbench? pgbench, double seconds, int rounds)
{
    private const int Streams = 20_000;
    private static readonly string Report = $$"""{"text": "{{new string('x', 1000)}}"}""";
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero);

    private const string Columns = "insert into mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, user_name) "
        + "select nextval('mt_events_sequence'), gen_random_uuid(), ";

    /// <summary>One bare event row that begins a stream, as pgbench commits it.</summary>
    public static readonly string BeginScript =
        "with s as (insert into mt_streams (id, type, version, timestamp, created) values "
        + "(gen_random_uuid(), 'case', 1, '2026-11-21', '2026-11-21') returning id) "
        + $"{Columns}id, 1, '{Report}', 'report_accepted', '2026-11-21', id::text, 'duty' from s;";

    private const string GrowScript = "\\set n random(1, 20000)\n"
        + "with s as (update mt_streams set version = version + 1, timestamp = '2026-11-21' "
        + "where id = ('00000000-0000-0000-0000-' || lpad(to_hex(:n::int), 12, '0'))::uuid returning id, version) "
        + $$"""{{Columns}}id, version, '{"n": 1}', 'noted', '2026-11-21', id::text, 'duty' from s;""";

    private sealed record Kind(string Name, string Script, Func<PostgresStore, int, Task> Ours, Func<PlainNpgsql, int, Task> Bare);

    private static readonly Kind Begins = new("begins a stream, ~1 KB", BeginScript, (store, _) => Begin(store), (bare, _) => bare.Begin(Report, At));
    private static readonly Kind Grows = new("small, expected version", GrowScript, Grow, Grow);

    private sealed record Round(Figure Limit, Figure Bare, Figure Plain, Figure Grouped);

    public async Task Print()
    {
        await using (var fill = source.CreateCommand("insert into mt_streams (id, type, version) select "
            + "('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid, 'case', 1 from generate_series(1, 40000) as n"))
            await fill.ExecuteNonQueryAsync();
        var table = new Table("append", "callers", "pgbench /s", "plain Npgsql", "ours plain", "ours grouped", "budget",
            "p50 ms: Npgsql", "ours", "budget", "p99 ms: pgbench", "grouped", "budget");
        foreach (var kind in new[] { Begins, Grows })
            foreach (var clients in new[] { 1, 8, 32, 64 }) Row(table, kind, clients, await Measure(kind, clients, _ => true));
        table.Print();
        await Run("alter system set commit_delay = 2000", "alter system set commit_siblings = 0", "select pg_reload_conf()");
        var slow = new Table("append, each flush 2 ms later", "callers", "plain Npgsql /s", "ours plain", "ours grouped", "budget");
        foreach (var kind in new[] { Begins, Grows })
            foreach (var clients in new[] { 1, 8, 32, 64 })
            {
                var all = await Measure(kind, clients, contestant => contestant != 0);
                slow.Add(kind.Name, clients, $"{Figure.Middle(all.Select(r => r.Bare.Rate)):0}", Ratio(all, r => r.Plain.Rate / r.Bare.Rate),
                    Ratio(all, r => r.Grouped.Rate / r.Bare.Rate), clients == 64 ? "≥ 0.95" : "");
            }
        await Run("alter system reset commit_delay", "alter system reset commit_siblings", "select pg_reload_conf()");
        slow.Print();
    }

    private static void Row(Table table, Kind kind, int clients, List<Round> all)
    {
        var budget = (kind == Begins, clients) switch
        {
            (true, 8) => "≥ 0.6", (true, 32) => "≥ 0.75", (_, 64) => "≥ 1.5", (false, 8) => "≥ 0.55", (false, 32) => "≥ 0.95", _ => "",
        };
        table.Add(kind.Name, clients, $"{Figure.Middle(all.Select(r => r.Limit.Rate)):0}", Ratio(all, r => r.Bare.Rate / r.Limit.Rate),
            Ratio(all, r => r.Plain.Rate / r.Limit.Rate), Ratio(all, r => r.Grouped.Rate / r.Limit.Rate), budget,
            clients == 1 ? $"{Figure.Middle(all.Select(r => r.Bare.P50)):0.00}" : "",
            clients == 1 ? Ratio(all, r => r.Grouped.P50 / r.Bare.P50) : "", clients == 1 ? "≤ 1.2" : "",
            $"{Figure.Middle(all.Select(r => r.Limit.P99)):0.0}", Ratio(all, r => r.Grouped.P99 / r.Limit.P99), clients == 64 ? "≤ 0.5" : "");
    }

    private static string Ratio(IEnumerable<Round> rounds, Func<Round, double> of) => $"{Figure.Middle(rounds.Select(of)):0.00} ×";

    private async Task<List<Round>> Measure(Kind kind, int clients, Func<int, bool> takesPart)
    {
        await using var stores = new Contestants(source, kind, clients);
        await stores.Prepare();
        var nobody = new Figure(double.NaN, double.NaN, double.NaN);
        var all = new List<Round>();
        for (var round = 0; round < rounds; round++)
        {
            var figures = new Figure[4];
            // Whoever begins a round is not always the same.
            foreach (var who in Enumerable.Range(0, 4).Select(i => (i + round) % 4))
                figures[who] = !takesPart(who) ? nobody
                    : who > 0 ? await stores.Run(who, TimeSpan.FromSeconds(seconds))
                    : pgbench is null ? nobody : await pgbench.Run(kind.Script, clients, (int)Math.Max(1, seconds));
            all.Add(new(figures[0], figures[1], figures[2], figures[3]));
        }
        return all;
    }

    /// <summary>The three of .NET: bare statement, plain store, grouped store. Connections stay open between turns.</summary>
    private sealed class Contestants(NpgsqlDataSource source, Kind kind, int clients) : IAsyncDisposable
    {
        private readonly List<PlainNpgsql> bare = [];
        private readonly PostgresStore plain = new(source, TimeProvider.System);
        private readonly PostgresStore grouped = new(source, TimeProvider.System, grouped: true);

        /// <summary>Connections opened and statements prepared before the watch runs.</summary>
        public async Task Prepare()
        {
            for (var i = 0; i < clients; i++) bare.Add(await PlainNpgsql.Open(source));
            for (var who = 1; who < 4; who++) await Run(who, TimeSpan.FromSeconds(0.4));
        }

        public async Task<Figure> Run(int who, TimeSpan length)
        {
            var took = new ConcurrentBag<double>();
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => Loop(c, who switch
            {
                1 => pick => kind.Bare(bare[c], pick),
                2 => pick => kind.Ours(plain, pick),
                _ => pick => kind.Ours(grouped, pick),
            }))));
            return Figure.Of(took.Count / clock.Elapsed.TotalSeconds, [.. took]);

            async Task Loop(int client, Func<int, Task> append)
            {
                var dice = new Random(client + (who * 1000));
                while (clock.Elapsed < length)
                {
                    Interruption.Heed();
                    var began = clock.Elapsed;
                    // Each caller has streams of its own, so that no conflict is measured.
                    await append((dice.Next(Streams / clients) * clients) + client);
                    took.Add((clock.Elapsed - began).TotalMilliseconds);
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in bare) await one.DisposeAsync();
        }
    }

    private static async Task Begin(PostgresStore store) =>
        Done(await store.Append(Command(new(Guid.CreateVersion7(), "case", 0, [new(Guid.CreateVersion7(), "report_accepted", Report)]))));

    private static readonly ConcurrentDictionary<int, long> Versions = [];

    /// <summary>Behind those that pgbench moves, so that the version we know is the version there is.</summary>
    private static Guid Id(int pick)
    {
        var n = pick + 1 + Streams;
        return new(0, 0, 0, 0, 0, 0, 0, (byte)(n >> 24), (byte)(n >> 16), (byte)(n >> 8), (byte)n);
    }

    private static async Task Grow(PostgresStore store, int pick)
    {
        var version = Versions.GetValueOrDefault(pick, 1);
        Done(await store.Append(Command(new(Id(pick), "case", version, [new(Guid.CreateVersion7(), "noted", """{"n": 1}""")]))));
        Versions[pick] = version + 1;
    }

    private static async Task Grow(PlainNpgsql bare, int pick)
    {
        var version = Versions.GetValueOrDefault(pick, 1);
        if (!await bare.Grow(Id(pick), version, """{"n": 1}""", At)) throw new InvalidOperationException("The version had moved.");
        Versions[pick] = version + 1;
    }

    private static StoreCommand Command(StreamWrite write) =>
        new() { Id = Guid.CreateVersion7(), At = At, UserName = "duty", Streams = [write] };

    private static void Done(Appended end)
    {
        if (end is not Appended.Done) throw new InvalidOperationException($"{end}");
    }

    private async Task Run(params string[] statements)
    {
        foreach (var statement in statements)
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}
