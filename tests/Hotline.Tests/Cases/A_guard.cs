using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Tests.Cases;

/// <summary>Each guard holds when what it asks for is there, and not a moment before.</summary>
public sealed class A_guard
{
    private static readonly DateTimeOffset Now = CaseWorld.Morning;
    private static readonly CaseFile Bare = CaseFile.Empty(Guid.NewGuid(), CaseKind.Case) with { State = "EmergencyResponse", Triage = "T3" };
    private static readonly Step Plain = CaseWorld.Pack.Machines[CaseKind.Case].Steps.First(s => s.Trigger == "RecordChildSeen");

    private static bool Holds(string guard, CaseFile file, Step? step = null, Func<GuardWorld, GuardWorld>? also = null)
    {
        var world = new GuardWorld { Pack = CaseWorld.Pack, File = file, Now = Now };
        return GuardChecks.Holds(guard, step ?? Plain, also is null ? world : also(world));
    }

    private static CaseFile With(params (string Name, string Value)[] facts) =>
        Bare with { Facts = facts.ToImmutableSortedDictionary(f => f.Name, f => f.Value) };

    [Theory]
    [InlineData("child-seen", "childSeen=true")]
    [InlineData("seen-or-mistaken", "childSeen=true")]
    [InlineData("seen-or-mistaken", "identityMistaken=true")]
    [InlineData("guardian-able", "guardianAble=Able")]
    [InlineData("candidate-fit", "candidateFit=Fit")]
    [InlineData("guardian-educated", "guardianEducated=true")]
    [InlineData("medical-settled", "medicalNeed=true")]
    [InlineData("assessment-signed", "assessmentSigned=true")]
    [InlineData("child-heard", "childHeard=true")]
    [InlineData("plan-complete", "planComplete=true")]
    [InlineData("risk-low", "riskLevel=Low;lastVisitRisk=Low;visitRiskBefore=Low")]
    [InlineData("seen-at-last-review", "seenAtLastVisit=true")]
    [InlineData("adult-handover-done", "adultHandoverDone=true")]
    [InlineData("transfer-refused", "transferAnswer=Refused")]
    public void about_a_recorded_fact_wants_all_of_it(string guard, string facts)
    {
        var given = facts.Split(';').Select(f => f.Split('=')).Select(f => (f[0], f[1])).ToArray();
        Holds(guard, With(given)).ShouldBeTrue();
        for (var left = 0; left < given.Length; left++) Holds(guard, With([.. given.Where((_, i) => i != left)])).ShouldBeFalse();
        foreach (var (name, _) in given) Holds(guard, With([.. given.Select(f => f.Item1 == name ? (name, "false") : f)])).ShouldBeFalse();
    }

    [Theory]
    [InlineData("T1", true, false, true), InlineData("T2", true, true, true), InlineData("T3", false, true, true), InlineData("T4", false, true, false)]
    public void about_the_level_reads_the_level(string level, bool urgent, bool canRise, bool canFall)
    {
        var file = Bare with { Triage = level };
        (Holds("urgent-level", file), Holds("level-can-rise", file), Holds("level-can-fall", file)).ShouldBe((urgent, canRise, canFall));
        Holds("in-jurisdiction-or-emergency", file, also: w => w with { InJurisdiction = false }).ShouldBe(urgent);
        Holds("in-jurisdiction-or-emergency", file, also: w => w with { InJurisdiction = true }).ShouldBeTrue();
    }

    [Fact]
    public void about_a_merge_wants_the_other_case_to_be_open()
    {
        var other = Bare with { Id = Guid.NewGuid() };
        var ended = other with { State = "Closed" };
        bool With(string guard, CaseFile beside, params (string, string)[] facts) => Holds(guard, A_guard.With(facts), also: w => w with { Cases = [beside] });
        var (proposed, merged) = (("mergeInto", other.Id.ToString()), ("mergedInto", other.Id.ToString()));
        (With("merge-target-open", other, proposed), With("merge-target-open", ended, proposed), With("merge-target-open", other)).ShouldBe((true, false, false));
        (With("merged-away", other, merged), With("merged-away", ended, merged)).ShouldBe((true, false));
        // Split off and proposed anew.
        With("merge-target-open", other, proposed, ("mergedInto", "false")).ShouldBeTrue();
    }

    [Fact]
    public void about_danger_wants_seven_answers_and_no_unknown()
    {
        CaseFile Answered(string answer, int without = -1) => Bare with
        {
            Danger = Triaging.Questions.Where((_, i) => i != without).ToImmutableSortedDictionary(q => q, q => q == Triaging.Questions.First() ? answer : "no"),
        };
        Holds("danger-answered", Answered("no")).ShouldBeTrue();
        Holds("danger-answered", Answered("unknown")).ShouldBeFalse();
        Holds("danger-answered", Answered("no", without: 3)).ShouldBeFalse();
        (Holds("danger-sign", Answered("yes")), Holds("no-danger-sign", Answered("yes"))).ShouldBe((true, false));
        (Holds("danger-sign", Answered("no")), Holds("no-danger-sign", Answered("no"))).ShouldBe((false, true));
    }

