using System.Diagnostics;

namespace Hotline.Benchmarks.Server;

/// <summary>What a start takes, and a start that has to make the board anew.</summary>
internal static class StartRows
{
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

    /// <summary>The board's rows made anew from the first event on, by the same function that writes them inline.</summary>
    private static async Task Rebuild(ServerUnderLoad server)
    {
        var rows = await server.Scalar("select count(*) from hotline.files");
        var events = await server.Scalar("select count(*) from mt_events");
        await server.City.KillServer();
        await using (var empty = server.Database.CreateCommand("delete from hotline.files; delete from mt_event_progression where name = 'hotline.files'"))
            await empty.ExecuteNonQueryAsync();
        var clock = Stopwatch.StartNew();
        await server.City.StartServer();
        while (await server.Scalar("select count(*) from hotline.files") < rows && clock.Elapsed < TimeSpan.FromMinutes(5)) await Task.Delay(50);
        server.Table.Add($"rebuild of the board, {events} events into {rows} rows, start of the server included", "", $"{events / clock.Elapsed.TotalSeconds:0} events/s", "", "≥ 90,000/s");
    }
}
