using FsCheck.Fluent;
using Hotline.Duty;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_plan
{
    private static Rotation InTurn(int daysEach, string from, string to, params Guid[] people) =>
        new([.. people], new(2026, 11, 16), daysEach, TimeOnly.Parse(from), TimeOnly.Parse(to));

    [Fact]
    public void goes_round_by_turns()
    {
        var roster = Weekly() with { Rotations = [InTurn(7, "08:00", "08:00", Ling, Wen, Bao)] };
        Rota.At(roster, China(11, 16, 9), Calendar).ShouldBe([Ling]);
        Rota.At(roster, China(11, 23, 7, 59), Calendar).ShouldBe([Ling]); // the last night of the first week
        Rota.At(roster, China(11, 23, 8), Calendar).ShouldBe([Wen]);
        Rota.At(roster, China(11, 30, 8), Calendar).ShouldBe([Bao]);
        Rota.At(roster, China(12, 7, 8), Calendar).ShouldBe([Ling]);
        Rota.At(roster, China(11, 16, 7), Calendar).ShouldBeEmpty(); // before it starts
    }

    [Fact]
    public void stands_beside_weekly_shifts()
    {
        var roster = Weekly(On(Bao, "09:00", "17:00", Daily)) with { Rotations = [InTurn(1, "17:00", "09:00", Ling, Wen)] };
        Rota.Watches(roster, China(11, 16, 9), TimeSpan.FromDays(2), Calendar).Select(w => w.People.Single()).ShouldBe([Bao, Ling, Bao, Wen]);
    }

    [Fact]
    public void knows_workdays_from_rest_days()
    {
        var roster = Weekly(
            On(Ling, "09:00", "17:00", Daily) with { Only = DayKinds.Workdays }, On(Wen, "09:00", "17:00", Daily) with { Only = DayKinds.RestDays });
        Rota.At(roster, China(9, 30, 10), Calendar).ShouldBe([Ling]);
        Rota.At(roster, China(10, 1, 10), Calendar).ShouldBe([Wen]); // a Thursday, and National Day
        Rota.At(roster, China(10, 10, 10), Calendar).ShouldBe([Ling]); // a Saturday, and a make-up workday
        Rota.At(roster, China(10, 11, 10), Calendar).ShouldBe([Wen]);
    }

    [Fact]
    public void gives_way_to_a_temporary_schedule_of_several()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", Daily));
        var over = new ShiftOverride(Guid.NewGuid(), Wen, SaturdayNineInChina, SaturdayNineInChina.AddHours(8)) { Others = [Bao] };
        var after = roster.Then(Planning.Override(Kind, roster, over, Scene(Ling)));
        Rota.At(after, SaturdayNineInChina, Calendar).ShouldBe([Wen, Bao]);
        var back = after.Then(Planning.WithdrawOverride(Kind, after, over.Id, Scene(Ling)));
        Rota.At(back, SaturdayNineInChina, Calendar).ShouldBe([Ling]);
        Planning.WithdrawOverride(Kind, back, over.Id, Scene(Ling)).Refused().ShouldBe("not-found");
    }

    [Fact]
    public void with_a_gap_is_saved_only_by_somebody_who_has_seen_it()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", Daily));
        var form = new RosterForm("440199", "DutyOfficer", "Asia/Shanghai", [On(Ling, "08:00", "20:00", Daily)]);
        Planning.Set(Kind, roster, 1, form, Scene(Ling)).Refused().ShouldBe("roster-has-gaps");
        Planning.Set(Kind, roster, 2, form, Scene(Ling, acknowledged: true)).Refused().ShouldBe("version-moved");
        var saved = roster.Then(Planning.Set(Kind, roster, 1, form, Scene(Ling, acknowledged: true)));
        Planning.Gaps(saved, Scene(Ling)).Count.ShouldBe(14);
    }

    /// <summary>Whatever the plan: watches join without overlap, tell what a look at any moment tells, and fill the time asked for.</summary>
    [Fact]
    public void is_told_by_its_watches_as_by_a_look_at_any_moment() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        TimeOnly Time() => new(random.Next(24), random.Next(2) * 30);
        Guid Who() => new[] { Ling, Wen, Bao }[random.Next(3)];
        string? Only() => random.Next(3) switch { 0 => DayKinds.Workdays, 1 => DayKinds.RestDays, _ => null };
        var start = China(9, 28, random.Next(24));
        DateTimeOffset Moment() => start.AddMinutes(30 * random.Next(-20, 230));
        var roster = Weekly([.. Enumerable.Range(0, 4).Select(_ => new Shift(Who(), [.. Daily.Where(_ => random.Next(2) == 0)], Time(), Time(), Only()))]) with
        {
            Rotations = [new([Ling, Wen, Bao], new(2026, 9, 25), random.Next(1, 4), Time(), Time(), Only())],
            Overrides = [new(Guid.NewGuid(), Who(), Moment(), Moment())],
            Absences = [new(Guid.NewGuid(), Who(), Moment(), Moment())],
            Swaps = [new(Guid.NewGuid(), Ling, Wen, Moment(), Moment(), Moment(), Moment()) { State = Swap.Accepted }],
        };
        var watches = Rota.Watches(roster, start, TimeSpan.FromDays(5), Calendar);
        watches[0].From.ShouldBe(start);
        watches[^1].Until.ShouldBe(start.AddDays(5));
        foreach (var (one, next) in watches.Zip(watches.Skip(1))) next.From.ShouldBe(one.Until);
        for (var at = start; at < start.AddDays(5); at = at.AddMinutes(30))
            Rota.At(roster, at, Calendar).ShouldBe(watches.Single(w => w.From <= at && at < w.Until).People);
        return true;
    }));
}
