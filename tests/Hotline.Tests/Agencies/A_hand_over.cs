using Hotline.Cases;
using Hotline.Tests.Cases;
using Hotline.Workflow;
using static Hotline.Tests.Agencies.AgencyWorld;

namespace Hotline.Tests.Agencies;

public sealed class A_hand_over_of_a_child
{
    [Fact]
    public async Task is_signed_by_both_sides_and_ends_when_a_named_person_has_the_child()
    {
        var world = await Start();
        var transfer = await world.Transfer();
        Holds("no-open-transfer", await world.File()).ShouldBeFalse("one at a time");
        transfer = await world.Take(transfer, "Accept", He);
        (await world.World.Store.Read(world.Case)).Select(e => e.Type).ShouldContain("transfer_accepted");
        transfer = await world.Take(transfer, "Depart", CaseWorld.Chen);
        transfer.Clocks["handover-arrival"].State.ShouldBe(ClockState.Running);
        await world.Take(transfer, "Arrive", He);
        transfer = await world.Take(transfer, "ConfirmReceived", He);
        transfer.State.ShouldBe("Received");
        transfer.Clocks.Values.ShouldAllBe(c => !c.IsOpen);
        var file = await world.File();
        file.Assignments.Single().ShouldSatisfyAllConditions(a => a.IsOpen.ShouldBeFalse(), a => a.State.ShouldBe("Received"));
        file.Fact("transferAnswer").ShouldBeNull("the child moved, not the case");
    }

    [Theory]
    [InlineData("CivilToInstitution", "RescueProtectionInstitution"), InlineData("ToRelative", "Relative"), InlineData("ToHospital", "Hospital")]
    [InlineData("ToGuardian", "ReturnedToGuardian"), InlineData("ToOutflowCounty", "ReturnedToHomePlace")]
    public async Task takes_the_placement_of_the_case_with_it(string kind, string place)
    {
        var world = await Start();
        var transfer = await world.Take(await world.Transfer(kind), "Accept", He);
        (await world.File()).Regions.ContainsKey(Regions.Placement).ShouldBeFalse("nobody has left yet");
        transfer = await world.Take(transfer, "Depart", CaseWorld.Chen);
        (await world.File()).Regions[Regions.Placement].ShouldBe("InTransit");
        await world.Take(transfer, "Arrive", He);
        await world.Take(transfer, "ConfirmReceived", He);
        (await world.File()).Regions[Regions.Placement].ShouldBe(place);
    }

    [Fact]
    public async Task that_fails_on_the_way_brings_the_child_back_to_where_it_was()
    {
        var world = await Start();
        await world.World.Take(CaseKind.Case, world.Case, "ToHospital", CaseWorld.Chen, Noon, null, Regions.Placement);
        var transfer = await world.Take(await world.Transfer(), "Accept", He);
        transfer = await world.Take(transfer, "Depart", CaseWorld.Chen);
        await world.Take(transfer, "TurnBack", CaseWorld.Chen);
        (await world.File()).Regions[Regions.Placement].ShouldBe("Hospital");
    }

    /// <summary>Two files were thought to be of one child, the child left, and they turn out to be of two.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task is_no_longer_on_the_way_for_a_case_that_it_was_never_of(bool hasOneOfItsOwn)
    {
        var world = await Start();
        var into = (await world.World.File(CaseKind.Report, await world.World.Report())).Cases[0].Id;
        await world.World.Take(CaseKind.Case, into, "ToHospital", CaseWorld.Chen, Noon, null, Regions.Placement);
        var transfer = await world.Take(await world.Transfer(), "Accept", He);
        await world.World.Take(CaseKind.Case, world.Case, "ProposeMerge", CaseWorld.Chen, Noon, CaseWorld.Filled(("intoCase", into.ToString())));
        await world.World.Take(CaseKind.Case, world.Case, "MergeCase", CaseWorld.Ling, Noon);
        await world.Take(transfer, "Depart", CaseWorld.Chen);
        if (hasOneOfItsOwn) await world.World.Open("transfer", "Propose", into, CaseWorld.Chen, Noon, ("to", Centre.ToString()), ("kind", "ToHospital"));
        Placed(await world.World.File(CaseKind.Case, into)).ShouldBe("InTransit");
        await world.World.Take(CaseKind.Case, world.Case, "ProposeSplit", CaseWorld.Chen, Noon);
        await world.World.Take(CaseKind.Case, world.Case, "SplitCase", CaseWorld.Ling, Noon);
        Placed(await world.World.File(CaseKind.Case, into)).ShouldBe(hasOneOfItsOwn ? "InTransit" : "Hospital");
        Placed(await world.File()).ShouldBe("InTransit");
    }