    [Fact]
    public void about_open_clocks_sees_running_paused_and_breached_ones()
    {
        bool Free(string state, Step step) => Holds("no-open-clock", Bare with
        {
            Clocks = Bare.Clocks.Add("child-seen", new("child-seen", Now, null, Now.AddHours(1), state, false)),
        }, step);
        foreach (var open in new[] { ClockState.Running, ClockState.Paused, ClockState.Breached }) Free(open, Plain with { Meets = [] }).ShouldBeFalse(open);
        Free(ClockState.Met, Plain with { Meets = [] }).ShouldBeTrue();
        Free(ClockState.Running, Plain with { Meets = ["child-seen"] }).ShouldBeTrue();
    }

    [Fact]
    public void about_a_second_person_wants_another_one_s_proposal_of_this_state()
    {
        var confirm = Plain with { Trigger = "LowerLevel", Confirms = "ProposeLowerLevel" };
        bool Confirms(CaseFile file, Guid by) => Holds("second-person", file, confirm, w => w with { By = by });
        var proposed = Bare with { Proposals = Bare.Proposals.Add("ProposeLowerLevel", new(CaseWorld.Ling.Id, Now, 4)) };
        Confirms(Bare, CaseWorld.Chen.Id).ShouldBeFalse();
        Confirms(proposed, CaseWorld.Ling.Id).ShouldBeFalse();
        Confirms(proposed, CaseWorld.Chen.Id).ShouldBeTrue();
        Confirms(proposed with { Proposals = proposed.Proposals.Add("LowerLevel", new(CaseWorld.Chen.Id, Now, 5)) }, CaseWorld.Chen.Id).ShouldBeFalse();
    }

    [Fact]
    public void about_time_counts_from_the_recorded_day()
    {
        var minimum = Clock.DueAt(CaseWorld.Pack.Periods["follow-up-minimum"].Length, Now, CaseWorld.Pack.Calendar).DueAt;
        var file = With(("followUpStartedAt", Now.ToString("O")), ("closedAt", Now.ToString("O")));
        Holds("follow-up-period-over", file, also: w => w with { Now = minimum.AddSeconds(-1) }).ShouldBeFalse();
        Holds("follow-up-period-over", file, also: w => w with { Now = minimum }).ShouldBeTrue();
        Holds("follow-up-period-over", Bare, also: w => w with { Now = minimum }).ShouldBeFalse();
        var window = Clock.DueAt(CaseWorld.Pack.Periods["reopen-window"].Length, Now, CaseWorld.Pack.Calendar).DueAt;
        Holds("within-reopen-window", file, also: w => w with { Now = window.AddSeconds(-1) }).ShouldBeTrue();
        Holds("within-reopen-window", file, also: w => w with { Now = window }).ShouldBeFalse();
        Holds("within-reopen-window", Bare).ShouldBeFalse();
    }

    [Theory]
    [InlineData("safe-place", Regions.Placement, "Hospital,AtHome,Relative,ReturnedToGuardian,Adopted", "Unknown,Found,RemovedByPolice,InTransit,Absconded,Deceased")]
    [InlineData("police-recorded", Regions.Police, "Sent,ReceivedByPolice,Filed,NotFiled,Concluded", "NotSent")]
    [InlineData("police-not-filed", Regions.Police, "NotFiled", "NotSent,Filed,Concluded")]
    [InlineData("guardianship-final", Regions.Guardianship, "None,Returned,GuardianAppointed,LongTermActive,Restored,Adopted,Ended", "GuidanceGiven,Removed,TemporaryActive,ConferencePending,ReturnPlanned,PetitionFiled,OrderPending,RevokedTemporary,RestorationPending")]
    [InlineData("return-permitted", Regions.Guardianship, "None,GuidanceGiven,ReturnPlanned,Returned", "Removed,TemporaryActive,ConferencePending,PetitionFiled,OrderPending,RevokedTemporary")]
    public void about_a_region_reads_the_region(string guard, string region, string holds, string not)
    {
        var facts = With(("safePlace", "true"), ("policeState", "Sent"));
        bool In(string state) => Holds(guard, facts with { Regions = facts.Regions.Add(region, state) });
        foreach (var state in holds.Split(',')) In(state).ShouldBeTrue(state);
        foreach (var state in not.Split(',')) In(state).ShouldBeFalse(state);
        if (guard is not ("safe-place" or "police-recorded")) return;
        foreach (var state in holds.Split(',')) Holds(guard, Bare with { Regions = Bare.Regions.Add(region, state) }).ShouldBeFalse("nobody said so since the danger");
    }

    [Fact]
    public void about_the_shift_reads_the_roster_and_one_nobody_knows_lets_nobody_through()
    {
        Holds("on-shift", Bare).ShouldBeFalse();
        Holds("on-shift", Bare, also: w => w with { OnShift = true }).ShouldBeTrue();
        Holds("a-guard-of-tomorrow", Bare).ShouldBeFalse();
    }
}
