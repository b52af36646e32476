using System.Diagnostics;
using Hotline.Benchmarks.Server.Growth;
using Hotline.Store.Embedded;

namespace Hotline.Benchmarks.Server;

/// <summary>Where the server's time goes: intake, steps, looks at cases, and the board's rebuild, each under <c>perf</c>, with managed frames by name.</summary>
internal static class Profile
{
    private const int Callers = 32, SamplesPerSecond = 499, EventsOfABundle = 30;
    private const long CasesToRebuild = 60_000;

    /// <summary>Where the runtime writes its map and perf looks for it.</summary>
    private const string Maps = "/tmp";

    public static async Task Print(PostgresBinaries binaries, int seconds, string[] only)
    {
        // perf reads names of managed frames from a map the runtime writes, and finds code only where it is mapped once.
        await using var server = await ServerUnderLoad.Start(
            binaries, seconds, rounds: 1, ("DOTNET_PerfMapEnabled", "1"), ("DOTNET_EnableWriteXorExecute", "0"));
        Console.WriteLine($"{server.Build}; perf map on");
        Console.WriteLine();
        try
        {
            foreach (var word in only.Length > 0 ? only : ["intake", "steps", "cases"])
                await (word == "rebuild" ? Rebuild(server) : Requests(server, word));
        }
        finally
        {
            foreach (var map in server.City.ServerIds.SelectMany(id => Directory.GetFiles(Maps, $"perf*-{id}.map"))) File.Delete(map);
        }
    }

    private static async Task Requests(ServerUnderLoad server, string word)
    {
        Func<int, Task> once = word switch
        {
            "intake" => new Reporting(server.Load).File,
            "steps" => (await CaseWork.Prepare(server.Load, Callers)).Take,
            "cases" => (await CaseWork.Prepare(server.Load, Callers)).Look,
            _ => throw new ArgumentException($"There is no profile \"{word}\": intake, steps, cases, rebuild."),
        };
        await server.Warm(Callers, once);
        await Sample(server, async () =>
        {
            var (clock, before) = (Stopwatch.StartNew(), Processor.Of(server));
            var (figure, each) = await server.Watch(Callers, once);
            var cores = (Processor.Of(server) - before) / clock.Elapsed.TotalSeconds;
            return $"{word}: {figure.Rate:0}/s by {Callers} callers, p50 {figure.P50:0.0}, p99 {figure.P99:0.0} ms; each takes {each}; "
                + $"cores: server {cores.Server:0.00}, PostgreSQL {cores.Postgres:0.00}";
        });
        await server.Quiet();
    }

    private static async Task Rebuild(ServerUnderLoad server)
    {
        if (await GrowthRows.Fill(server, EventsOfABundle, CasesToRebuild) is null) return;
        await RebuildRows.Begin(server);
        await RebuildRows.Run(server, seconds: 3);
        await Sample(server, async () =>
        {
            var (rate, each) = await RebuildRows.Run(server, server.Seconds);
            return $"rebuild of the board: {rate:0} events/s; 1,000 events take {each * 1000}";
        });
    }

    /// <summary>One title and its stacks, while the work goes on.</summary>
    private static async Task Sample(ServerUnderLoad server, Func<Task<string>> work)
    {
        var file = Path.Combine(Path.GetTempPath(), $"hotline-{Guid.CreateVersion7():n}.perf");
        try
        {
            using var record = Perf("record", "-q", "-g", "-F", $"{SamplesPerSecond}", "-p", $"{server.City.ServerProcess.Id}", "-o", file, "--", "sleep", $"{server.Seconds}");
            Console.WriteLine($"## {await work()}");
            Console.WriteLine();
            if (record is null) return;
            await record.WaitForExitAsync();
            using var script = Perf("script", "-i", file, "-F", "comm,ip,sym,dso")!;
            var stacks = await Stacks.Read(script.StandardOutput);
            await script.WaitForExitAsync();
            stacks.Print();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Process? Perf(params string[] arguments)
    {
        try
        {
            var perf = Process.Start(new ProcessStartInfo("perf", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            perf.ErrorDataReceived += (_, _) => { };
            perf.BeginErrorReadLine();
            return perf;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Console.WriteLine("perf is not installed: rates alone.");
            return null;
        }
    }
}
