using Hotline.Duty;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_swap
{
    private static readonly RosterFile Roster = Weekly(On(Ling, "00:00", "00:00", 6), On(Wen, "00:00", "00:00", 7, 1, 2, 3, 4, 5));

    private static Swap Asked(DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new(Guid.NewGuid(), Ling, Wen, from ?? SaturdayNineInChina, until ?? SaturdayNineInChina.AddHours(10),
            SaturdayNineInChina.AddDays(1), SaturdayNineInChina.AddDays(1).AddHours(5));

    [Fact]
    public void counts_only_once_the_other_agreed()
    {
        var swap = Asked();
        var proposed = Roster.Then(Planning.Propose(Kind, Roster, swap, Scene(Ling)));
        Rota.At(proposed, SaturdayNineInChina, Calendar).ShouldBe([Ling]);
        var agreed = proposed.Then(Planning.Answer(Kind, proposed, swap.Id, Swap.Accepted, Scene(Wen)));
        Rota.At(agreed, SaturdayNineInChina, Calendar).ShouldBe([Wen]);
        Rota.At(agreed, SaturdayNineInChina.AddHours(11), Calendar).ShouldBe([Ling]);
        Rota.At(agreed, SaturdayNineInChina.AddDays(1), Calendar).ShouldBe([Ling]); // the return
        Rota.At(agreed, SaturdayNineInChina.AddDays(1).AddHours(5), Calendar).ShouldBe([Wen]);
    }

    [Fact]
    public void is_answered_by_whom_it_asks_alone()
    {
        var swap = Asked();
        var proposed = Roster.Then(Planning.Propose(Kind, Roster, swap, Scene(Ling)));
        Planning.Answer(Kind, proposed, swap.Id, Swap.Accepted, Scene(Ling)).Refused().ShouldBe("swap-not-yours");
        Planning.Answer(Kind, proposed, swap.Id, Swap.Withdrawn, Scene(Wen)).Refused().ShouldBe("swap-not-yours");
        Planning.Answer(Kind, proposed, Guid.NewGuid(), Swap.Accepted, Scene(Wen)).Refused().ShouldBe("not-found");
        var declined = proposed.Then(Planning.Answer(Kind, proposed, swap.Id, Swap.Declined, Scene(Wen)));
        Rota.At(declined, SaturdayNineInChina, Calendar).ShouldBe([Ling]);
        Planning.Answer(Kind, declined, swap.Id, Swap.Accepted, Scene(Wen)).Refused().ShouldBe("swap-settled");
        var late = Scene(Wen, now: swap.Until);
        Planning.Answer(Kind, proposed, swap.Id, Swap.Accepted, late).Refused().ShouldBe("swap-settled");
    }

    [Fact]
    public void needs_a_shift_to_give_and_one_to_take()
    {
        Planning.Propose(Kind, Roster, Asked(SaturdayNineInChina.AddDays(1), SaturdayNineInChina.AddDays(2)), Scene(Ling)).Refused().ShouldBe("invalid");
        Planning.Propose(Kind, Roster, Asked() with { Taker = Ling }, Scene(Ling)).Refused().ShouldBe("invalid");
        Planning.Propose(Kind, Roster, Asked() with { BackUntil = null }, Scene(Ling)).Refused().ShouldBe("invalid");
        Planning.Propose(Kind, Roster, Asked(SaturdayNineInChina.AddDays(-1), SaturdayNineInChina), Scene(Ling)).Refused().ShouldBe("invalid");
    }

    [Fact]
    public void does_not_turn_round_a_later_override()
    {
        var swap = Asked();
        var proposed = Roster.Then(Planning.Propose(Kind, Roster, swap, Scene(Ling)));
        var agreed = proposed.Then(Planning.Answer(Kind, proposed, swap.Id, Swap.Accepted, Scene(Wen)));
        var over = new ShiftOverride(Guid.NewGuid(), Ling, SaturdayNineInChina.AddHours(1), SaturdayNineInChina.AddHours(2));
        var after = agreed.Then(Planning.Override(Kind, agreed, over, Scene(Bao)), SaturdayNineInChina.AddMinutes(1));
        Rota.At(after, over.From, Calendar).ShouldBe([Ling]);
        Rota.At(after, over.Until, Calendar).ShouldBe([Wen]);
    }
}
