using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Cases;

public sealed class A_report_of_siblings_in_danger
{
    [Fact]
    public async Task opens_a_case_a_child_in_the_same_transaction_and_links_them()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        report.Triage.ShouldBe("T1");
        report.Cases.Length.ShouldBe(2);
        foreach (var link in report.Cases)
        {
            var file = await world.File(CaseKind.Case, link.Id);
            file.ShouldSatisfyAllConditions(
                f => f.State.ShouldBe("EmergencyResponse"), f => f.Links.Single().Kind.ShouldBe("SameIncident"),
                f => f.Clocks["child-seen"].DueAt.ShouldBe(CaseWorld.Morning.AddHours(1)));
        }
    }

    [Fact]
    public async Task without_danger_opens_none_before_acceptance()
    {
        var world = new CaseWorld();
        (await world.File(CaseKind.Report, await world.Report(lifeThreat: "no"))).ShouldSatisfyAllConditions(
            r => r.Triage.ShouldBe("T3"), r => r.Cases.ShouldBeEmpty());
    }

    [Fact]
    public async Task a_lowered_or_raised_level_never_resets_a_clock()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        var later = CaseWorld.Morning.AddMinutes(30);
        await world.Take(CaseKind.Case, report.Cases[0].Id, "ProposeLowerLevel", CaseWorld.Ling, later, FormValues.With("level", "T2"));
        var lowered = await world.Take(CaseKind.Case, report.Cases[0].Id, "LowerLevel", CaseWorld.Chen, later);
        lowered.Triage.ShouldBe("T2");
        lowered.Clocks["child-seen"].ShouldSatisfyAllConditions(
            c => c.StartedAt.ShouldBe(CaseWorld.Morning), c => c.DueAt.ShouldBe(CaseWorld.Morning.AddHours(6)));
    }

    /// <summary>The inline write and the tail's repair use one function: what a rebuild makes equals what stands, byte for byte.</summary>
    [Fact]
    public async Task shows_rows_that_a_rebuild_makes_again_byte_for_byte()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        await world.Take(CaseKind.Report, report.Id, "TakeForScreening", CaseWorld.Ling, CaseWorld.Morning.AddMinutes(2));
        await world.Take(CaseKind.Case, report.Cases[0].Id, "RecordChildSeen", CaseWorld.Chen, CaseWorld.Morning.AddMinutes(9));
        foreach (var (kind, id) in new[] { (CaseKind.Report, report.Id), (CaseKind.Case, report.Cases[0].Id), (CaseKind.Case, report.Cases[1].Id) })
        {
            var rebuilt = world.Kinds[kind].Rows(world.Kinds[kind].Fold(id, await world.Store.Read(id))).Single();
            world.Store.Row(FileRow.Set, id)!.Value.ShouldBe(rebuilt.Values);
        }
    }
}

public sealed class A_clock_that_runs_out
{
    private static TimerItem Due(CaseFile file, string code) => new($"clock:{file.Id:N}:{code}:due", ClockTimers.DueKind, file.Id, file.Clocks[code].DueAt, code);

