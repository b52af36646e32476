using Hotline.Cases;
using Hotline.Security;
using Hotline.Tests.Cases;
using Hotline.Workflow;
using static Hotline.Tests.Agencies.AgencyWorld;

namespace Hotline.Tests.Agencies;

public sealed class A_task_for_an_agency
{
    [Fact]
    public async Task begins_in_a_stream_of_its_own_and_leaves_its_mark_in_the_case_at_once()
    {
        var world = await Start();
        var task = await world.Task();
        task.ShouldSatisfyAllConditions(
            t => t.State.ShouldBe("Offered"), t => t.Receiver.ShouldBe(School), t => t.Triage.ShouldBe("T1"),
            t => t.Clocks["task-answer"].DueAt.ShouldBe(CaseWorld.Morning.AddHours(2)));
        var file = await world.File();
        task.Number.ShouldBe(file.Number + "-T1");
        file.Assignments.Single().ShouldBe(new AssignmentLink(task.Id, "task", task.Number, "Schooling", "", true));
        (await world.Task()).Number.ShouldBe(file.Number + "-T2");
    }

    [Fact]
    public async Task keeps_the_case_from_follow_up_until_its_end_is_confirmed()
    {
        var world = await Start();
        var (first, second) = (await world.Task(), await world.Task());
        Holds("tasks-settled", await world.File()).ShouldBeFalse();
        await world.Take(first, "Accept", Wu);
        await world.Take(first, "ReportDone", Wu);
        Holds("tasks-settled", await world.File()).ShouldBeFalse("only reported");
        var done = await world.Take(first, "ConfirmDone", CaseWorld.Chen);
        done.Clocks.Values.ShouldAllBe(c => !c.IsOpen);
        Holds("tasks-settled", await world.File()).ShouldBeFalse("the second is open");
        await world.Take(second, "Accept", Wu);
        await world.Take(second, "ReportImpossible", Wu);
        await world.Take(second, "ConfirmImpossible", CaseWorld.Chen);
        var file = await world.File();
        Holds("tasks-settled", file).ShouldBeTrue();
        Holds("nothing-outstanding", file).ShouldBeTrue();
        file.Assignments.Select(a => a.State).ShouldBe(["Done", "Impossible"]);
    }

    [Fact]
    public async Task is_heard_of_by_the_case_that_its_case_was_merged_into_however_often_that_was_merged_on()
    {
        var (first, task) = (await Start(), default(CaseFile)!);
        task = await first.Task();
        async Task<Guid> Merge(Guid from)
        {
            var into = (await first.World.File(CaseKind.Report, await first.World.Report())).Cases[0].Id;
            await first.World.Take(CaseKind.Case, from, "ProposeMerge", CaseWorld.Chen, Noon, CaseWorld.Filled(("intoCase", into.ToString())));
            await first.World.Take(CaseKind.Case, from, "MergeCase", CaseWorld.Ling, Noon);
            return into;
        }
        var last = await Merge(await Merge(first.Case));
        Holds("nothing-outstanding", await first.World.File(CaseKind.Case, last)).ShouldBeFalse();
        task = await first.Take(task, "Accept", Wu);
        task = await first.Take(task, "ReportDone", Wu);
        await first.Take(task, "ConfirmDone", CaseWorld.Chen);
        var file = await first.World.File(CaseKind.Case, last);
        Holds("tasks-settled", file).ShouldBeTrue();
        Holds("nothing-outstanding", file).ShouldBeTrue();
    }

    [Fact]
    public async Task goes_home_with_its_case_when_the_merge_is_undone()
    {
        var first = await Start();
        var task = await first.Task();
        var into = (await first.World.File(CaseKind.Report, await first.World.Report())).Cases[0].Id;
        await first.World.Take(CaseKind.Case, first.Case, "ProposeMerge", CaseWorld.Chen, Noon, CaseWorld.Filled(("intoCase", into.ToString())));
        await first.World.Take(CaseKind.Case, first.Case, "MergeCase", CaseWorld.Ling, Noon);
        Holds("nothing-outstanding", await first.World.File(CaseKind.Case, into)).ShouldBeFalse();
        await first.World.Take(CaseKind.Case, first.Case, "ProposeSplit", CaseWorld.Chen, Noon);
        await first.World.Take(CaseKind.Case, first.Case, "SplitCase", CaseWorld.Ling, Noon);
        Holds("nothing-outstanding", await first.World.File(CaseKind.Case, into)).ShouldBeTrue();
        Holds("nothing-outstanding", await first.File()).ShouldBeFalse();
        task = await first.Take(task, "Accept", Wu);
        task = await first.Take(task, "ReportDone", Wu);
        await first.Take(task, "ConfirmDone", CaseWorld.Chen);
        Holds("nothing-outstanding", await first.File()).ShouldBeTrue();
        (await first.World.File(CaseKind.Case, into)).Assignments.ShouldBeEmpty();
    }