    private static string? Placed(CaseFile file) => Regions.State(CaseWorld.Pack, file, Regions.Placement);

    [Fact]
    public async Task by_the_police_waits_for_medical_check_and_DNA_or_a_stated_emergency()
    {
        var world = await Start();
        var transfer = await world.Take(await world.Transfer("PoliceToCivil"), "Accept", He);
        Unmet(transfer, "Depart").ShouldBe(["checks-done-or-pending"]);
        Unmet(await world.Take(transfer, "RecordChecks", CaseWorld.Chen), "Depart").ShouldBeEmpty();
        var urgent = await world.Take(transfer, "AllowPending", CaseWorld.Chen);
        Unmet(urgent, "Depart").ShouldBeEmpty();
        urgent.Clocks["handover-checks"].IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task to_the_outflow_county_needs_a_plan_for_a_stable_return()
    {
        var world = await Start();
        var transfer = await world.Take(await world.Transfer("ToOutflowCounty"), "Accept", He);
        Unmet(transfer, "Depart").ShouldBe(["return-plan-made"]);
        Unmet(await world.Take(transfer, "RecordReturnPlan", CaseWorld.Chen), "Depart").ShouldBeEmpty();
    }

    [Fact]
    public async Task refused_goes_back_and_may_be_proposed_to_another_body()
    {
        var world = await Start();
        var transfer = await world.Take(await world.Transfer(), "Refuse", He);
        (transfer.State, transfer.Clocks["transfer-ruling"].IsOpen).ShouldBe(("Refused", true));
        transfer = await world.Take(transfer, "ProposeAgain", CaseWorld.Chen, ("to", School.ToString()));
        (transfer.State, transfer.Receiver).ShouldBe(("Proposed", (Guid?)School));
        transfer.Clocks["transfer-answer"].DueAt.ShouldBe(Noon.AddHours(2));
    }

    [Fact]
    public async Task unanswered_is_directed_by_the_superior_once_its_time_is_over()
    {
        var world = await Start();
        var transfer = await world.Transfer();
        Unmet(transfer, "Direct").ShouldContain("answer-overdue");
        var late = Stepping.Fold(transfer, [new ClockBreached("transfer-answer", transfer.Clocks["transfer-answer"].DueAt, Noon)], Noon);
        Unmet(late, "Direct").ShouldBeEmpty();
        CaseWorld.Pack.Clocks["transfer-answer"].BreachPages.ShouldBe("common-superior");
    }
}

public sealed class A_transfer_of_a_case
{
    private static async Task<(AgencyWorld World, CaseFile Transfer)> Sent()
    {
        var world = await Start();
        await world.World.Take(CaseKind.Case, world.Case, "TransferCase", CaseWorld.Chen, CaseWorld.Morning, FormValues.With("receiver", Centre.ToString()));
        var link = (await world.File()).Assignments.Single();
        return (world, await world.World.File("transfer", link.Id));
    }

    [Fact]
    public async Task asks_the_receiver_and_starts_its_clock()
    {
        var (world, transfer) = await Sent();
        transfer.ShouldSatisfyAllConditions(
            t => t.State.ShouldBe("Proposed"), t => t.Receiver.ShouldBe(Centre), t => t.Clocks["transfer-answer"].IsOpen.ShouldBeTrue());
        (await world.File()).ShouldSatisfyAllConditions(f => f.State.ShouldBe("TransferredOut"), f => f.Clocks.Values.ShouldAllBe(c => !c.IsOpen));
        Holds("transfer-unanswered", await world.File()).ShouldBeTrue();
        Unmet(transfer, "Accept").ShouldBeEmpty();
    }

