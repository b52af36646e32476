using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Tests.Cases;
using Hotline.Tests.Year;

namespace Hotline.Tests.Duty;

public sealed class A_debrief
{
    private static readonly DateTimeOffset Noon = CaseWorld.Morning.AddHours(3);
    private readonly CaseWorld world = new();

    private async Task<CaseFile> CaseOf(Guid report, int child = 0) =>
        await world.File(CaseKind.Case, (await world.File(CaseKind.Report, report)).Cases[child].Id);

    private Task<CaseFile> DebriefOf(CaseFile file) => world.File(DebriefFacts.Kind, DebriefFacts.IdOf(file.Id));

    [Fact]
    public async Task is_owed_once_the_emergency_of_a_t1_is_over_even_where_the_level_was_lowered_meanwhile()
    {
        var file = await CaseOf(await world.Report());
        (file.Triage, file.Worst).ShouldBe(("T1", "T1"));
        (await DebriefOf(file)).Version.ShouldBe(0);
        file = await world.Take(CaseKind.Case, file.Id, "ProposeLowerLevel", CaseWorld.Ling, Noon, FormValues.With("level", "T3"));
        file = await world.Take(CaseKind.Case, file.Id, "LowerLevel", CaseWorld.Chen, Noon);
        (file.Triage, file.Worst).ShouldBe(("T3", "T1"));
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        var debrief = await DebriefOf(file);
        (debrief.State, debrief.Fact("why"), debrief.Number, debrief.Division).ShouldBe(("Asked", DebriefFacts.Urgent, file.Number, file.Division));
        debrief.Clocks["debrief-due"].DueAt.ShouldBe(Noon.AddDays(7));
    }

    [Fact]
    public async Task is_owed_once_a_case_however_often_its_emergency_ends()
    {
        var file = await CaseOf(await world.Report());
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        await world.Take(DebriefFacts.Kind, DebriefFacts.IdOf(file.Id), "Hold", CaseWorld.Chen, Noon.AddHours(1));
        await world.Take(CaseKind.Case, file.Id, "DeclareEmergency", CaseWorld.Ling, Noon.AddHours(2));
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon.AddHours(3));
        var debrief = await DebriefOf(file);
        (debrief.State, debrief.Clocks["debrief-due"].State).ShouldBe(("Held", ClockState.Met));
    }

    [Fact]
    public async Task is_owed_for_each_of_two_siblings_and_for_a_case_that_was_merged_and_split_still_once()
    {
        var report = await world.Report();
        var (one, other) = (await CaseOf(report), await CaseOf(report, 1));
        await world.Take(CaseKind.Case, one.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        var asked = (await DebriefOf(one)).Version;
        await world.Take(CaseKind.Case, one.Id, "ProposeMerge", CaseWorld.Chen, Noon, FormValues.With("into", other.Id.ToString()));
        await world.Take(CaseKind.Case, one.Id, "MergeCase", CaseWorld.Ling, Noon);
        await world.Take(CaseKind.Case, one.Id, "ProposeSplit", CaseWorld.Chen, Noon.AddHours(1));
        await world.Take(CaseKind.Case, one.Id, "SplitCase", CaseWorld.Ling, Noon.AddHours(1));
        (await DebriefOf(one)).Version.ShouldBe(asked);
        (await DebriefOf(other)).Version.ShouldBe(0);
        await world.Take(CaseKind.Case, other.Id, "EmergencyStable", CaseWorld.Chen, Noon.AddHours(2));
        (await DebriefOf(other)).State.ShouldBe("Asked");
    }

    [Fact]
    public async Task is_not_owed_for_a_case_that_never_was_t1_unless_its_child_dies()
    {
        var file = await CaseOf(await world.Report("unknown"));
        file.Worst.ShouldBe("T2");
        await world.Take(CaseKind.Case, file.Id, "DeclareEmergency", CaseWorld.Ling, Noon);
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        (await DebriefOf(file)).Version.ShouldBe(0);
        await world.Take(CaseKind.Case, file.Id, "CloseByDeath", CaseWorld.Chen, Noon);
        (await DebriefOf(file)).Fact("why").ShouldBe(DebriefFacts.Death);
    }

    [Fact]
    public async Task that_was_held_is_owed_anew_where_the_child_dies_later()
    {
        var file = await CaseOf(await world.Report());
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        await world.Take(DebriefFacts.Kind, DebriefFacts.IdOf(file.Id), "Hold", CaseWorld.Chen, Noon.AddHours(1));
        await world.Take(CaseKind.Case, file.Id, "CloseByDeath", CaseWorld.Chen, Noon.AddDays(3));
        var debrief = await DebriefOf(file);
        (debrief.State, debrief.Fact("why"), debrief.Clocks["debrief-due"].DueAt).ShouldBe(("Asked", DebriefFacts.Death, Noon.AddDays(10)));
    }

    [Fact]
    public async Task that_is_overdue_pages_whoever_the_supervisor_answers_to_and_rings_for_itself()
    {
        var file = await CaseOf(await world.Report());
        await world.Take(CaseKind.Case, file.Id, "EmergencyStable", CaseWorld.Chen, Noon);
        var debrief = await DebriefOf(file);
        var (load, late) = (new Loader(world.Store, world.Kinds), Noon.AddDays(7));
        var breach = new Change(world.Kinds[DebriefFacts.Kind], debrief.Id, debrief, debrief, [new ClockBreached("debrief-due", late, late)]);
        var paging = new PageReaction(new RingingInMemory(world.Store, world.Kinds), world.Policies, world.Ids);
        var writing = (await paging.React(breach, load, late, default)).ShouldHaveSingleItem();
        var page = (PageFile)writing.Events.Aggregate(writing.Before, (f, e) => writing.Kind.Evolve(f, new Recorded(e, 1, late)));
        (page.Why, page.IsAboutDebrief, page.IsAboutCall, page.Started!.Triage).ShouldBe((PageNeed.DebriefOwed, true, false, "T3"));
        page.Started.Steps.Select(s => s.Role).ShouldBe(["CitySupervisor", "DutySupervisor", "CountyOfficer"]);
        PageView.Of(page).CaseId.ShouldBeNull();
    }
}
