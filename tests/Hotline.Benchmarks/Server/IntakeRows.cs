namespace Hotline.Benchmarks.Server;

/// <summary>Whole intake over HTTP against pgbench committing the bare event row of a report, turn by turn.</summary>
internal static class IntakeRows
{
    private const int Connections = 64;

    private sealed record Round(Figure Limit, Figure Full, Figure Half, Processor Each);

    public static async Task Measure(ServerUnderLoad server)
    {
        var reporting = new Reporting(server.Load);
        await server.Warm(Connections, reporting.File);
        var rounds = new List<Round>();
        for (var n = 0; n < server.Rounds; n++) rounds.Add(await Turn(server, reporting));
        await server.Quiet();

        string Middle(Func<Round, double> of, string format) => Figure.Middle(rounds.Select(of)).ToString(format);
        server.Table.Add($"whole intake over HTTP, {Connections} connections", Middle(r => r.Limit.Rate, "0") + "/s", Middle(r => r.Full.Rate, "0") + "/s",
            Middle(r => r.Full.Rate / r.Limit.Rate, "0.00") + " ×", "≥ 0.4 ×");
        server.Table.Add("… processor for one report, what it sets off within the load included", "", Processor.Middle([.. rounds.Select(r => r.Each)]), "", "");
        server.Table.Add("… at half that load, p99", Middle(r => r.Limit.P99, "0.0") + " ms", Middle(r => r.Half.P99, "0.0") + " ms",
            Middle(r => r.Half.P99 / r.Limit.P99, "0.0") + " ×", "≤ 3 ×");
    }

    private static async Task<Round> Turn(ServerUnderLoad server, Reporting reporting)
    {
        var limit = await server.Commits(Connections);
        var (full, each) = await server.Watch(Connections, reporting.File);
        await server.Settled();
        var half = await Load.Run(Connections, server.Length, full.Rate / 2, reporting.File);
        await server.Settled();
        return new(limit, full, half, each);
    }
}
