using System.Diagnostics;
using Hotline.Store.Embedded;

namespace Hotline.Benchmarks.Server;

/// <summary>Where the server's time goes: intake, steps and looks at cases, each under <c>perf</c>, with managed frames by name.</summary>
internal static class Profile
{
    private const int Callers = 32, SamplesPerSecond = 499;

    public static async Task Print(PostgresBinaries binaries, int seconds, string[] only)
    {
        // perf reads names of managed frames from a map the runtime writes, and finds code only where it is mapped once.
        await using var server = await ServerUnderLoad.Start(
            binaries, seconds, rounds: 1, ("DOTNET_PerfMapEnabled", "1"), ("DOTNET_EnableWriteXorExecute", "0"));
        Console.WriteLine($"{server.Build}; perf map on");
        Console.WriteLine();
        var reporting = new Reporting(server.Load);
        var work = await CaseWork.Prepare(server.Load, Callers);
        (string Word, Func<int, Task> Once)[] loads = [("intake", reporting.File), ("steps", work.Take), ("cases", work.Look)];
        try
        {
            foreach (var (word, once) in loads)
                if (only.Length == 0 || only.Contains(word)) await Print(server, word, once);
        }
        finally
        {
            File.Delete($"/tmp/perf-{server.City.ServerProcess.Id}.map");
            File.Delete($"/tmp/perfinfo-{server.City.ServerProcess.Id}.map");
        }
    }

    private static async Task Print(ServerUnderLoad server, string word, Func<int, Task> once)
    {
        await server.Warm(Callers, once);
        var file = Path.Combine(Path.GetTempPath(), $"hotline-{Guid.CreateVersion7():n}.perf");
        try
        {
            using var record = Perf("record", "-q", "-g", "-F", $"{SamplesPerSecond}", "-p", $"{server.City.ServerProcess.Id}", "-o", file, "--", "sleep", $"{server.Seconds}");
            var clock = Stopwatch.StartNew();
            var before = Processor.Of(server);
            var (figure, each) = await server.Watch(Callers, once);
            var used = (Processor.Of(server) - before) / clock.Elapsed.TotalSeconds;
            Console.WriteLine($"## {word}: {figure.Rate:0}/s by {Callers} callers, p50 {figure.P50:0.0}, p99 {figure.P99:0.0} ms; each takes {each}; "
                + $"cores: server {used.Server:0.00}, PostgreSQL {used.Postgres:0.00}");
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
            await server.Quiet();
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
