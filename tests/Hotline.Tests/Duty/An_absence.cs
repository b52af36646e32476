using Hotline.Duty;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class An_absence
{
    private static readonly Absence Ill = new(Guid.NewGuid(), Ling, SaturdayNineInChina.AddHours(1), SaturdayNineInChina.AddHours(3));

    [Fact]
    public void takes_a_person_off_every_shift()
    {
        var (first, second) = (Weekly(On(Ling, "00:00", "00:00", Daily), On(Wen, "00:00", "00:00", Daily)), Weekly(On(Ling, "00:00", "00:00", Daily)));
        var decision = Planning.Leave(Kind, [first, second], Ill, Scene(Ling, acknowledged: true));
        Rota.At(first.Then(decision), Ill.From, Calendar).ShouldBe([Wen]);
        Rota.At(second.Then(decision), Ill.From, Calendar).ShouldBeEmpty();
        Rota.At(second.Then(decision), Ill.Until, Calendar).ShouldBe([Ling]);
    }

    [Fact]
    public void that_leaves_nobody_must_be_acknowledged()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", Daily));
        Planning.Leave(Kind, [roster], Ill, Scene(Ling)).Refused().ShouldBe("roster-has-gaps");
        var two = Weekly(On(Ling, "00:00", "00:00", Daily), On(Wen, "00:00", "00:00", Daily));
        two.Then(Planning.Leave(Kind, [two], Ill, Scene(Ling))).Absences.ShouldBe([Ill]);
        Planning.Leave(Kind, [], Ill, Scene(Ling)).Refused().ShouldBe("invalid");
    }

    [Fact]
    public void counts_against_overrides_and_swaps_too()
    {
        var over = new ShiftOverride(Guid.NewGuid(), Ling, SaturdayNineInChina, SaturdayNineInChina.AddHours(6));
        var roster = Weekly(On(Wen, "00:00", "00:00", Daily)) with { Overrides = [over], Absences = [Ill] };
        Rota.At(roster, Ill.From, Calendar).ShouldBeEmpty();
        Rota.At(roster, SaturdayNineInChina, Calendar).ShouldBe([Ling]);
    }

    [Fact]
    public void that_is_withdrawn_never_was()
    {
        var roster = Weekly(On(Ling, "00:00", "00:00", Daily)) with { Absences = [Ill] };
        var back = roster.Then(Planning.Return(Kind, [roster], Ill.Id, Scene(Ling)));
        Rota.At(back, Ill.From, Calendar).ShouldBe([Ling]);
    }
}
