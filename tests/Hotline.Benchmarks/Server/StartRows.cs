using System.Diagnostics;
using Hotline.Benchmarks.Server.Growth;

namespace Hotline.Benchmarks.Server;

/// <summary>What a start takes, and a start that has to make the board anew.</summary>
internal static class StartRows
{
    private const int EventsOfABundle = 30;
    private const long CasesToRebuild = 60_000;
    private static readonly TimeSpan RebuildMax = TimeSpan.FromMinutes(2);

    public static async Task Measure(ServerUnderLoad server)
    {
        await ColdStart(server);
        await Rebuild(server);
    }

    /// <summary>The database stays up, as after a crash of the server alone.</summary>
    private static async Task ColdStart(ServerUnderLoad server)
    {
        var starts = new List<double>();
        for (var n = 0; n < 5; n++)
        {
            await server.City.KillServer();
            var clock = Stopwatch.StartNew();
            await server.City.StartServer();
            starts.Add(clock.Elapsed.TotalSeconds);
        }
        server.Table.Add("cold start to ready, database up, median of 5", "", $"{Figure.Middle(starts):0.00} s", "", "≤ 1.0 s");
    }

    /// <summary>Enough of a history that the start of the server and its first steps do not count.</summary>
    private static async Task Rebuild(ServerUnderLoad server)
    {
        if (await GrowthRows.Fill(server, EventsOfABundle, CasesToRebuild) is null) return;
        await RebuildRows.Begin(server);
        var (rate, each) = await RebuildRows.Run(server, (int)RebuildMax.TotalSeconds);
        server.Table.Add($"rebuild of the board from the first event on, by the inline function; 1,000 events take {each * 1000}", "", $"{rate:0} events/s", "", "≥ 90,000/s");
    }
}
