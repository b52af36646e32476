using System.Diagnostics;

namespace Hotline.Benchmarks.Server.Growth;

/// <summary>The board's rows made anew from the first event on, by the same function that writes them inline: how fast its
/// position moves once it moves, so that the start of the server is no part of it.</summary>
internal static class RebuildRows
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    public static async Task Print(ServerUnderLoad server, int seconds)
    {
        var table = new Table("rebuild", "events/s", "processor of 1,000 events", "budget");
        await Begin(server);
        var (rate, each) = await Run(server, Math.Max(seconds, 10));
        table.Add("the board, by the inline function", $"{rate:0}", each * 1000, "≥ 90,000/s");
        table.Print();
    }

    /// <summary>So long, or until the last event.</summary>
    public static async Task<(double Rate, Processor Each)> Run(ServerUnderLoad server, int seconds)
    {
        var before = Processor.Of(server);
        var (clock, from) = (Stopwatch.StartNew(), await Position(server));
        var last = await server.Scalar("select max(seq_id) from mt_events");
        long at;
        while ((at = await Position(server)) < last && clock.Elapsed.TotalSeconds < seconds)
        {
            Interruption.Heed();
            await Task.Delay(20);
        }
        return ((at - from) / clock.Elapsed.TotalSeconds, (Processor.Of(server) - before) / Math.Max(1, at - from));
    }

    /// <summary>Comes back once rows are being written.</summary>
    public static async Task Begin(ServerUnderLoad server)
    {
        await server.City.KillServer();
        await server.Run("delete from hotline.files where kind <> 'roster'; delete from mt_event_progression where name = 'hotline.files'");
        await server.City.StartServer();
        for (var clock = Stopwatch.StartNew(); await Position(server) == 0 && clock.Elapsed < Within;) await Task.Delay(20);
    }

    private static Task<long> Position(ServerUnderLoad server) =>
        server.Scalar("select coalesce((select last_seq_id from mt_event_progression where name = 'hotline.files'), 0)");
}
