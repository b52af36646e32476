using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Cases;

public sealed class A_merge_of_two_cases
{
    private static readonly DateTimeOffset Later = CaseWorld.Morning.AddMinutes(40);

    private static async Task<CaseFile> Case(CaseWorld world, DateTimeOffset at) =>
        await world.File(CaseKind.Case, (await world.File(CaseKind.Report, await world.Report(at: at))).Cases[0].Id);

    private static CaseFile After(CaseFile target, CaseFile absorbed) =>
        Stepping.Fold(target, Merging.Absorb(CaseWorld.Pack, target, [absorbed], Later), Later);

    [Fact]
    public async Task takes_of_each_clock_the_earliest_start()
    {
        var world = new CaseWorld();
        var (early, late) = (await Case(world, CaseWorld.Morning), await Case(world, Later));
        After(late, early).Clocks["child-seen"].ShouldSatisfyAllConditions(
            c => c.StartedAt.ShouldBe(CaseWorld.Morning), c => c.DueAt.ShouldBe(CaseWorld.Morning.AddHours(1)));
        Merging.Absorb(CaseWorld.Pack, early, [late], Later).ShouldBeEmpty("a later start tells nothing new");
    }

    [Fact]
    public async Task raises_the_level_with_the_clocks_that_run_by_it_and_never_lowers_it()
    {
        var world = new CaseWorld();
        var (urgent, calm) = (await Case(world, Later), await Case(world, CaseWorld.Morning));
        await world.Take(CaseKind.Case, calm.Id, "ProposeLowerLevel", CaseWorld.Ling, Later, FormValues.With("level", "T3"));
        calm = await world.Take(CaseKind.Case, calm.Id, "LowerLevel", CaseWorld.Chen, Later);
        (calm.Triage, After(calm, urgent).Triage, After(urgent, calm).Triage).ShouldBe(("T3", "T1", "T1"));
        After(calm, urgent).Clocks["child-seen"].DueAt.ShouldBe(CaseWorld.Morning.AddHours(1), "by the new level, from the old start");
    }

    [Fact]
    public async Task leaves_a_clock_behind_that_nothing_here_could_meet()
    {
        var world = new CaseWorld();
        var (target, absorbed) = (await Case(world, Later), await Case(world, CaseWorld.Morning));
        var alien = CaseWorld.Pack.Clocks.Keys.Except(CaseWorld.Pack.Machines["case"].Steps.SelectMany(s => s.Meets)).Order().First();
        var met = CaseWorld.Pack.Machines["case"].StepsFrom(target.State).SelectMany(s => s.Meets).First(c => !target.Clocks.ContainsKey(c));
        absorbed = Stepping.Fold(absorbed, [Stepping.Starting(CaseWorld.Pack, alien, absorbed, CaseWorld.Morning), Stepping.Starting(CaseWorld.Pack, met, absorbed, CaseWorld.Morning)], Later);
        var after = After(target, absorbed);
        after.Clocks.ContainsKey(alien).ShouldBeFalse();
        after.Clocks[met].StartedAt.ShouldBe(CaseWorld.Morning);
    }
}
