using Hotline.Store.Embedded;

namespace Hotline.Benchmarks.Server.Growth;

/// <summary>Two servers, one with an all but empty database and one with years of history, take turns at the same work.</summary>
internal static class GrowthRows
{
    private const int Callers = 8;
    private const long CasesOfTheEmpty = 300;

    private sealed record Work(ServerUnderLoad Server, IReadOnlyList<(string Name, Func<int, Task> Once)> Kinds, Passers Passers);

    public static async Task Print(PostgresBinaries binaries, int seconds, int rounds, long events, long cases)
    {
        await using var empty = await ServerUnderLoad.Start(binaries, seconds, rounds);
        await using var grown = await ServerUnderLoad.Start(binaries, seconds, rounds);
        var each = (int)(events * Bundle.Cases / cases);
        if (await Fill(empty, each, CasesOfTheEmpty) is null || await Fill(grown, each, cases) is not { } history) return;
        var (before, after) = (await Prepare(empty), await Prepare(grown));
        var table = new Table($"grown to {history.Events} events, {history.Cases} cases", "empty", "grown", "takes as long", "processor", "budget");
        for (var kind = 0; kind < before.Kinds.Count; kind++) await Compare(table, before, after, kind);
        before.Passers.Dispose();
        after.Passers.Dispose();
        Console.WriteLine($"{grown.Build}, {rounds} round(s) of {seconds} s, {Callers} callers");
        Console.WriteLine();
        table.Print();
        await RebuildRows.Print(grown, seconds);
    }

    /// <summary>Filled while the server is away, as its tail would read all of it.</summary>
    public static async Task<(long Events, long Cases)?> Fill(ServerUnderLoad server, int eventsOfABundle, long cases)
    {
        var bundle = await Bundle.File(server, eventsOfABundle);
        await server.City.KillServer();
        var history = await new History(server, bundle).Write(cases);
        if (history is not null) await server.City.StartServer();
        return history;
    }

    private static async Task<Work> Prepare(ServerUnderLoad server)
    {
        var cases = await CaseWork.Prepare(server.Load, Callers);
        var passers = new Passers(server.City.Server, Callers);
        await passers.File();
        await server.Quiet("page.climb");
        return new(server,
        [
            ("intake", new Reporting(server.Load).File), ("a step", cases.Take),
            ("the board's first page", _ => server.Load.Send(HttpMethod.Get, "/api/cases?division=440199", "county")),
            ("look-up of a report by its code", passers.LookUp),
        ], passers);
    }

    private static async Task Compare(Table table, Work empty, Work grown, int kind)
    {
        await empty.Server.Warm(Callers, empty.Kinds[kind].Once);
        await grown.Server.Warm(Callers, grown.Kinds[kind].Once);
        var turns = new List<((Figure Figure, Processor Each) Empty, (Figure Figure, Processor Each) Grown)>();
        for (var round = 0; round < empty.Server.Rounds; round++)
        {
            var first = await Turn(round % 2 == 0 ? empty : grown, kind);
            var second = await Turn(round % 2 == 0 ? grown : empty, kind);
            turns.Add(round % 2 == 0 ? (first, second) : (second, first));
        }
        string Middle(Func<((Figure Figure, Processor Each) Empty, (Figure Figure, Processor Each) Grown), double> of, string format) =>
            Figure.Middle(turns.Select(of)).ToString(format);
        table.Add(empty.Kinds[kind].Name, Middle(t => t.Empty.Figure.Rate, "0") + "/s", Middle(t => t.Grown.Figure.Rate, "0") + "/s",
            Middle(t => t.Empty.Figure.Rate / t.Grown.Figure.Rate, "0.00") + " ×", Middle(t => t.Grown.Each.Sum / t.Empty.Each.Sum, "0.00") + " ×", "≤ 1.15 ×");
        await empty.Server.Quiet("page.climb");
        await grown.Server.Quiet("page.climb");
    }

    private static async Task<(Figure, Processor)> Turn(Work work, int kind)
    {
        var figure = await work.Server.Watch(Callers, work.Kinds[kind].Once);
        await work.Server.Settled();
        return figure;
    }
}
