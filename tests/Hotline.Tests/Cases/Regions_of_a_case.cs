using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Tests.Cases;

/// <summary>Police, placement and guardianship beside the main state of one case (domain 3.3 and 6).</summary>
public sealed class Regions_of_a_case
{
    private static readonly Actor Wang = new(Guid.Parse("01a20000-0000-7000-8000-000000000003"), "police", "PoliceLiaison");
    private readonly CaseWorld world = new();
    private Guid id;
    private DateTimeOffset now = CaseWorld.Morning;

    private async Task<CaseFile> Case(string lifeThreat = "yes")
    {
        var report = await world.File(CaseKind.Report, await world.Report(lifeThreat));
        id = report.Cases[0].Id;
        return await world.File(CaseKind.Case, id);
    }

    private Task<CaseFile> Police(string trigger) => world.Take(CaseKind.Case, id, trigger, Wang, now, null, Regions.Police);

    private Task<CaseFile> Place(string trigger, FormValues? values = null) => world.Take(CaseKind.Case, id, trigger, CaseWorld.Chen, now, values, Regions.Placement);

    private Task<CaseFile> Guard(string trigger, FormValues? values = null) => world.Take(CaseKind.Case, id, trigger, CaseWorld.Chen, now, values, Regions.Guardianship);

    private Task<CaseFile> Main(string trigger) => world.Take(CaseKind.Case, id, trigger, CaseWorld.Chen, now);

    private async Task<CaseFile> Write(Func<CaseFile, System.Collections.Immutable.ImmutableArray<Happening>> events)
    {
        var file = await world.File(CaseKind.Case, id);
        await world.Writer.Write("county", now, _ => Task.FromResult<Decision>(new Decision.Accepted(Writing.To(world.Kinds[CaseKind.Case], id, file, events(file)))));
        return await world.File(CaseKind.Case, id);
    }

    private static string? At(CaseFile file, string region) => Regions.State(CaseWorld.Pack, file, region);

    private static bool Holds(string guard, CaseFile file, DateTimeOffset? now = null) => GuardChecks.Holds(
        guard, CaseWorld.Pack.Machines["case"].Steps[0], new() { Pack = CaseWorld.Pack, File = file, Now = now ?? CaseWorld.Morning });

    [Fact]
    public async Task begin_with_the_case_and_move_without_moving_it()
    {
        var opened = await Case();
        (At(opened, Regions.Police), At(opened, Regions.Placement), At(opened, Regions.Guardianship)).ShouldBe(("NotSent", "Unknown", "None"));
        var file = await Police("Receive");
        file.ShouldSatisfyAllConditions(
            f => At(f, Regions.Police).ShouldBe("ReceivedByPolice"), f => f.State.ShouldBe("EmergencyResponse"), f => f.EnteredAt.ShouldBe(opened.EnteredAt),
            f => f.Version.ShouldBeGreaterThan(opened.Version), f => f.Clocks["police-notified"].State.ShouldBe(ClockState.Met));
    }

    /// <summary>Domain 3.3: only a police account or a liaison with the number of an official document.</summary>
    [Fact]
    public void of_the_police_are_moved_by_the_police_alone_and_with_a_document_number() =>
        CaseWorld.Pack.Machines[Regions.Police].Steps.Where(s => !s.Who.SequenceEqual(["System"])).ShouldAllBe(s =>
            s.Who.SequenceEqual(new[] { "PoliceLiaison" }) && s.Form.Any(f => f.Name == "documentNo" && f.Required));

    [Fact]
    public async Task hear_that_the_police_were_told()
    {
        await Case();
        var file = await Main("RecordPoliceState");
        At(file, Regions.Police).ShouldBe("Sent");
        Holds("police-recorded", file).ShouldBeTrue();
        var again = await Main("DeclareEmergency");
        At(again, Regions.Police).ShouldBe("Sent");
        Holds("police-recorded", again).ShouldBeFalse("a new danger is told anew");
        Holds("police-recorded", await Main("RecordPoliceState")).ShouldBeTrue();
    }

    [Fact]
    public async Task say_whether_the_child_is_safe_for_the_end_of_the_emergency()
    {
        Holds("safe-place", await Case()).ShouldBeFalse();
        Holds("safe-place", await Place("RecordAtHome", FormValues.With("safe", "false"))).ShouldBeFalse();
        Holds("safe-place", await Place("ConfirmSafe")).ShouldBeTrue();
        Holds("safe-place", await Main("DeclareEmergency")).ShouldBeFalse("a new danger asks anew");
        Holds("safe-place", await Place("ToHospital")).ShouldBeTrue();
        var gone = await Place("Abscond");
        Holds("safe-place", gone).ShouldBeFalse();
        Holds("no-open-clock", gone).ShouldBeFalse();
    }

