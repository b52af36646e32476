using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Hotline.Cases;
using Hotline.Paging;
using Hotline.Workflow;

namespace Hotline.Tests.Paging;

public sealed class A_limit
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.FromHours(8));
    private static readonly LimitRules Rules = LimitRules.Unsaid with { Quiet = new(new(22, 0), new(7, 0), ["T3", "T4"], ["CountyOfficer"]) };

    private static DateTimeOffset? Hold(string triage, DateTimeOffset now, params ImmutableArray<(double SecondsAgo, bool Emergency)> told) =>
        Limits.Hold(Rules, [.. told.Select((t, i) => new Told(100 - i, now.AddSeconds(-t.SecondsAgo), t.Emergency, Guid.NewGuid(), null))], triage, "CountyOfficer", now)?.Until;

    [Fact]
    public void lets_the_first_go_and_the_next_after_a_minute()
    {
        Hold("T2", Noon).ShouldBeNull();
        Hold("T2", Noon, (20, false)).ShouldBe(Noon.AddSeconds(40));
        Hold("T2", Noon, (60, false)).ShouldBeNull();
    }

    [Fact]
    public void lets_a_few_emergencies_go_at_once_and_the_rest_together()
    {
        var several = Rules with { EmergenciesAtOnce = 3 };
        DateTimeOffset? Urgent(params ImmutableArray<double> secondsAgo) => Limits.Hold(
            several, [.. secondsAgo.Select((s, i) => new Told(100 - i, Noon.AddSeconds(-s), true, Guid.NewGuid(), null))], "T1", "DutyOfficer", Noon)?.Until;
        Urgent().ShouldBeNull();
        Urgent(5, 10).ShouldBeNull();
        Urgent(5, 10, 20).ShouldBe(Noon.AddSeconds(40));
        Urgent(5, 10, 70).ShouldBeNull();
    }

    [Fact]
    public void counts_five_in_fifteen_minutes()
    {
        Hold("T2", Noon, (100, false), (200, false), (300, false), (400, false), (500, false)).ShouldBe(Noon.AddSeconds(400));
        Hold("T2", Noon, (100, false), (200, false), (300, false), (400, false)).ShouldBeNull();
    }

    [Fact]
    public void holds_an_emergency_for_nothing_but_the_emergency_before_it()
    {
        Hold("T1", Noon, (1, false), (61, false), (200, false), (300, false), (400, false)).ShouldBeNull();
        Hold("T1", Noon, (20, true)).ShouldBe(Noon.AddSeconds(40));
        Hold("T1", Noon.AddHours(12)).ShouldBeNull();
    }

    [Theory]
    [InlineData("T3", 13, 7), InlineData("T4", 10, 7), InlineData("T2", 13, null), InlineData("T3", 9.9, null), InlineData("T3", 19, null), InlineData("T3", 18.9, 7)]
    public void lets_those_sleep_who_are_not_at_the_desk_where_it_can_wait(string triage, double hoursPastNoon, int? until)
    {
        var end = Hold(triage, Noon.AddHours(hoursPastNoon));
        if (until is null) end.ShouldBeNull();
        else end.ShouldBe(new(2026, 11, 22, 7, 0, 0, TimeSpan.FromHours(8)));
        Limits.Hold(Rules, [], triage, "DutyOfficer", Noon.AddHours(hoursPastNoon)).ShouldBeNull();
    }

    [Fact]
    public void never_holds_for_ever_and_keeps_its_promises_whatever_came_before() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 1200).Select(s => (double)s).ListOf().ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), (ago, level) =>
        {
            ImmutableArray<Told> told = [.. ago.Order().Select((s, i) => new Told(1000 - i, Noon.AddSeconds(-s), i % 3 == 0, Guid.NewGuid(), null))];
            var triage = $"T{level}";
            var at = Limits.Hold(Rules, told, triage, "DutyOfficer", Noon)?.Until ?? Noon;
            var again = Limits.Hold(Rules, told, triage, "DutyOfficer", at);
            var counted = told.Count(t => t.At > at - Rules.Within);
            return again is null && at <= Noon + Rules.Within && (triage == "T1" ? at <= Noon + Rules.Every : counted < Rules.AtMost);
        }));

    [Fact]
    public void brings_a_households_pages_together_and_never_an_emergency_nor_the_page_that_led_them()
    {
        var rules = Rules with { Household = TimeSpan.FromMinutes(10) };
        var (household, first, second) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        DateTimeOffset? Held(string told, string now, Guid page, double minutesAgo = 3, Guid? of = null) => Limits.Hold(
            rules, [new Told(1, Noon.AddMinutes(-minutesAgo), told == "T1", Guid.NewGuid(), null) { Of = new(first, told, household) }], now, "DutyOfficer", Noon,
            new(page, now, of ?? household))?.Until;
        Held("T2", "T2", second).ShouldBe(Noon.AddMinutes(7));
        Held("T1", "T3", second).ShouldBe(Noon.AddMinutes(7));
        Held("T2", "T2", first).ShouldBeNull("its own message holds nobody back");
        Held("T3", "T2", second).ShouldBeNull("nothing waits for a lower level");
        Held("T1", "T1", second).ShouldBeNull("an emergency waits for no household");
        Held("T2", "T2", second, minutesAgo: 10).ShouldBeNull();
        Held("T2", "T2", second, of: Guid.NewGuid()).ShouldBeNull("another household");
        Limits.Hold(Rules, [new Told(1, Noon.AddMinutes(-3), false, Guid.NewGuid(), null) { Of = new(first, "T2", household) }], "T2", "DutyOfficer", Noon, new(second, "T2", household))
            .ShouldBeNull("a pack that does not say it");
    }

    [Fact]
    public void is_led_by_the_worst_and_newest_of_what_waits()
    {
        Waiting Of(string triage, int minute) => new(Guid.NewGuid(), Guid.NewGuid(), triage, Noon.AddMinutes(minute));
        var newest = Of("T1", 5);
        Limits.Lead([Of("T2", 9), Of("T1", 1), newest, Of("T4", 20)]).ShouldBe(newest);
    }

    [Fact]
    public void of_a_gateway_spaces_requests_evenly()
    {
        var free = Noon;
        for (var i = 0; i < 50; i++)
        {
            var (wait, next) = Limits.Pace(free, 50, Noon);
            wait.ShouldBe(TimeSpan.FromMilliseconds(20 * i), TimeSpan.FromMilliseconds(1));
            free = next;
        }
        Limits.Pace(free, 50, Noon.AddHours(1)).Wait.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void stands_in_the_pack_with_its_mark() => LimitRules.Unsaid.Law.Mark.ShouldBe(Mark.Design);

    [Fact]
    public void of_a_household_does_not_hold_back_what_cannot_wait()
    {
        var household = Guid.NewGuid();
        Concerns Of(string why) => Concerns.Those(new PageFile { Id = Guid.NewGuid() }.Evolve(new(Pages.Start(new(
            null, null, null, "T2", "440199", new("base", new("", ""), [], TimeSpan.FromMinutes(5), TimeSpan.Zero, new("", Mark.Design)), why) { Household = household })[0], 1, Noon)));
        Of(PageNeed.NewReport).Household.ShouldBe(household);
        Of(PageNeed.ChildLeaves).Household.ShouldBeNull();
        Of(PageNeed.ReporterWrote).Household.ShouldBeNull();
    }
}
