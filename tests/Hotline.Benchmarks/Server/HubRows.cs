using System.Net;
using System.Net.Sockets;

namespace Hotline.Benchmarks.Server;

/// <summary>A thousand watchers of the board against a bare SignalR broadcast of as many messages.</summary>
internal static class HubRows
{
    private const int ChangesPerSecond = 50, Reports = 200, Clocks = 100_000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastBatch = TimeSpan.FromMilliseconds(500);

    private sealed record Round(Figure Seen, double Unwatched, double Watched, double Bare, double PerSecond);

    public static async Task Measure(ServerUnderLoad server)
    {
        var changed = await File(server);
        await server.Warm(8, caller => Change(server, changed[caller * 7].Number));
        var rounds = new List<Round>();
        await using (var watchers = await Watchers.Open(new Uri(server.City.Server, "/hubs/board"), await server.City.Token("duty")))
        {
            await watchers.Watch();
            await Changes(server, changed, watchers, WarmUp);
            for (var n = 0; n < server.Rounds; n++) rounds.Add(await Turn(server, changed, watchers));
            await Footprint(server);
        }
        await server.Quiet();

        string Middle(Func<Round, double> of, string format = "0.00") => Figure.Middle(rounds.Select(of)).ToString(format);
        server.Table.Add($"change sent → seen by each of {Watchers.Count} watchers, {ChangesPerSecond}/s", "",
            $"p50 {Middle(r => r.Seen.P50, "0")}, p99 {Middle(r => r.Seen.P99, "0")} ms ({Middle(r => r.Seen.Rate, "0")} seen)", "", "p99 ≤ 250 ms");
        server.Table.Add($"… CPU of the server, {Middle(r => r.PerSecond, "0.0")} messages/s to each, beyond the {Middle(r => r.Unwatched)} cores of the changes unwatched",
            $"{Middle(r => r.Bare)} cores", $"{Middle(r => r.Watched - r.Unwatched)} cores", $"{Middle(r => (r.Watched - r.Unwatched) / r.Bare, "0.0")} ×", "≤ 1.3 ×");
    }

    /// <summary>The changes themselves cost something too, so they happen once with everybody looking away.</summary>
    private static async Task<Round> Turn(ServerUnderLoad server, List<(string Number, string Id)> changed, Watchers watchers)
    {
        await watchers.LookAway();
        var unwatched = await Changes(server, changed, watchers, server.Length);
        await watchers.Watch();
        watchers.Forget();
        var watched = await Changes(server, changed, watchers, server.Length);
        var perSecond = Math.Max(1, watchers.MessagesEach / server.Seconds);
        var (seen, bytes) = (watchers.Delays, watchers.BytesOfAMessage);
        return new(seen, unwatched, watched, await Bare(server, perSecond, bytes), perSecond);
    }

    /// <summary>Reports that the changes happen to: numbers and ids.</summary>
    private static async Task<List<(string Number, string Id)>> File(ServerUnderLoad server)
    {
        var numbers = new HashSet<string>();
        for (var n = 0; n < Reports; n++)
            numbers.Add((await server.Load.Ask(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T4", n)))["reportNumber"]!.GetValue<string>());
        var ids = new List<(string, string)>();
        await using var ask = server.Database.CreateCommand("select number, id::text from hotline.files where kind = 'report' and number = any($1)");
        ask.Parameters.AddWithValue(numbers.ToArray());
        await using var reader = await ask.ExecuteReaderAsync();
        while (await reader.ReadAsync()) ids.Add((reader.GetString(0), reader.GetString(1)));
        return ids;
    }

    /// <returns>Cores that the server used.</returns>
    private static async Task<double> Changes(ServerUnderLoad server, List<(string Number, string Id)> changed, Watchers watchers, TimeSpan length)
    {
        var before = Processor.Seconds(server.City.ServerProcess);
        var turn = -1;
        await Load.Run(8, length, ChangesPerSecond, async _ =>
        {
            var (number, id) = changed[Interlocked.Increment(ref turn) % changed.Count];
            watchers.Sent(id);
            await Change(server, number);
        });
        await Task.Delay(LastBatch);
        return (Processor.Seconds(server.City.ServerProcess) - before) / length.TotalSeconds;
    }

    private static Task Change(ServerUnderLoad server, string number) =>
        server.Load.Send(HttpMethod.Post, $"/api/reports/{number}/messages", "duty", """{"kind":"Question","text":"基准"}""");

    private static async Task<double> Bare(ServerUnderLoad server, double perSecond, int bytes)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        using var bare = BareHub.Start(port, perSecond, bytes);
        try
        {
            await using var watchers = await Watchers.Open(new Uri($"http://127.0.0.1:{port}/hub"), token: null);
            await Task.Delay(WarmUp);
            var before = Processor.Seconds(bare);
            await Task.Delay(server.Length);
            return (Processor.Seconds(bare) - before) / server.Seconds;
        }
        finally
        {
            bare.Kill();
            await bare.WaitForExitAsync();
        }
    }

    private static async Task Footprint(ServerUnderLoad server)
    {
        await server.Run("insert into hotline.timers (key, kind, stream, due_at, payload) select 'bench:' || n, 'clock.due', gen_random_uuid(), "
            + $"timestamptz '2099-01-01', 'bench' from generate_series(1, {Clocks}) as n");
        await Task.Delay(3000);
        server.City.ServerProcess.Refresh();
        var held = server.City.ServerProcess.WorkingSet64 / 1e6;
        await server.Run("delete from hotline.timers where payload = 'bench'");
        server.Table.Add($"memory with {Watchers.Count} watchers and {Clocks} open clocks, after the load above", "", $"{held:0} MB", "", "≤ 250 MB");
    }
}