    /// <summary>Domain 3.3: pages at once. The clock runs a second and rings the base plan.</summary>
    [Fact]
    public async Task ring_at_once_when_the_child_runs_away_until_it_is_found()
    {
        await Case();
        await Place("ToTemporaryShelter");
        var gone = await Place("Abscond");
        gone.Clocks["absconded-search"].DueAt.ShouldBeLessThanOrEqualTo(now.AddSeconds(1));
        CaseWorld.Pack.Clocks["absconded-search"].BreachPages.ShouldBe("base");
        (await Place("ToRelative")).Clocks["absconded-search"].State.ShouldBe(ClockState.Met);
    }

    [Fact]
    public async Task follow_a_transfer_there_and_back()
    {
        await Case();
        await Place("ToHospital");
        var away = await Write(f => Placing.Depart(CaseWorld.Pack, f, CaseWorld.Chen, now));
        At(away, Regions.Placement).ShouldBe(Placing.InTransit);
        var back = await Write(f => Placing.ComeBack(CaseWorld.Pack, f, CaseWorld.Chen, now));
        At(back, Regions.Placement).ShouldBe("Hospital");
        await Write(f => Placing.Depart(CaseWorld.Pack, f, CaseWorld.Chen, now));
        var there = await Write(f => Placing.Arrive(CaseWorld.Pack, f, "WelfareInstitution", CaseWorld.Chen, now));
        (At(there, Regions.Placement), Holds("safe-place", there)).ShouldBe(("WelfareInstitution", true));
        Placing.ComeBack(CaseWorld.Pack, there, CaseWorld.Chen, now).ShouldBeEmpty("nobody is on the way");
    }

    [Fact]
    public void let_a_transfer_reach_every_place_and_every_end_that_a_receiver_can_be()
    {
        var placement = CaseWorld.Pack.Machines[Regions.Placement];
        var reached = placement.StepsFrom(Placing.InTransit).Where(s => s.Who.Contains("System") && s.To is not null).Select(s => s.To).ToHashSet();
        placement.Leaves.Where(s => s.Parent == "Placed").Select(s => s.Name).Concat(["ReturnedToGuardian", "ReturnedToHomePlace"]).ShouldAllBe(s => reached.Contains(s));
    }

    /// <summary>K03–K06 of domain 3.7, from the removal to the child's return.</summary>
    [Fact]
    public async Task hold_the_clocks_of_removal_temporary_guardianship_and_return()
    {
        await Case();
        var removed = await world.Take(CaseKind.Case, id, "Remove", Wang, now, null, Regions.Guardianship);
        (At(removed, Regions.Guardianship), At(removed, Regions.Placement)).ShouldBe(("Removed", "RemovedByPolice"));
        removed.Clocks["police-case-note"].State.ShouldBe(ClockState.Running);
        Placing.MayReturnToGuardian(CaseWorld.Pack, removed).ShouldBeFalse();
        var temporary = await Guard("StartTemporary");
        temporary.Clocks["temporary-guardianship"].DueAt.ShouldBe(now.AddYears(1));
        await Guard("ConveneConference");
        Holds("guardian-able", await world.File(CaseKind.Case, id)).ShouldBeFalse();
        await Guard("ReassessGuardian", FormValues.With("ability", "Able"));
        var planned = await Guard("PlanReturn");
        (Holds("guardian-able", planned), Holds("return-permitted", planned)).ShouldBe((true, true));
        planned.Clocks["guardian-collects"].DueAt.ShouldBe(now.AddDays(3));
        var back = await Guard("HandBack");
        (At(back, Regions.Guardianship), At(back, Regions.Placement), Holds("guardianship-final", back)).ShouldBe(("Returned", "ReturnedToGuardian", true));
        back.Clocks.Values.Where(c => c.Code.StartsWith("temporary", StringComparison.Ordinal) || c.Code == "conference-due").ShouldAllBe(c => !c.IsOpen);
        await Police("Receive");
        (await Police("FileCase")).Clocks["police-feedback"].DueAt.ShouldBe(now.AddDays(3));
        (await Police("GiveFeedback")).Clocks["police-feedback"].State.ShouldBe(ClockState.Met);
        (await Police("WriteNote")).Clocks["police-case-note"].State.ShouldBe(ClockState.Met);
    }

    [Fact]
    public async Task publish_the_stage_while_the_guardianship_is_intervened_in()
    {
        Stages.Of(CaseWorld.Pack, await Case()).ShouldBe("EmergencyResponse");
        var guided = await Guard("GiveGuidance");
        (Stages.Of(CaseWorld.Pack, guided), Holds("guardianship-final", guided)).ShouldBe(("GuardianshipIntervention", false));
        world.Store.Row(FileRow.Set, id)!.Value.ShouldContain("GuardianshipIntervention");
        var ended = await Guard("EndGuidance");
        (Stages.Of(CaseWorld.Pack, ended), Holds("guardianship-final", ended)).ShouldBe(("EmergencyResponse", true));
    }

