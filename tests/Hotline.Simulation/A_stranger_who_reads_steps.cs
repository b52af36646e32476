namespace Hotline.Simulation;

public sealed class A_stranger_who_reads_steps(ITestOutputHelper output)
{
    private const int AtOnce = 4;
    private const int RoundsMax = 80;
    private static readonly string[] Times = ["PT1H", "P2D", "P30D", "P100D"];
    private static bool Long => Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    [Fact]
    public async Task walks_every_case_to_an_end_and_a_quarter_of_them_to_Closed()
    {
        var cases = Environment.GetEnvironmentVariable("HOTLINE_CASES") is { Length: > 0 } asked ? int.Parse(asked) : Long ? 200 : 40;
        var seed = Environment.GetEnvironmentVariable("HOTLINE_SEED") is { Length: > 0 } given ? int.Parse(given) : 20261122;
        await using var city = await DemoCity.Start();
        var walker = new Walker(city, seed);
        await walker.Learn();
        var journeys = new List<Walker.Journey>();
        for (var number = 0; number < cases; number++) journeys.Add(await walker.Begin(number, patient: number % 2 == 0));
        for (var round = 0; round < RoundsMax && journeys.Any(j => j.End is null); round++)
        {
            await Parallel.ForEachAsync(journeys.Where(j => j.End is null), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (j, _) => await walker.Round(j));
            await walker.GoThroughInboxes(new Random(seed + round));
            await walker.Pass(Times[round % Times.Length]);
        }
        var ends = journeys.Select(j => j.End ?? $"still {j.State}").ToList();
        var table = string.Join(", ", ends.GroupBy(e => e).Select(g => $"{g.Key} {g.Count()}"));
        output.WriteLine($"seed {seed}: {table}; steps taken: {string.Join(", ", walker.Taken.OrderBy(t => t.Key).Select(t => $"{t.Key} {t.Value}"))}");
        foreach (var (machine, reached) in walker.Ends) output.WriteLine($"{machine}: {string.Join(", ", reached.Select(e => $"{e.Key} {e.Value}"))}");
        var stuck = string.Join('\n', journeys.Where(j => j.End is null).Select(j => $"{j.Id} still {j.State} besides {j.Beside}: {j.Blocked}"));
        walker.Faults.ShouldBeEmpty();
        (await walker.EndsOf("tasks")).ShouldContain(s => s == "Done" || s == "Impossible");
        (await walker.EndsOf("transfers")).ShouldContain("Received");
        (await walker.EndsOf("visits")).ShouldContain("Done");
        ends.ShouldAllBe(e => e == "Closed" || e == "TransferredOut" || e == "Unfounded", stuck);
        ends.Count(e => e == "Closed").ShouldBeGreaterThanOrEqualTo(cases / 4, table);
        walker.Ends.Where(machine => machine.Value.IsEmpty).Select(machine => machine.Key).ShouldBeEmpty("each procedure that offers steps comes to an end somewhere");
    }
}