    [Fact]
    public async Task of_an_emergency_cannot_be_refused_only_handed_on_after_acting()
    {
        var world = await Start();
        var task = await world.Task();
        Unmet(task, "Refuse").ShouldBe(["not-urgent-level"]);
        task = await world.Take(task, "Accept", Wu);
        task = await world.Take(task, "HandOn", Wu, ("agency", Centre.ToString()), ("acted", "已先行安置"));
        task.ShouldSatisfyAllConditions(t => t.State.ShouldBe("Offered"), t => t.Receiver.ShouldBe(Centre), t => t.Clocks["task-answer"].State.ShouldBe(ClockState.Running));
    }

    [Fact]
    public async Task without_danger_may_be_refused_and_the_superior_rules()
    {
        var world = await Start();
        var task = await world.Task();
        Unmet(task with { Triage = "T3" }, "Refuse").ShouldBeEmpty();
        task = await world.Take(task, "Refuse", Wu);
        (task.State, task.Clocks["task-ruling"].IsOpen, task.Clocks["task-answer"].IsOpen).ShouldBe(("Contested", true, false));
        (await world.Take(task, "Direct", Gao)).State.ShouldBe("Accepted");
        task = await world.Task();
        await world.Take(task, "Refuse", Wu);
        await world.Take(task, "UpholdRefusal", Gao);
        (await world.Take(task, "OfferElsewhere", CaseWorld.Chen, ("agency", Centre.ToString()))).ShouldSatisfyAllConditions(
            t => t.State.ShouldBe("Offered"), t => t.Receiver.ShouldBe(Centre));
    }

    [Fact]
    public async Task tells_the_name_only_where_the_task_needs_it()
    {
        var world = await Start();
        (await world.Task()).Assignment!.Child.Sealed.ShouldBeEmpty();
        CaseWorld.Pack.Machines["task"].Steps.First(s => s.Trigger == "Open").Form.ShouldContain(f => f.Name == "namesChild" && f.Required);
    }

    [Fact]
    public async Task is_cancelled_with_its_case_and_the_case_remembers_it()
    {
        var world = await Start();
        var task = await world.Task();
        await world.World.Take(CaseKind.Case, world.Case, "FindUnfounded", CaseWorld.Ling, Noon);
        (await world.World.File("task", task.Id)).State.ShouldBe("Cancelled");
        (await world.File()).Assignments.Single().ShouldSatisfyAllConditions(a => a.IsOpen.ShouldBeFalse(), a => a.State.ShouldBe("Cancelled"));
    }

    [Fact]
    public async Task shows_rows_that_a_rebuild_makes_again_byte_for_byte()
    {
        var world = await Start();
        var task = await world.Take(await world.Task(), "Accept", Wu);
        var rebuilt = world.World.Kinds["task"].Rows(world.World.Kinds["task"].Fold(task.Id, await world.World.Store.Read(task.Id))).Single();
        world.World.Store.Row(FileRow.Set, task.Id)!.Value.ShouldBe(rebuilt.Values);
    }
}

public sealed class The_two_sides_of_a_task
{
    private static readonly Guid Elsewhere = Guid.Parse("01a20000-0000-7000-8000-0000000000a9");
    private static readonly Subject Subject = new("task", "440199", null, School, Centre);

    private static Caller Of(Guid organisation, string role, string division = "440199") => new(Guid.NewGuid(), "x", [role], division, organisation, "School");

    private static Step Step(string name) => CaseWorld.Pack.Machines["task"].Steps.First(s => s.Name == name);

    [Fact]
    public void each_take_their_own_steps()
    {
        Permissions.RoleFor(Of(School, "AgencyStaff"), Step("Accept"), Subject).ShouldBe("AgencyStaff");
        Permissions.RoleFor(Of(Elsewhere, "AgencyStaff"), Step("Accept"), Subject).ShouldBeNull();
        Permissions.RoleFor(Of(Centre, "CountyOfficer"), Step("ConfirmDone"), Subject).ShouldBe("CountyOfficer");
        Permissions.RoleFor(Of(School, "CountyOfficer"), Step("ConfirmDone"), Subject).ShouldBeNull("nobody confirms what they did themselves");
    }

    [Fact]
    public void both_know_of_it_and_so_does_who_reads_the_case_but_nobody_else()
    {
        var permissions = new Permissions(new PolicyBook(CaseWorld.Pack));
        permissions.MayRead(Of(School, "AgencyStaff", "440299"), Subject).ShouldBeTrue();
        permissions.MayRead(Of(Centre, "InstitutionStaff"), Subject).ShouldBeTrue();
        permissions.MayRead(Of(Elsewhere, "CountyOfficer"), Subject).ShouldBeTrue();
        permissions.MayRead(Of(Elsewhere, "CountyOfficer", "440299"), Subject).ShouldBeFalse();
        permissions.MayRead(Of(Elsewhere, "InstitutionStaff"), Subject).ShouldBeFalse();
        permissions.MayRead(Of(School, "Reporter"), Subject).ShouldBeFalse("whoever only reports does not work on tasks");
    }
}