    /// <summary>Domain 3.2: the final states for C7.</summary>
    [Fact]
    public void of_guardianship_end_where_the_closing_of_a_case_may_begin() =>
        CaseWorld.Pack.Machines[Regions.Guardianship].Leaves.Where(s => s.Final).Select(s => s.Name).Order()
            .ShouldBe(["Adopted", "Ended", "GuardianAppointed", "LongTermActive", "Restored", "Returned"]);

    /// <summary>S002-28: a child is sent after the guardian did not mend, so there must be a record that the police educated.</summary>
    [Fact]
    public async Task take_the_child_after_education_only_where_there_was_some()
    {
        Holds("guardian-educated", await Case()).ShouldBeFalse();
        await Police("Receive");
        Holds("guardian-educated", await Police("WarnGuardian")).ShouldBeTrue();
        CaseWorld.Pack.Machines[Regions.Guardianship].Steps.Single(s => s.Name == "StartTemporaryAfterEducation").Guards.ShouldBe(["guardian-educated"]);
    }

    /// <summary>S002-26: no assessment, no appointment; GIO art. 44: adoption a year after the judgment, save where restoration is barred.</summary>
    [Fact]
    public async Task appoint_and_adopt_after_an_assessment_and_the_waiting_time()
    {
        await Case();
        await Guard("StartTemporary");
        (await Guard("FilePetition")).Clocks["temporary-guardianship"].IsOpen.ShouldBeFalse("at the year's end the case shows a petition");
        (await Guard("RecordTrial")).Clocks["court-decision"].DueAt.ShouldBe(now.AddMonths(1));
        var revoked = await Guard("RecordRevocation", FormValues.With("barred", "false"));
        Holds("candidate-fit", revoked).ShouldBeFalse();
        (Holds("adoption-wait-over", revoked, now.AddMonths(11)), Holds("adoption-wait-over", revoked, now.AddMonths(12))).ShouldBe((false, true));
        Holds("restoration-not-barred", revoked).ShouldBeTrue();
        (await Guard("RequestRestoration")).ShouldSatisfyAllConditions(f => At(f, Regions.Guardianship).ShouldBe("RestorationPending"));
        At(await Guard("RefuseRestoration"), Regions.Guardianship).ShouldBe("RevokedTemporary");
        Holds("candidate-fit", await Guard("AssessCandidate", FormValues.With("fit", "Fit"))).ShouldBeTrue();
        At(await Guard("StartLongTerm"), Regions.Guardianship).ShouldBe("LongTermActive");
    }

    [Fact]
    public async Task end_with_the_child_who_died_and_leave_it_on_record()
    {
        await Case();
        await Guard("StartTemporary");
        await Main("ProposeCloseByDeath");
        var closed = await Main("CloseByDeath");
        (closed.State, At(closed, Regions.Placement), At(closed, Regions.Guardianship)).ShouldBe(("Closed", "Deceased", "Ended"));
        Stages.Of(CaseWorld.Pack, closed).ShouldBe("Monitoring");
        closed.Clocks.Values.ShouldAllBe(c => !c.IsOpen);
    }

    /// <summary>A proposal in the main machine does not lapse because a region moved.</summary>
    [Fact]
    public async Task leave_what_two_people_decide_in_the_main_machine_alone()
    {
        await Case();
        await world.Take(CaseKind.Case, id, "ProposeLowerLevel", CaseWorld.Ling, now, FormValues.With("level", "T2"));
        var file = await Police("Receive");
        var confirming = CaseWorld.Pack.Machines["case"].Steps.First(s => s.Trigger == "LowerLevel");
        GuardChecks.Holds("second-person", confirming, new() { Pack = CaseWorld.Pack, File = file, Now = now, By = CaseWorld.Chen.Id }).ShouldBeTrue();
    }

    /// <summary>A case that began under a pack without these machines is judged by its own facts.</summary>
    [Fact]
    public async Task are_not_asked_where_the_pack_has_none()
    {
        var opened = await Case();
        var old = CaseWorld.Pack with { Machines = CaseWorld.Pack.Machines.RemoveRange(Regions.Names) };
        var file = opened with { Facts = opened.Facts.SetItem("safePlace", "true").SetItem("policeState", "Sent") };
        foreach (var guard in new[] { "safe-place", "police-recorded", "guardianship-final", "return-permitted" })
            GuardChecks.Holds(guard, old.Machines["case"].Steps[0], new() { Pack = old, File = file, Now = now }).ShouldBeTrue(guard);
        Stages.Of(old, file).ShouldBe("EmergencyResponse");
    }
}
