using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Workflow;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_gap_ahead
{
    private static readonly DutyRules Rules = new();

    /// <summary>Nobody is on duty from Tuesday 24 November at 20:00 for two hours.</summary>
    private static readonly DateTimeOffset Begins = China(11, 24, 20);

    private static readonly RosterFile Roster = Weekly(On(Ling, "00:00", "00:00", Daily)) with
    {
        Absences = [new(Guid.NewGuid(), Ling, Begins, Begins.AddHours(2))],
    };

    private static DateTimeOffset Next(Decision decision) => ((TimerChange.Set)(decision switch
    {
        Decision.Nothing nothing => nothing.Timers.Single(),
        Decision.Accepted yes => yes.Timers.Single(),
        _ => throw new InvalidOperationException(),
    })).DueAt;

    [Fact]
    public void is_told_a_day_and_again_two_hours_before()
    {
        var (roster, at, told) = (Roster, SaturdayNineInChina, new List<(TimeSpan Before, int Minutes)>());
        for (var looks = 0; looks < 20 && at < Begins; looks++)
        {
            var decision = GapWatch.Decide(Kind, roster, Rules, Calendar, at, at);
            if (decision is Decision.Accepted) roster = roster.Then(decision, at);
            if (decision is Decision.Accepted) told.Add((Begins - at, roster.Foreseen[^1].BeforeMinutes));
            at = Next(decision);
        }
        told.ShouldBe([(TimeSpan.FromDays(1), 1440), (TimeSpan.FromHours(2), 120)]);
    }

    [Fact]
    public void that_is_found_late_is_told_once_and_at_once()
    {
        var roster = Roster.Then(GapWatch.Decide(Kind, Roster, Rules, Calendar, Begins.AddMinutes(30), Begins.AddMinutes(30)));
        roster.Foreseen.Single().BeforeMinutes.ShouldBe(120);
        GapWatch.Decide(Kind, roster, Rules, Calendar, Begins.AddMinutes(40), Begins.AddMinutes(40)).ShouldBeOfType<Decision.Nothing>();
    }

    [Fact]
    public void that_is_over_when_the_clock_jumped_past_it_is_told_nobody() =>
        GapWatch.Decide(Kind, Roster, Rules, Calendar, SaturdayNineInChina, Begins.AddHours(3)).ShouldBeOfType<Decision.Nothing>();

    [Fact]
    public void that_grew_to_an_earlier_beginning_is_told_anew()
    {
        var told = Roster.Then(GapWatch.Decide(Kind, Roster, Rules, Calendar, Begins.AddHours(-1), Begins.AddHours(-1)));
        var wider = told with { Absences = [new(Guid.NewGuid(), Ling, Begins.AddMinutes(-30), Begins.AddHours(2))] };
        GapWatch.Decide(Kind, wider, Rules, Calendar, Begins.AddHours(-1), Begins.AddHours(-1)).ShouldBeOfType<Decision.Accepted>();
    }

    [Fact]
    public void is_open_until_somebody_covers_it_or_it_is_over()
    {
        var told = Roster.Then(GapWatch.Decide(Kind, Roster, Rules, Calendar, Begins.AddHours(-1), Begins.AddHours(-1)));
        GapWatch.IsOpen(told, Calendar, Begins).ShouldBeTrue();
        GapWatch.IsOpen(told, Calendar, Begins.AddHours(2)).ShouldBeFalse();
        GapWatch.IsOpen(told with { Absences = [] }, Calendar, Begins).ShouldBeFalse();
    }

    [Fact]
    public void is_looked_for_again_each_day_and_at_once_after_a_change()
    {
        Next(GapWatch.Decide(Kind, Weekly(On(Ling, "00:00", "00:00", Daily)), Rules, Calendar, SaturdayNineInChina, SaturdayNineInChina))
            .ShouldBe(SaturdayNineInChina.AddDays(1));
        var changed = Roster.Evolve(new Recorded(new AbsenceWithdrawn(Roster.Absences[0].Id, new(Ling, "x", "y")), 2, SaturdayNineInChina));
        ((StreamKind)Kind).Timers(Roster, changed).ShouldContain(new TimerChange.Set(GapWatch.Key(Roster.Id), GapWatch.Kind, Roster.Id, SaturdayNineInChina));
        var looked = Roster.Evolve(new Recorded(new GapForeseen(Begins, Begins.AddHours(2), 120), 2, SaturdayNineInChina));
        ((StreamKind)Kind).Timers(Roster, looked).ShouldBeEmpty();
    }
}
