using System.Diagnostics;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Store;

namespace Hotline.Tests.Year;

/// <summary>A year in which staff sleep, phones die, providers fail, nodes crash in the middle of things and the clock jumps. Three seeds
/// each time, twenty in the long form; a seed replays the same year.</summary>
public sealed class A_year_of_a_county(ITestOutputHelper output)
{
    private const int Days = 365;
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1" ? 20 : 3)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task leaves_no_danger_unanswered_no_breach_untold_no_page_after_its_stop_and_no_change_of_duty_lost(int seed)
    {
        var real = Stopwatch.StartNew();
        var world = new YearWorld(seed);
        await world.Live(Days);
        var pages = new List<IReadOnlyList<Recorded>>();
        foreach (var id in world.Ringing.All) pages.Add([.. (await world.Store.Read(id)).Select(Codec.Read)]);
        output.WriteLine(Figures.Of(world, pages, seed, real.Elapsed));
        world.Reports.Count.ShouldBeGreaterThan(400);
        foreach (var page in pages)
        {
            RingsUntilAnswered(world, page);
            ReachesWhoeverIsOnDuty(world, page);
            LosesNoMessage(world, page);
        }
        world.Carrier.AfterTheEnd.ShouldBe(0, "requests for pages that had ended");
        await EveryBreachIsTold(world, pages);
        await EveryCallerIsCalledBack(world);
        await EveryChangeOfDutyIsThere(world);
    }

    [Fact]
    public async Task is_the_same_year_again_for_the_same_seed()
    {
        var (first, second) = (new YearWorld(7), new YearWorld(7));
        await first.Live(20);
        await second.Live(20);
        var (one, other) = (await first.Store.ReadTail(0, int.MaxValue), await second.Store.ReadTail(0, int.MaxValue));
        one.Events.Count.ShouldBeGreaterThan(100);
        one.Events.Select(e => (e.Stream, e.Type, e.At, e.Data)).ShouldBe(other.Events.Select(e => (e.Stream, e.Type, e.At, e.Data)));
    }

    /// <summary>From the first ring to the answer it rings again and again, no pause longer than the plan's, the last step included;
    /// and after a stop or an answer nothing is begun for it.</summary>
    private static void RingsUntilAnswered(YearWorld world, IReadOnlyList<Recorded> page)
    {
        var started = (PageStarted)page[0].What;
        var (rings, since, last, roles) = (true, page[0].At, page[0].At, new HashSet<string>());
        // Where nobody is on duty for a step the next one rings at once, and the one after that at its own time.
        var pause = page.Any(e => e.What is PageClimbed { Skipped.IsEmpty: false }) ? TimeSpan.FromSeconds(started.Steps[^1].AfterSeconds) : PauseMax(started);
        foreach (var (what, at) in page.Select(e => (e.What, e.At)))
        {
            if (what is PageClimbed or AttemptPlanned) rings.ShouldBeTrue("nothing rings after an answer");
            if (what is AttemptPlanned planned) roles.Add(planned.Role);
            if (what is PageClimbed or PageAcknowledged && rings)
            {
                (at - last).ShouldBeLessThanOrEqualTo(pause + Slack + Lost(world, last, at), $"{started.Why} {started.Triage} from {last:O}");
                last = at;
            }
            if (what is PageRangAgain) (rings, since, last) = (true, at, at);
            if (what is not PageAcknowledged) continue;
            rings = false;
            // Nobody was on duty for it: then everybody before it rang once more instead.
            if (page.Any(e => e.What is PageClimbed climbed && climbed.Skipped.Contains(started.Steps.Length - 1))) roles.Add(started.Steps[^1].Role);
            if (at - since > TimeSpan.FromSeconds(started.Steps[^1].AfterSeconds) + Slack + Lost(world, since, at))
                roles.ShouldContain(started.Steps[^1].Role, $"the last step of {started.Plan} rang");
            roles.Clear();
        }
        // Whatever still rings at the end of the year must have rung lately.
        if (rings) (world.Time.Now - last).ShouldBeLessThanOrEqualTo(pause + Slack + Lost(world, last, world.Time.Now), "still ringing at the end");
    }

    private static TimeSpan PauseMax(PageStarted plan) => TimeSpan.FromSeconds(plan.Steps.Zip(plan.Steps.Skip(1), (a, b) => b.AfterSeconds - a.AfterSeconds)
        .Append(plan.RepeatEverySeconds).Append(plan.Steps[0].AfterSeconds).Max());

    /// <summary>How long, between two moments, nothing could work.</summary>
    internal static TimeSpan Lost(YearWorld world, DateTimeOffset from, DateTimeOffset until) => TimeSpan.FromTicks(world.Away
        .Where(a => a.From < until && a.Until > from).Sum(a => (a.Until - a.From).Ticks));

