using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hotline.Simulation;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Npgsql;

namespace Hotline.Benchmarks.Server;

/// <summary>The whole server over HTTP, as a process of its own with its own database, against pgbench on that same database
/// cluster and against bare SignalR. The provider of texts and calls is a sink in this process.</summary>
internal sealed class ServerRows(DemoCity city, Provider provider, Load load, NpgsqlDataSource database, Pgbench? pgbench, int seconds)
{
    private const int Watchers = 1000, ChangesPerSecond = 50, Clocks = 100_000;
    private readonly Table table = new("what", "limit", "ours", "figure", "budget");
    private readonly Random dice = new(20261122);
    private TimeSpan Length => TimeSpan.FromSeconds(seconds);

    public static async Task Print(PostgresBinaries binaries, int seconds)
    {
        await using var provider = await Provider.Start();
        await using var city = await DemoCity.Start(("HOTLINE__TWILIO__BASEURL", provider.Address.ToString().TrimEnd('/')));
        var at = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = int.Parse(await File.ReadAllTextAsync(Path.Combine(city.Data, "postgres.port")), CultureInfo.InvariantCulture),
            Username = "hotline_owner", Password = (await File.ReadAllTextAsync(Path.Combine(city.Data, "postgres.password"))).Trim(), Database = EmbeddedPostgres.MainName,
        };
        await using var database = NpgsqlDataSource.Create(at.ConnectionString);
        using var load = new Load(city);
        var pgbench = await Limit(binaries, at, database);
        var rows = new ServerRows(city, provider, load, database, pgbench, seconds);
        await rows.Intake();
        await rows.Steps();
        await rows.Pages();
        await rows.Hubs();
        await rows.ColdStart();
        await rows.Rebuild();
        rows.table.Print();
    }

    /// <summary>pgbench commits into a database of its own beside the server's.</summary>
    private static async Task<Pgbench?> Limit(PostgresBinaries binaries, NpgsqlConnectionStringBuilder at, NpgsqlDataSource database)
    {
        await using (var make = database.CreateCommand("create database bench")) await make.ExecuteNonQueryAsync();
        var bench = new NpgsqlConnectionStringBuilder(at.ConnectionString) { Database = "bench" }.ConnectionString;
        await using (var source = NpgsqlDataSource.Create(bench + ";Pooling=false")) await Migrations.Apply(source, Migrations.Main);
        return Pgbench.Beside(binaries.Folder, bench);
    }

    private async Task<Figure> Commits(int clients) =>
        pgbench is null ? new(double.NaN, double.NaN, double.NaN) : await pgbench.Run(AppendRows.BeginScript, clients, seconds);

    private async Task Intake()
    {
        var number = 0;
        Task File(int caller) => load.Send(HttpMethod.Post, "/api/reports", caller % 2 == 0 ? "school" : "hospital", Reports.OfMix(Interlocked.Increment(ref number)));
        await Load.Run(8, TimeSpan.FromSeconds(2), 0, File);
        var limit = await Commits(64);
        var ours = await Load.Run(64, Length, 0, File);
        table.Add("whole intake over HTTP, 64 connections", $"{limit.Rate:0}/s", $"{ours.Rate:0}/s", $"{ours.Rate / limit.Rate:0.00} ×", "≥ 0.4 ×");
        await Settled();
        var half = await Load.Run(64, Length, ours.Rate / 2, File);
        table.Add("… at half that load, p99", $"{limit.P99:0.0} ms", $"{half.P99:0.0} ms", $"{half.P99 / limit.P99:0.0} ×", "≤ 3 ×");
        await Settled();
    }

    private async Task Steps()
    {
        const int Callers = 32;
        var cases = new (string Id, long Version, JsonNode Step)[Callers];
        for (var caller = 0; caller < Callers; caller++)
        {
            var receipt = await load.Send(HttpMethod.Post, "/api/reports", "school", Reports.Of("T1", caller));
            var id = receipt["cases"]![0]!["id"]!.GetValue<string>();
            var view = await load.Send(HttpMethod.Get, $"/api/cases/{id}", "county");
            cases[caller] = (id, view["version"]!.GetValue<long>(), view["steps"]!.AsArray().First(s => s!["trigger"]!.GetValue<string>() == "RecordChildSeen")!);
        }
        async Task Take(int caller)
        {
            var (id, version, step) = cases[caller];
            string body;
            lock (dice) body = SchemaFiller.Fill(step["schema"]!, dice, TimeProvider.System.GetUtcNow()).ToJsonString();
            var after = await load.Send(HttpMethod.Post, $"/api/cases/{id}/steps/{step["step"]}", "county", body, version);
            cases[caller].Version = after["version"]!.GetValue<long>();
        }
        await Load.Run(Callers, TimeSpan.FromSeconds(1), 0, Take);
        var limit = await Commits(Callers);
        var ours = await Load.Run(Callers, Length, 0, Take);
        table.Add("a step on an existing case, 32 connections", $"{limit.Rate:0}/s", $"{ours.Rate:0}/s", $"{ours.Rate / limit.Rate:0.00} ×", "≥ 0.4 ×");
        while (cases[0].Version < 100) await Take(0);
        await Settled();
        var read = await Load.Run(1, Length, 0, _ => load.Send(HttpMethod.Get, $"/api/cases/{cases[0].Id}", "county"));
        table.Add($"GET of a case of {cases[0].Version} events, one caller", "", $"p50 {read.P50:0.0}, p99 {read.P99:0.0} ms", "", "load alone p99 ≤ 5 ms");
    }

    /// <summary>From before the report is sent to the first request at the provider: the commit lies in between.</summary>
    private async Task Pages()
    {
        var delays = new List<double>();
        for (var n = 0; n < Math.Max(10, seconds * 2); n++)
        {
            await Task.Delay(1000);
            provider.Take();
            var began = TimeProvider.System.GetTimestamp();
            await load.Send(HttpMethod.Post, "/api/reports", "school", Reports.Of("T1", n));
            IReadOnlyList<long> arrived = [];
            for (var look = 0; look < 2000 && arrived.Count == 0; look++)
            {
                arrived = provider.Take();
                if (arrived.Count == 0) await Task.Delay(5);
            }
            delays.Add(arrived.Count == 0 ? double.PositiveInfinity : TimeProvider.System.GetElapsedTime(began, arrived[0]).TotalMilliseconds);
        }
        delays.Sort();
        table.Add($"report sent → first provider request, 1/s, {delays.Count} times", "", $"p50 {delays[delays.Count / 2]:0}, worst {delays[^1]:0} ms", "", "p99 ≤ 100 ms");
    }

    private async Task Hubs()
    {
        var numbers = new List<string>();
        for (var n = 0; n < 200; n++)
        {
            var receipt = await load.Send(HttpMethod.Post, "/api/reports", "school", Reports.Of("T4", n));
            numbers.Add(receipt["reportNumber"]!.GetValue<string>());
        }
        var ids = new Dictionary<string, string>();
        await using (var ask = database.CreateCommand("select number, id::text from hotline.files where kind = 'report'"))
        await using (var reader = await ask.ExecuteReaderAsync())
            while (await reader.ReadAsync()) ids[reader.GetString(0)] = reader.GetString(1);
        await Settled();
        var (sent, delays) = (new ConcurrentDictionary<string, long>(), new ConcurrentBag<double>());
        long messages = 0, bytes = 0;
        var token = await city.Token("duty");
        var watchers = new List<Hub>();
        for (var n = 0; n < Watchers; n++)
        {
            var watcher = await Hub.Open(new Uri(city.Server, "/hubs/board"), token, Heard);
            await watcher.Say("""{"type":1,"target":"Watch","invocationId":"1","arguments":[{"kind":"division","id":"440199"}]}""");
            watchers.Add(watcher);
        }
        void Heard(JsonNode message)
        {
            if (message["target"]?.GetValue<string>() != "Changed") return;
            var now = TimeProvider.System.GetTimestamp();
            Interlocked.Increment(ref messages);
            Interlocked.Add(ref bytes, 100L * message["arguments"]![0]!["changes"]!.AsArray().Count);
            foreach (var change in message["arguments"]![0]!["changes"]!.AsArray())
                if (sent.TryGetValue(change!["id"]!.GetValue<string>(), out var at)) delays.Add(TimeProvider.System.GetElapsedTime(at, now).TotalMilliseconds);
        }
        await Task.Delay(1000);
        var cpu = Cpu(city.ServerProcess);
        var turn = -1;
        await Load.Run(8, Length, ChangesPerSecond, async _ =>
        {
            var number = numbers[Interlocked.Increment(ref turn) % numbers.Count];
            sent[ids[number]] = TimeProvider.System.GetTimestamp();
            await load.Send(HttpMethod.Post, $"/api/reports/{number}/messages", "duty", """{"kind":"Question","text":"基准"}""");
        });
        await Task.Delay(500);
        var ours = (Cpu(city.ServerProcess) - cpu) / seconds;
        var took = Figure.Of(0, [.. delays]);
        await Footprint();
        foreach (var watcher in watchers) await watcher.DisposeAsync();
        var perSecond = Math.Max(1, messages / (double)Watchers / seconds);
        var bare = await Bare(perSecond, (int)Math.Max(50, bytes / Math.Max(1, messages)));
        table.Add($"change sent → seen by each of {Watchers} watchers, {ChangesPerSecond}/s", "", $"p50 {took.P50:0}, p99 {took.P99:0} ms ({delays.Count} seen)", "", "p99 ≤ 250 ms");
        table.Add($"… CPU of the server, {perSecond:0.0} messages/s to each (its intake of messages included)", $"{bare:0.00} cores", $"{ours:0.00} cores", $"{ours / bare:0.0} ×", "≤ 1.3 ×");
    }

    private async Task<double> Bare(double perSecond, int bytes)
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        using var server = BareHub.Start(port, perSecond, bytes);
        try
        {
            var watchers = new List<Hub>();
            for (var tries = 0; watchers.Count < Watchers; tries++)
            {
                try
                {
                    watchers.Add(await Hub.Open(new Uri($"http://127.0.0.1:{port}/hub"), null, _ => { }));
                }
                catch (System.Net.WebSockets.WebSocketException) when (tries < 100)
                {
                    await Task.Delay(100);
                }
            }
            var before = Cpu(server);
            await Task.Delay(Length);
            var used = (Cpu(server) - before) / seconds;
            foreach (var watcher in watchers) await watcher.DisposeAsync();
            return used;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    private async Task Footprint()
    {
        await using (var fill = database.CreateCommand(
            "insert into hotline.timers (key, kind, stream, due_at, payload) select 'bench:' || n, 'clock.due', gen_random_uuid(), timestamptz '2099-01-01', 'bench' "
            + $"from generate_series(1, {Clocks}) as n"))
            await fill.ExecuteNonQueryAsync();
        await Task.Delay(3000);
        city.ServerProcess.Refresh();
        var held = city.ServerProcess.WorkingSet64 / 1e6;
        await using (var clear = database.CreateCommand("delete from hotline.timers where payload = 'bench'")) await clear.ExecuteNonQueryAsync();
        table.Add($"memory with {Watchers} watchers and {Clocks} open clocks, after the load above", "", $"{held:0} MB", "", "≤ 250 MB");
    }

    /// <summary>The database stays up, as after a crash of the server alone.</summary>
    private async Task ColdStart()
    {
        var starts = new List<double>();
        for (var n = 0; n < 5; n++)
        {
            await city.KillServer();
            var clock = Stopwatch.StartNew();
            await city.StartServer();
            starts.Add(clock.Elapsed.TotalSeconds);
        }
        table.Add("cold start to ready, database up, median of 5", "", $"{Figure.Middle(starts):0.00} s", "", "≤ 1.0 s");
    }

    /// <summary>The board's rows made anew from the first event on, by the same function that writes them inline.</summary>
    private async Task Rebuild()
    {
        var rows = await Scalar("select count(*) from hotline.files");
        var events = await Scalar("select count(*) from mt_events");
        await city.KillServer();
        await using (var empty = database.CreateCommand("delete from hotline.files; delete from mt_event_progression where name = 'hotline.files'"))
            await empty.ExecuteNonQueryAsync();
        var clock = Stopwatch.StartNew();
        await city.StartServer();
        while (await Scalar("select count(*) from hotline.files") < rows && clock.Elapsed < TimeSpan.FromMinutes(5)) await Task.Delay(50);
        table.Add($"rebuild of the board, {events} events into {rows} rows, start of the server included", "", $"{events / clock.Elapsed.TotalSeconds:0} events/s", "", "≥ 90,000/s");
    }

    /// <summary>What the load set off is done: nothing more waits to be sent.</summary>
    private async Task Settled()
    {
        for (var look = 0; look < 600 && await Scalar("select count(*) from hotline.outbox") > 0; look++) await Task.Delay(100);
    }

    private async Task<long> Scalar(string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static double Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }
}
