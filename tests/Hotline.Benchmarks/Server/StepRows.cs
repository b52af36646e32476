using Hotline.Store;

namespace Hotline.Benchmarks.Server;

/// <summary>A step on an existing case (load, decide, append, read models), and looking at a long one.</summary>
internal static class StepRows
{
    private const int Connections = 32;
    private const int LongCaseEvents = 100;

    private sealed record Round(Figure Limit, Figure Steps, Processor Each, Figure Looks, Figure Loads);

    public static async Task Measure(ServerUnderLoad server)
    {
        var work = await CaseWork.Prepare(server.Load, Connections);
        var (id, version) = await work.Grown(LongCaseEvents);
        Task Look(int _) => server.Load.Send(HttpMethod.Get, $"/api/cases/{id}", "county");
        // Its events alone, read here by the store's own class over connections of its own.
        await using var source = StoreConnections.Open(server.Connection);
        var store = new PostgresStore(source, TimeProvider.System);
        Task Read(int _) => store.Read(Guid.Parse(id));
        await Load.Run(1, TimeSpan.FromSeconds(1), 0, Read);
        await server.Warm(1, Look);
        await server.Warm(Connections, work.Take);
        var rounds = new List<Round>();
        for (var n = 0; n < server.Rounds; n++)
        {
            var limit = await server.Commits(Connections);
            var (steps, each) = await server.Watch(Connections, work.Take);
            await server.Settled();
            rounds.Add(new(limit, steps, each, await Load.Run(1, server.Length, 0, Look), await Load.Run(1, server.Length, 0, Read)));
        }
        await server.Quiet();

        string Middle(Func<Round, double> of, string format) => Figure.Middle(rounds.Select(of)).ToString(format);
        server.Table.Add($"a step on an existing case (of {work.EventsEach:0} events in the end), {Connections} connections", Middle(r => r.Limit.Rate, "0") + "/s",
            Middle(r => r.Steps.Rate, "0") + "/s", Middle(r => r.Steps.Rate / r.Limit.Rate, "0.00") + " ×", "≥ 0.4 ×");
        server.Table.Add("… processor for one step", "", Processor.Middle([.. rounds.Select(r => r.Each)]), "", "");
        server.Table.Add($"GET of a case of {version} events, one caller", "",
            $"p50 {Middle(r => r.Looks.P50, "0.0")}, p99 {Middle(r => r.Looks.P99, "0.0")} ms", "", "");
        server.Table.Add("… its events read by the store alone", "", $"p50 {Middle(r => r.Loads.P50, "0.0")}, p99 {Middle(r => r.Loads.P99, "0.0")} ms", "", "p99 ≤ 5 ms");
    }
}