    private static void ReachesWhoeverIsOnDuty(YearWorld world, IReadOnlyList<Recorded> page)
    {
        foreach (var (planned, at) in page.Where(e => e.What is AttemptPlanned).Select(e => ((AttemptPlanned)e.What, e.At)))
            planned.Person.ShouldBe(world.Staff.On(planned.Role, at) ?? Guid.Empty, $"{planned.Role} at {at:O}");
    }

    /// <summary>Held back is not dropped: each attempt gets out, alone or with others, or says why it need not; and an emergency waits for
    /// nothing but a burst of emergencies, a minute at most.</summary>
    private static void LosesNoMessage(YearWorld world, IReadOnlyList<Recorded> page)
    {
        var settled = page.Select(e => e.What switch { AttemptSent sent => sent.Attempt, AttemptFailed failed => failed.Attempt, _ => Guid.Empty }).ToHashSet();
        foreach (var (planned, at) in page.Where(e => e.What is AttemptPlanned).Select(e => ((AttemptPlanned)e.What, e.At)).Where(p => p.At < world.Time.Now.AddDays(-1)))
            settled.ShouldContain(planned.Attempt, $"{planned.Channel} to {planned.Role} at {at:O}");
        if (((PageStarted)page[0].What).Triage != "T1") return;
        foreach (var (held, at) in page.Where(e => e.What is AttemptDelayed).Select(e => ((AttemptDelayed)e.What, e.At)))
            (held.Why, held.Until - at <= TimeSpan.FromMinutes(1)).ShouldBe((Held.TooSoon, true), $"held at {at:O}");
    }

    /// <summary>Whoever's clock ran out: a page of the matter began with it, or rang for that clock already.</summary>
    private static async Task EveryBreachIsTold(YearWorld world, IReadOnlyList<IReadOnlyList<Recorded>> pages)
    {
        var of = pages.Select(p => (Started: (PageStarted)p[0].What, Intervals: Ringing(p))).ToList();
        var breaches = 0;
        foreach (var stored in (await world.Store.ReadTail(0, int.MaxValue)).Events.Where(e => e.Type == "clock_breached"))
        {
            var breach = (ClockBreached)Codec.Read(stored).What;
            if (!world.Pack.Escalations.ContainsKey(world.Pack.Clocks[breach.Code].BreachPages)) continue;
            breaches++;
            var together = world.Pack.Ringing.SameMoment;
            var reports = stored.StreamKind == CaseKind.Case ? (await world.Load<CaseFile>(CaseKind.Case, stored.Stream)).Reports.Select(r => (Guid?)r.Id).ToList() : [];
            // What rings for a sibling says nothing of this child.
            of.ShouldContain(p => (p.Started.Case == stored.Stream || (p.Started.Case == null && (p.Started.Report == stored.Stream || (reports.Contains(p.Started.Report) && p.Started.Clock == breach.Code))))
                && p.Intervals.Any(i => (i.From - stored.At).Duration() <= together || (p.Started.Clock == breach.Code && i.From <= stored.At && stored.At <= i.Until)),
                $"{breach.Code} of {stored.Stream} at {stored.At:O}");
        }
        breaches.ShouldBeGreaterThan(20);
    }

    private static List<(DateTimeOffset From, DateTimeOffset Until)> Ringing(IReadOnlyList<Recorded> page)
    {
        var (intervals, from) = (new List<(DateTimeOffset, DateTimeOffset)>(), (DateTimeOffset?)page[0].At);
        foreach (var e in page)
            if (e.What is PageAcknowledged or PageStopped && from is { } since) (_, from) = (Add(since, e.At), null);
            else if (e.What is PageRangAgain) from = e.At;
        if (from is { } still) Add(still, DateTimeOffset.MaxValue);
        return intervals;

        int Add(DateTimeOffset since, DateTimeOffset until)
        {
            intervals.Add((since, until));
            return intervals.Count;
        }
    }

    /// <summary>Whatever became of a call: it is closed, on the line, or a clock of it runs that rings somebody.</summary>
    private static async Task EveryCallerIsCalledBack(YearWorld world)
    {
        world.Callers.Calls.Count.ShouldBeGreaterThan(800);
        world.Callers.Lost.ShouldBeGreaterThan(10);
        foreach (var id in world.Callers.Calls)
        {
            var call = await world.Callers.File(id);
            if (call.State == "Closed" || world.Pack.Machines[CallFacts.Kind].Find(call.State)?.Parent == "Live") continue;
            call.Clocks.Values.ShouldContain(c => c.IsOpen, $"{call.Number} in {call.State} since {call.EnteredAt:O}");
        }
    }

    private static async Task EveryChangeOfDutyIsThere(YearWorld world)
    {
        var changes = 0;
        foreach (var (role, _) in world.Staff.Rosters)
            changes += (await world.Store.Read(world.RosterOf(role))).Count(e => e.Type is "roster_overridden" or "absence_planned");
        changes.ShouldBe(world.Staff.Changes);
        changes.ShouldBeGreaterThan(100);
    }
}
