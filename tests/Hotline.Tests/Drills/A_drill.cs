using System.Collections.Immutable;
using FsCheck.Fluent;
using Hotline.Cases;
using Hotline.Drills;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Drills;

/// <summary>A drill of a county's people, decided without a clock or a telephone.</summary>
public sealed class A_drill
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private static readonly DrillRules Rules = new("drill", TimeSpan.FromMinutes(15), 20, TimeSpan.FromSeconds(10), TimeSpan.FromDays(28));
    private static readonly Actor Bao = new(Guid.NewGuid(), "bao", "DutySupervisor");
    private static readonly DrillTarget County = new("440199", null, null, false);
    private static readonly Escalation Plan = new("drill", new("", ""),
        [new(TimeSpan.Zero, "DutyOfficer", "own", ["sms"]), new(TimeSpan.FromMinutes(2), "DutyOfficer", "own", ["call"])],
        TimeSpan.FromHours(1), TimeSpan.FromDays(1), new("test", Mark.Design));

    private static readonly DrillKind Kind = new();
    private static readonly PageKind PageStreams = new();

    private sealed class Ids : IIds
    {
        public Guid New() => Guid.NewGuid();

        public string Code(int length) => new('K', length);
    }

    private static ImmutableArray<Drilled> People(int count) => [.. Enumerable.Range(0, count).Select(_ => new Drilled(Guid.NewGuid(), "DutyOfficer", "440199", null))];

    private static DrillFile Planned(bool repeats = false, params string[] channels)
    {
        var id = County.StreamAt(Ten);
        return Then(new DrillFile { Id = id }, new DrillPlanned(County, channels.Length == 0 ? ["sms", "call"] : [.. channels], Ten, repeats, Bao), Ten.AddDays(-1));
    }

    private static DrillFile Then(DrillFile file, Happening what, DateTimeOffset at) => file.Evolve(new Recorded(what, file.Version + 1, at));

    private static DrillFile Then(DrillFile file, Decision decision, DateTimeOffset at) =>
        decision.ShouldBeOfType<Decision.Accepted>().Writings.Single(w => w.Stream == file.Id).Events.Aggregate(file, (f, e) => Then(f, e, at));

    private static Decision Due(DrillFile drill, ImmutableArray<Drilled> people, DateTimeOffset now, DateTimeOffset? present = null, DrillFile? next = null) =>
        Drilling.Due(Kind, drill, next, people, Rules, now, present ?? now);

    private static Decision Ring(DrillFile drill, DateTimeOffset now) =>
        Drilling.Ring(Kind, PageStreams, drill, Plan, RingingRules.Unsaid, new Ids(), now);

    [Fact]
    public void rings_everybody_once_a_few_at_a_time_and_ends() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 130).ToArbitrary(), count =>
        {
            var people = People(count);
            var drill = Then(Planned(), Due(Planned(), people, Ten), Ten);
            var rung = new List<PageStarted>();
            while (drill.NextAt is { } at)
            {
                if (drill.SettleAt == at)
                {
                    drill = Then(drill, new DrillSettled(0, []), at);
                    continue;
                }
                var decision = Ring(drill, at).ShouldBeOfType<Decision.Accepted>();
                decision.Writings.Length.ShouldBeLessThanOrEqualTo(Rules.AtOnce + 1);
                rung.AddRange(decision.Writings.SelectMany(w => w.Events).OfType<PageStarted>());
                drill = Then(drill, decision, at);
                Ring(drill, at).ShouldBeOfType<Decision.Nothing>();
            }
            drill.State.ShouldBe(DrillFile.Ended);
            rung.Select(p => p.Person!.Value).ShouldBe(people.Select(p => p.Person));
            rung.ShouldAllBe(p => p.Exercise && p.Triage == "T4" && p.Drill == drill.Id);
        }));

    [Fact]
    public void is_one_stream_for_the_same_people_and_minute_and_is_not_begun_twice()
    {
        County.StreamAt(Ten).ShouldBe(County.StreamAt(Ten.AddSeconds(40)));
        County.StreamAt(Ten).ShouldNotBe(County.StreamAt(Ten.AddMinutes(1)));
        (County with { OnDuty = true }).StreamAt(Ten).ShouldNotBe(County.StreamAt(Ten));
        var running = Then(Planned(), Due(Planned(), People(3), Ten), Ten);
        Due(running, People(3), Ten).ShouldBeOfType<Decision.Nothing>();
        Drilling.Start(Kind, running, null, People(3), Rules, Bao).ShouldBeOfType<Decision.Refused>().Problem.Code.ShouldBe("drill-over");
        Drilling.Plan(Kind, running, running.Plan!).ShouldBeOfType<Decision.Refused>().Problem.Code.ShouldBe("drill-planned-already");
        // Cancelled before it began it may be planned again; once it rang somebody it may not.
        var cancelled = Then(Planned(), Drilling.Cancel(Kind, Planned(), Bao), Ten);
        Drilling.Plan(Kind, cancelled, cancelled.Plan!).ShouldBeOfType<Decision.Accepted>();
        var stopped = Then(running, Drilling.Cancel(Kind, running, Bao), Ten);
        Drilling.Plan(Kind, stopped, stopped.Plan!).ShouldBeOfType<Decision.Refused>();
    }

    [Fact]
    public void is_missed_where_its_time_passed_while_nothing_ran_and_its_series_goes_on()
    {
        var drill = Planned(repeats: true);
        var next = new DrillFile { Id = County.StreamAt(Ten + Rules.RepeatEvery) };
        var decision = Due(drill, People(2), Ten, Ten.AddMinutes(16), next).ShouldBeOfType<Decision.Accepted>();
        Then(drill, decision, Ten).State.ShouldBe(DrillFile.Missed);
        decision.Writings.Single(w => w.Stream == next.Id).Events.Single().ShouldBeOfType<DrillPlanned>().At.ShouldBe(Ten.AddDays(28));
        Due(drill, People(2), Ten, Ten.AddMinutes(14), next).ShouldBeOfType<Decision.Accepted>().Writings[0].Events.Single().ShouldBeOfType<DrillStarted>();
        // Somebody planned that one already.
        Due(drill, People(2), Ten, Ten, Planned()).ShouldBeOfType<Decision.Accepted>().Writings.Length.ShouldBe(1);
    }

    [Fact]
    public void tries_the_channels_it_was_asked_for_from_its_start()
    {
        var drill = Planned(false, "call");
        drill = Then(drill, Due(drill, People(1), Ten), Ten);
        var page = Ring(drill, Ten).ShouldBeOfType<Decision.Accepted>().Writings[1].Events.Single().ShouldBeOfType<PageStarted>();
        page.Steps.Single().ShouldSatisfyAllConditions(s => s.AfterSeconds.ShouldBe(0), s => s.Channels.ShouldBe(["call"]));
    }

    [Fact]
    public void that_is_cancelled_while_it_rings_is_settled_at_once_and_rings_nobody_else()
    {
        var people = People(30);
        var drill = Then(Planned(), Due(Planned(), people, Ten), Ten);
        drill = Then(drill, Ring(drill, Ten), Ten);
        drill = Then(drill, Drilling.Cancel(Kind, drill, Bao), Ten.AddSeconds(5));
        drill.RingAt.ShouldBeNull();
        drill.NextAt.ShouldBe(Ten.AddSeconds(5));
        drill.IsOpen.ShouldBeTrue();
        Then(drill, new DrillSettled(0, []), Ten.AddSeconds(5)).ShouldSatisfyAllConditions(d => d.State.ShouldBe(DrillFile.Cancelled), d => d.IsOpen.ShouldBeFalse());
    }
}
