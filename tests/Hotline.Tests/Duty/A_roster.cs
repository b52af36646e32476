using Hotline.Duty;
using Hotline.Workflow;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_roster
{
    [Fact]
    public void says_who_is_on_duty_in_local_time()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "20:00", "08:00", 6));
        Rota.At(roster, SaturdayNineInChina, Calendar).ShouldBe([Ling]);
        Rota.At(roster, SaturdayNineInChina.AddHours(11), Calendar).ShouldBe([Wen]);
        Rota.At(roster, SaturdayNineInChina.AddHours(20), Calendar).ShouldBe([Wen]); // Sunday 5 h: the night that began on Saturday
        Rota.At(roster, SaturdayNineInChina.AddHours(23), Calendar).ShouldBeEmpty();
        Rota.At(roster, SaturdayNineInChina.AddHours(-2), Calendar).ShouldBeEmpty();
    }

    [Fact]
    public void knows_who_comes_after_those_on_duty_over_a_gap_too()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "21:00", "08:00", 6));
        Rota.Next(roster, SaturdayNineInChina, Calendar).ShouldBe([Wen]);
        Rota.Next(roster, SaturdayNineInChina.AddHours(11.5), Calendar).ShouldBe([Wen]);
        Rota.Next(roster, SaturdayNineInChina.AddHours(14), Calendar).ShouldBeEmpty("nobody for days");
    }

    [Fact]
    public void that_always_runs_has_no_gap()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", 1, 2, 3, 4, 5, 6, 7));
        Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromDays(14), Calendar).Single().People.ShouldBe([Ling]);
    }

    [Fact]
    public void gives_way_to_an_override_and_takes_over_again()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", 1, 2, 3, 4, 5, 6, 7)) with
        {
            Overrides = [new(Guid.NewGuid(), Wen, SaturdayNineInChina.AddHours(1), SaturdayNineInChina.AddHours(3))],
        };
        Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromHours(6), Calendar).Select(w => w.People.Single()).ShouldBe([Ling, Wen, Ling]);
    }

    [Fact]
    public void shows_its_gaps_in_advance()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 1, 2, 3, 4, 5, 6, 7));
        var gaps = Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromDays(2), Calendar).Where(w => w.IsGap).ToList();
        gaps.Count.ShouldBe(2);
        gaps[0].From.ShouldBe(SaturdayNineInChina.AddHours(11));
        gaps[0].Until.ShouldBe(SaturdayNineInChina.AddHours(23));
    }

    [Fact]
    public void may_have_two_people_at_once() =>
        Rota.At(Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "08:00", "12:00", 6)), SaturdayNineInChina, Calendar).ShouldBe([Ling, Wen]);

    [Theory]
    [InlineData("440199001001", "own", "440199001001,440199001,440199"), InlineData("440199", "own", "440199")]
    [InlineData("440199001", "city", "440100"), InlineData("440199", "province", "440000")]
    public void serves_the_places_below_it(string division, string level, string expected) =>
        string.Join(',', Rosters.Places(division, level)).ShouldBe(expected);
}