    [Fact]
    public async Task is_over_when_the_receiver_takes_the_case()
    {
        var (world, transfer) = await Sent();
        (await world.Take(transfer, "Accept", CaseWorld.Chen)).State.ShouldBe("Received");
        (await world.File()).ShouldSatisfyAllConditions(f => f.Fact("transferAnswer").ShouldBe("Accepted"), f => Holds("nothing-outstanding", f).ShouldBeTrue());
    }

    [Fact]
    public async Task comes_back_when_the_receiver_refuses_and_is_withdrawn_when_the_case_is_reopened()
    {
        var (world, transfer) = await Sent();
        await world.Take(transfer, "Refuse", He);
        Holds("transfer-refused", await world.File()).ShouldBeTrue();
        await world.World.Take(CaseKind.Case, world.Case, "Reopen", CaseWorld.Chen, Noon);
        (await world.World.File("transfer", transfer.Id)).State.ShouldBe("Withdrawn");
    }
}

public sealed class A_visit
{
    private static readonly (string, string)[] Seen = [("visitedAt", "2026-11-21T03:00:00Z"), ("riskLevel", "Low"), ("lifeThreat", "no")];

    [Fact]
    public async Task counts_as_the_child_having_been_seen()
    {
        var world = await Start();
        var visit = await world.Take(await world.Visit(), "RecordVisit", He, Seen);
        visit.State.ShouldBe("Done");
        (await world.File()).ShouldSatisfyAllConditions(
            f => f.Fact("childSeen").ShouldBe("true"), f => f.Clocks["child-seen"].IsOpen.ShouldBeFalse(), f => f.Assignments.Single().State.ShouldBe("Done"));
    }

    [Fact]
    public async Task in_follow_up_counts_as_the_follow_up_visit()
    {
        var world = await Start();
        foreach (var step in new[] { "EmergencyStable", "ApprovePlan", "ServicesDelivered" })
            await world.World.Take(CaseKind.Case, world.Case, step, CaseWorld.Chen, CaseWorld.Morning);
        await world.Take(await world.Visit(), "RecordVisit", He, Seen);
        (await world.File()).ShouldSatisfyAllConditions(f => f.Fact("seenAtLastVisit").ShouldBe("true"), f => f.Fact("lastVisitRisk").ShouldBe("Low"));
    }

    [Fact]
    public async Task that_finds_danger_raises_the_level_without_waiting_for_the_desk()
    {
        var world = await Start();
        await world.World.Take(CaseKind.Case, world.Case, "LowerLevel", CaseWorld.Chen, CaseWorld.Morning, FormValues.Nothing);
        var low = Stepping.Fold(await world.File(), [new LevelChanged("T1", "T3", Actor.System, "")], Noon);
        var step = new StepTaken { Machine = "visit", Trigger = "RecordVisit", From = "Planned", To = "Done", By = He, Fields = CaseWorld.Filled(("lifeThreat", "yes")).Fields };
        var after = Stepping.Fold(low, Hotline.Agencies.Visiting.Consequences(CaseWorld.Pack, low, step, Guid.NewGuid(), Noon), Noon);
        (after.Triage, after.Danger["lifeThreat"]).ShouldBe(("T1", "yes"));
    }

    [Fact]
    public async Task that_met_nobody_asks_what_follows_and_is_planned_again()
    {
        var world = await Start();
        var visit = await world.Take(await world.Visit(), "RecordNotFound", He);
        visit.Clocks["visit-next"].IsOpen.ShouldBeTrue();
        (await world.Take(visit, "PlanAgain", CaseWorld.Chen, ("visitor", School.ToString()))).ShouldSatisfyAllConditions(
            v => v.State.ShouldBe("Planned"), v => v.Receiver.ShouldBe(School), v => v.Clocks["visit-next"].IsOpen.ShouldBeFalse());
    }
}
