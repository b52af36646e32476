using Hotline.Duty;

namespace Hotline.Tests.Paging;

public sealed class A_roster
{
    private static readonly Guid Ling = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Wen = new("00000000-0000-0000-0000-000000000002");
    private static readonly DateTimeOffset SaturdayNineInChina = new(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(8));

    private static RosterFile Weekly(params Shift[] shifts) =>
        new() { Id = Guid.NewGuid(), Version = 1, Division = "440199", Role = "DutyOfficer", TimeZone = "Asia/Shanghai", Shifts = [.. shifts] };

    private static Shift On(Guid who, string from, string to, params int[] days) => new(who, [.. days], TimeOnly.Parse(from), TimeOnly.Parse(to));

    [Fact]
    public void says_who_is_on_duty_in_local_time()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "20:00", "08:00", 6));
        Rota.At(roster, SaturdayNineInChina).ShouldBe([Ling]);
        Rota.At(roster, SaturdayNineInChina.AddHours(11)).ShouldBe([Wen]);
        Rota.At(roster, SaturdayNineInChina.AddHours(20)).ShouldBe([Wen]); // Sunday 5 h: the night that began on Saturday
        Rota.At(roster, SaturdayNineInChina.AddHours(23)).ShouldBeEmpty();
        Rota.At(roster, SaturdayNineInChina.AddHours(-2)).ShouldBeEmpty();
    }

    [Fact]
    public void that_always_runs_has_no_gap()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", 1, 2, 3, 4, 5, 6, 7));
        Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromDays(14)).Single().People.ShouldBe([Ling]);
    }

    [Fact]
    public void gives_way_to_an_override_and_takes_over_again()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", 1, 2, 3, 4, 5, 6, 7)) with
        {
            Overrides = [new(Guid.NewGuid(), Wen, SaturdayNineInChina.AddHours(1), SaturdayNineInChina.AddHours(3))],
        };
        Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromHours(6)).Select(w => w.People.Single()).ShouldBe([Ling, Wen, Ling]);
    }

    [Fact]
    public void shows_its_gaps_in_advance()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 1, 2, 3, 4, 5, 6, 7));
        var gaps = Rota.Watches(roster, SaturdayNineInChina, TimeSpan.FromDays(2)).Where(w => w.IsGap).ToList();
        gaps.Count.ShouldBe(2);
        gaps[0].From.ShouldBe(SaturdayNineInChina.AddHours(11));
        gaps[0].Until.ShouldBe(SaturdayNineInChina.AddHours(23));
    }

    [Fact]
    public void may_have_two_people_at_once() =>
        Rota.At(Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "08:00", "12:00", 6)), SaturdayNineInChina).ShouldBe([Ling, Wen]);

    [Theory]
    [InlineData("440199001001", "own", "440199001001,440199001,440199"), InlineData("440199", "own", "440199")]
    [InlineData("440199001", "city", "440100"), InlineData("440199", "province", "440000")]
    public void serves_the_places_below_it(string division, string level, string expected) =>
        string.Join(',', Rosters.Places(division, level)).ShouldBe(expected);
}