    private static async Task<(CaseWorld World, CaseFile File)> Case()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        return (world, await world.File(CaseKind.Case, report.Cases[0].Id));
    }

    private static Decision Decide(CaseWorld world, CaseFile file, string code, DateTimeOffset now, DateTimeOffset? present = null) =>
        ClockDue.Decide(world.Kinds[CaseKind.Case], file, Due(file, code), CaseWorld.Pack, now, present ?? now);

    [Fact]
    public async Task is_breached_at_its_due_time_and_not_before()
    {
        var (world, file) = await Case();
        var due = file.Clocks["child-seen"].DueAt;
        Decide(world, file, "child-seen", due.AddSeconds(-1)).ShouldBeOfType<Decision.Nothing>();
        Decide(world, file, "child-seen", due).ShouldBeOfType<Decision.Accepted>().Writings.Single().Events.Single().ShouldBeOfType<ClockBreached>();
    }

    [Fact]
    public async Task is_breached_once()
    {
        var (world, file) = await Case();
        var breached = Stepping.Fold(file, [new ClockBreached("child-seen", file.Clocks["child-seen"].DueAt, CaseWorld.Morning.AddHours(1))], CaseWorld.Morning.AddHours(1));
        Decide(world, breached, "child-seen", CaseWorld.Morning.AddHours(2)).ShouldBeOfType<Decision.Nothing>();
    }

    [Fact]
    public async Task starts_its_next_round_from_the_present_if_it_is_a_review()
    {
        var (world, file) = await Case();
        var (due, present) = (file.Clocks["emergency-review"].DueAt, CaseWorld.Morning.AddDays(10));
        var events = Decide(world, file, "emergency-review", due, present).ShouldBeOfType<Decision.Accepted>().Writings.Single().Events;
        events[0].ShouldBeOfType<ClockBreached>();
        events[1].ShouldBeOfType<ClockStarted>().StartedAt.ShouldBe(present);
    }

    [Fact]
    public async Task is_met_by_the_step_that_does_what_it_asks_for()
    {
        var (world, file) = await Case();
        var seen = await world.Take(CaseKind.Case, file.Id, "RecordChildSeen", CaseWorld.Chen, CaseWorld.Morning.AddMinutes(20));
        seen.Clocks["child-seen"].State.ShouldBe(ClockState.Met);
        Decide(world, seen, "child-seen", CaseWorld.Morning.AddHours(1)).ShouldBeOfType<Decision.Nothing>();
    }
}

public sealed class Two_people_deciding
{
    private static GuardWorld World(CaseFile file, Guid by) => new() { Pack = CaseWorld.Pack, File = file, Now = CaseWorld.Morning, By = by };

    private static Step Confirming => CaseWorld.Pack.Machines["case"].Steps.First(s => s.Trigger == "LowerLevel");

    [Fact]
    public async Task one_proposes_and_only_another_confirms()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        var id = report.Cases[0].Id;
        var before = await world.File(CaseKind.Case, id);
        GuardChecks.Holds("second-person", Confirming, World(before, CaseWorld.Chen.Id)).ShouldBeFalse("nothing was proposed");
        var proposed = await world.Take(CaseKind.Case, id, "ProposeLowerLevel", CaseWorld.Ling, CaseWorld.Morning, FormValues.With("level", "T2"));
        GuardChecks.Holds("second-person", Confirming, World(proposed, CaseWorld.Ling.Id)).ShouldBeFalse("nobody confirms an own proposal");
        GuardChecks.Holds("second-person", Confirming, World(proposed, CaseWorld.Chen.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task a_proposal_lapses_when_an_emergency_is_declared_again()
    {
        var world = new CaseWorld();
        var report = await world.File(CaseKind.Report, await world.Report());
        var id = report.Cases[0].Id;
        await world.Take(CaseKind.Case, id, "ProposeLowerLevel", CaseWorld.Ling, CaseWorld.Morning, FormValues.With("level", "T2"));
        var again = await world.Take(CaseKind.Case, id, "DeclareEmergency", CaseWorld.Ling, CaseWorld.Morning.AddMinutes(1));
        GuardChecks.Holds("second-person", Confirming, World(again, CaseWorld.Chen.Id)).ShouldBeFalse();
    }

    [Fact]
    public void every_guard_a_pack_may_use_is_answered()
    {
        var answered = System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "GuardChecks.cs"));
        foreach (var guard in Guards.All.Where(g => g.Negates is null && g.Name != "still-idle")) answered.ShouldContain($"\"{guard.Name}\"");
    }

    [Fact]
    public void no_step_takes_the_name_of_an_event_of_ours() =>
        CaseWorld.Pack.Machines.Values.Where(m => m.Name != "page").SelectMany(m => m.Steps).Where(s => s.Trigger is not ("Acknowledge" or "OpenCase"))
            .Select(s => s.Event).Where(Codec.IsOurs).ShouldBeEmpty("such a step could not be read back");
}
