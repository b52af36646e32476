using System.Collections.Immutable;
using FsCheck.Fluent;
using Hotline.Cases;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Paging;

public sealed class A_climbing_page
{
    private static readonly DateTimeOffset Nine = new(2026, 11, 21, 1, 0, 0, TimeSpan.Zero);
    private static readonly Guid Ling = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Boss = new("00000000-0000-0000-0000-000000000002");
    private static readonly Guid Town = new("00000000-0000-0000-0000-000000000003");
    private static readonly PageKind Kind = new();

    private static readonly Escalation Plan = new(
        "base", new("呼叫", "Page"),
        [
            new(TimeSpan.Zero, "DutyOfficer", "own", ["sms"]), new(TimeSpan.FromMinutes(2), "DutyOfficer", "own", ["call"]),
            new(TimeSpan.FromMinutes(5), "DutySupervisor", "own", ["sms", "call"]), new(TimeSpan.FromMinutes(15), "CitySupervisor", "city", ["sms"]),
        ],
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), new("design 7", Mark.Design));

    private sealed class CountedIds : IIds
    {
        private int next;

        public Guid New() => new(++next, 0, 0, new byte[8]);

        public string Code(int length) => $"R{++next:D4}"[..length];
    }

    private static readonly CountedIds Ids = new();

    private static IReadOnlyList<Reachable> Everyone(PlanStep step) => step.Role switch
    {
        "DutyOfficer" => [new(Ling, true, true, 1)],
        "DutySupervisor" => [new(Boss, true, true, 1)],
        _ => [new(Town, true, true, 1)],
    };

    private static PageFile Started(Escalation? plan = null) =>
        Fold(new PageFile { Id = Guid.NewGuid() }, Nine, Pages.Start(new PageNeed(null, "R-1", null, "T1", "440199", plan ?? Plan, PageNeed.NewReport)));

    private static PageFile Fold(PageFile page, DateTimeOffset at, params ImmutableArray<Happening> events) =>
        events.Aggregate(page, (p, e) => p.Evolve(new Recorded(e, p.Version + 1, at)));

    private static (PageFile Page, Decision.Accepted Decision) Climb(
        PageFile page, DateTimeOffset now, Func<PlanStep, IReadOnlyList<Reachable>>? duty = null, DateTimeOffset? clock = null)
    {
        var accepted = Climbing.Decide(Kind, page, duty ?? Everyone, LimitRules.Unsaid, Ids, now, clock ?? now).ShouldBeOfType<Decision.Accepted>();
        return (Fold(page, now, accepted.Writings.Single().Events), accepted);
    }

    [Fact]
    public void begins_at_once_with_a_text_to_whoever_is_on_duty()
    {
        var (page, decision) = Climb(Started(), Nine);
        page.Attempts.Single().ShouldSatisfyAllConditions(
            a => a.Role.ShouldBe("DutyOfficer"), a => a.Channel.ShouldBe("sms"), a => a.Person.ShouldBe(Ling), a => a.ValiditySeconds.ShouldBe(120));
        decision.Outbox.Single().Topic.ShouldBe(Topics.Sms);
        decision.Outbox.Single().Payload.ShouldNotContain("1415");
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(2));
    }

    [Fact]
    public void walks_its_plan_by_the_clock_and_then_rings_all_for_ever()
    {
        var page = Started();
        var times = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            times.Add((page.NextClimbAt!.Value - Nine).TotalMinutes);
            page = Climb(page, page.NextClimbAt.Value).Page;
        }
        times.ShouldBe([0, 2, 5, 15, 20, 25, 30, 35]);
        page.Attempts.Count(a => a.Climb == page.Climb).ShouldBe(5); // duty twice, supervisor twice, city once
    }

    [Fact]
    public void skips_a_step_with_nobody_on_duty_at_once()
    {
        var (page, decision) = Climb(Started(), Nine, step => step.Role == "DutyOfficer" ? [] : Everyone(step));
        page.Attempts.Select(a => a.Role).Distinct().Single().ShouldBe("DutySupervisor");
        decision.Writings.Single().Events.OfType<PageClimbed>().Single().Skipped.ShouldBe([0, 1]);
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(15));
    }

    [Fact]
    public void keeps_the_waits_of_its_level()
    {
        var plan = Plan with { Steps = [Plan.Steps[0], new(ImmutableDictionary<string, TimeSpan>.Empty.Add("T1", TimeSpan.FromSeconds(45)), "DutyOfficer", "own", ["call"]), Plan.Steps[3]] };
        int[] Seconds(string triage) => [.. Pages.Start(new(null, null, null, triage, "440199", plan, PageNeed.NewReport)).OfType<PageStarted>().Single().Steps.Select(s => s.AfterSeconds)];
        Seconds("T1").ShouldBe([0, 45, 900]);
        Seconds("T2").ShouldBe([0, 900], "a level that is not named has no such step");
    }

    /// <summary>Two ends of one call must not be one row of the outbox: the second answer would fail.</summary>
    [Fact]
    public void answered_a_second_time_while_the_end_of_its_call_still_waits_is_answered()
    {
        var page = Climb(Climb(Started(), Nine).Page, Nine.AddMinutes(2)).Page;
        var call = page.Attempts.Single(a => a.Channel == "call");
        page = page.Evolve(new(new AttemptSent(call.Id, false), page.Version + 1, Nine.AddMinutes(2)));
        Guid End() => Pages.Acknowledge(Kind, page, new(Boss, "supervisor", "DutySupervisor"), "console", null).ShouldBeOfType<Decision.Accepted>().Outbox.Single().Id;
        var first = End();
        page = page.Evolve(new(new PageAcknowledged(new(Boss, "supervisor", "DutySupervisor"), "console", null), page.Version + 1, Nine.AddMinutes(3)));
        page = page.Evolve(new(new PageRangAgain(), page.Version + 1, Nine.AddMinutes(18)));
        new[] { first, call.Id }.ShouldNotContain(End());
    }

    [Fact]
    public void sets_its_timer_anew_for_a_step_of_the_same_moment()
    {
        var plan = Plan with { Steps = [Plan.Steps[0], new(TimeSpan.Zero, "CitySupervisor", "city", ["sms"])] };
        var (page, decision) = Climb(Started(plan), Nine);
        page.NextClimbAt.ShouldBe(Nine);
        decision.Timers.ShouldHaveSingleItem().ShouldBe(PageTimers.Climb(page));
        Climb(page, Nine).Page.Attempts.Select(a => a.Role).ShouldBe(["DutyOfficer", "CitySupervisor"]);
    }

    [Fact]
    public void with_nobody_at_all_goes_on_asking()
    {
        var (page, decision) = Climb(Started(), Nine, _ => []);
        page.Attempts.ShouldBeEmpty();
        decision.Outbox.ShouldBeEmpty();
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(5));
        Climb(page, Nine.AddMinutes(5)).Page.Attempts.ShouldNotBeEmpty();
    }

    [Fact]
    public void takes_the_channel_that_is_left_when_the_planned_one_is_off()
    {
        var (page, _) = Climb(Started(), Nine, _ => [new(Ling, Sms: false, Call: true, 1)]);
        page.Attempts.Single().Channel.ShouldBe("call");
    }

    [Fact]
    public void rings_whoever_was_put_in_anothers_place_at_once_and_in_every_round()
    {
        var other = Guid.NewGuid();
        IReadOnlyList<Reachable> WithOther(PlanStep step) => step.Level == AddedTarget.Level ? [new(other, true, true, 4)] : Everyone(step);
        var page = Climb(Started(), Nine).Page;
        var stuck = page.Attempts.Single().Id;
        Decision Reassign(PageFile file) => Reassigning.Decide(Kind, file, stuck, new(other, "乙", "CountyOfficer"), new Reachable(other, true, true, 4),
            new(Actor.System, new SealedRef(Guid.Empty, "")), LimitRules.Unsaid, Ids);
        var given = Reassign(page).ShouldBeOfType<Decision.Accepted>();
        page = Fold(page, Nine.AddMinutes(1), given.Writings.Single().Events);
        page.Attempts.Select(a => (a.Person == other, a.Channel, a.WhyNot)).ShouldBe([(false, "sms", "reassigned"), (true, "sms", null), (true, "call", null)]);
        given.Outbox.Select(o => o.Topic).ShouldBe([Topics.Sms, Topics.Call]);
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(2), "the plan goes on as it was");
        Reassign(page).ShouldBeOfType<Decision.Nothing>();
        while (!page.PlanIsThrough) page = Climb(page, page.NextClimbAt!.Value, WithOther).Page;
        page = Climb(page, page.NextClimbAt!.Value, WithOther).Page;
        page.Attempts.Where(a => a.Climb == page.Climb && a.Person == other).Select(a => (a.Role, a.Channel)).ShouldBe([("CountyOfficer", "sms"), ("CountyOfficer", "call")]);
    }

    [Theory]
    [InlineData("T1", 2), InlineData("T2", 0)]
    public void is_urgent_while_it_rings_for_an_emergency_and_less_so_in_its_rounds(string triage, int urgency)
    {
        var page = Fold(new PageFile { Id = Guid.NewGuid() }, Nine, Pages.Start(new PageNeed(null, "R-1", null, triage, "440199", Plan, PageNeed.NewReport)));
        var (first, decision) = Climb(page, Nine);
        decision.Outbox.ShouldAllBe(o => o.Urgency == urgency);
        while (!first.PlanIsThrough) first = Climb(first, first.NextClimbAt!.Value).Page;
        Climb(first, first.NextClimbAt!.Value).Decision.Outbox.ShouldAllBe(o => o.Urgency == urgency / 2);
    }

    [Fact]
    public void rings_a_missed_round_once_after_a_jump()
    {
        var page = Started();
        foreach (var minutes in new[] { 0, 2, 5, 15 }) page = Climb(page, Nine.AddMinutes(minutes), clock: Nine.AddMinutes(61)).Page;
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(20));
        page = Climb(page, Nine.AddMinutes(20), clock: Nine.AddMinutes(61)).Page;
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(65));
    }

    [Fact]
    public void goes_on_at_once_when_its_only_attempt_can_never_arrive()
    {
        var page = Climb(Started(), Nine).Page;
        var failed = Fold(page, Nine.AddSeconds(3), new AttemptFailed(page.Attempts[0].Id, "number-invalid", MoveOn: true));
        failed.NextClimbAt.ShouldBe(Nine.AddSeconds(3));
        Fold(page, Nine.AddSeconds(3), new AttemptFailed(page.Attempts[0].Id, "busy", MoveOn: false)).NextClimbAt.ShouldBe(page.NextClimbAt);
    }

    [Fact]
    public void does_not_hammer_a_broken_gateway_in_its_rounds()
    {
        var page = Started();
        foreach (var minutes in new[] { 0, 2, 5, 15, 20 }) page = Climb(page, Nine.AddMinutes(minutes)).Page;
        var due = page.NextClimbAt;
        foreach (var attempt in page.Attempts) page = Fold(page, Nine.AddMinutes(20), new AttemptFailed(attempt.Id, "gateway-set-up", MoveOn: true));
        page.NextClimbAt.ShouldBe(due);
    }

    [Fact]
    public void is_silent_once_a_human_answered_and_ends_the_calls_that_ring()
    {
        var page = Climb(Climb(Started(), Nine).Page, Nine.AddMinutes(2)).Page;
        var call = page.Attempts.Single(a => a.Channel == "call").Id;
        page = Fold(page, Nine.AddMinutes(2), new AttemptSent(call, false));
        var by = new Actor(Boss, "supervisor", "DutySupervisor");
        var yes = Pages.Acknowledge(Kind, page, by, "console", null).ShouldBeOfType<Decision.Accepted>();
        yes.Outbox.Single().Topic.ShouldBe(Topics.EndCall);
        page = Fold(page, Nine.AddMinutes(3), yes.Writings.Single().Events);
        page.NextClimbAt.ShouldBeNull();
        Climbing.Decide(Kind, page, Everyone, LimitRules.Unsaid, Ids, Nine.AddMinutes(5), Nine.AddMinutes(5)).ShouldBeOfType<Decision.Nothing>();
        Pages.Acknowledge(Kind, page, by with { Id = Ling }, "sms", null).ShouldBeOfType<Decision.Nothing>();
    }

    [Fact]
    public void answered_by_key_leaves_the_answering_call_alone()
    {
        var page = Climb(Climb(Started(), Nine).Page, Nine.AddMinutes(2)).Page;
        var call = page.Attempts.Single(a => a.Channel == "call").Id;
        page = Fold(page, Nine.AddMinutes(2), new AttemptSent(call, false));
        Pages.Acknowledge(Kind, page, new(Ling, "duty", "DutyOfficer"), "key", call).ShouldBeOfType<Decision.Accepted>().Outbox.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, true), InlineData(-5, true), InlineData(1, false), InlineData(8, false)]
    public void acknowledged_but_idle_rings_again_unless_somebody_did_something(int? deedAfterMinutes, bool rings)
    {
        var page = Fold(Climb(Started(), Nine).Page, Nine.AddMinutes(1), new PageAcknowledged(new(Ling, "duty", "DutyOfficer"), "sms", null));
        page.IdleAt.ShouldBe(Nine.AddMinutes(11));
        var deed = deedAfterMinutes is { } minutes ? Nine.AddMinutes(minutes) : (DateTimeOffset?)null;
        var decision = Pages.Idle(Kind, page, new Matter(deed, false), Nine.AddMinutes(11));
        if (!rings)
        {
            decision.ShouldBeOfType<Decision.Nothing>();
            return;
        }
        page = Fold(page, Nine.AddMinutes(11), decision.ShouldBeOfType<Decision.Accepted>().Writings.Single().Events);
        page.IsRinging.ShouldBeTrue();
        page.NextClimbAt.ShouldBe(Nine.AddMinutes(11));
        Climb(page, Nine.AddMinutes(11)).Page.Attempts[^1].Role.ShouldBe("DutyOfficer");
    }

    [Theory]
    [InlineData("Opened", ClockState.Breached, false), InlineData("Opened", ClockState.Running, false), InlineData("Opened", ClockState.Met, true)]
    [InlineData("Opened", null, false), InlineData("Closed", ClockState.Breached, true), InlineData("Closed", null, true)]
    public void about_a_clock_rests_once_that_is_met_or_the_case_has_ended(string state, string? clock, bool rests)
    {
        var need = new PageNeed(null, "R-1", Guid.NewGuid(), "T1", "440199", Plan, PageNeed.ClockBreached) { Clock = "K-triage" };
        var page = Fold(new PageFile { Id = Guid.NewGuid() }, Nine, Pages.Start(need));
        page = Fold(page, Nine, new PageAcknowledged(new(Ling, "duty", "DutyOfficer"), "sms", null));
        var file = CaseFile.Empty(Guid.NewGuid(), CaseKind.Case) with { State = state };
        if (clock is not null) file = file with { Clocks = file.Clocks.Add("K-triage", new("K-triage", Nine, null, Nine, clock, false)) };
        var matter = Matter.Of(page, [file], f => f.State == "Closed");
        matter.IsDone.ShouldBe(rests);
        (Pages.Idle(Kind, page, matter, Nine.AddMinutes(11)) is Decision.Nothing).ShouldBe(rests);
    }

    [Fact]
    public void about_a_report_rests_when_all_its_cases_have_ended_and_not_before()
    {
        var page = Started();
        CaseFile Of(string kind, string state) => CaseFile.Empty(Guid.NewGuid(), kind) with { State = state };
        bool Done(params CaseFile[] about) => Matter.Of(page, about, f => f.State == "Closed").IsDone;
        Done(Of(CaseKind.Report, "Accepted"), Of(CaseKind.Case, "Closed")).ShouldBeTrue();
        Done(Of(CaseKind.Report, "Closed"), Of(CaseKind.Case, "Closed"), Of(CaseKind.Case, "Opened")).ShouldBeFalse();
        Done(Of(CaseKind.Report, "Closed")).ShouldBeTrue();
        Done(Of(CaseKind.Report, "Received")).ShouldBeFalse();
        Done().ShouldBeFalse();
    }

    [Fact]
    public void keeps_the_plan_it_began_with()
    {
        var page = Started();
        page.Started!.Steps.Length.ShouldBe(4);
        page.Started.RepeatEverySeconds.ShouldBe(300);
        PageView.Of(page).Attempts.ShouldBeEmpty();
    }

    [Fact]
    public void never_has_an_end_but_a_human_whatever_fails()
    {
        var outcomes = new[] { "sent", "busy", "number-invalid", "gateway-set-up", "delivered" };
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int[]>(chances =>
        {
            var page = Started();
            var at = Nine;
            foreach (var chance in chances)
            {
                at = page.NextClimbAt!.Value;
                page = Climb(page, at, step => Math.Abs(chance) % 7 == 3 ? [] : Everyone(step)).Page;
                foreach (var attempt in page.Attempts.Where(a => a.Climb == page.Climb))
                {
                    var end = outcomes[Math.Abs(chance % outcomes.Length)];
                    page = Fold(page, at, end is "sent" or "delivered"
                        ? new AttemptReported(attempt.Id, end)
                        : new AttemptFailed(attempt.Id, end, MoveOn: end != "busy"));
                }
                if (page.NextClimbAt is null || page.NextClimbAt > at.AddMinutes(15.1) || (page.PlanIsThrough && page.NextClimbAt <= at)) return false;
            }
            return page.IsRinging;
        }));
    }
}
