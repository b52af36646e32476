using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Workflow;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_hand_over_of_a_shift
{
    private static readonly (StreamKind HandOver, StreamKind Roster) Kinds = (new HandOverKind(), new RosterKind());
    private static readonly HandOverRules Rules = new("DutyOfficer", TimeSpan.FromMinutes(30), "duty-handover");
    private static readonly Guid Id = Guid.NewGuid();

    /// <summary>Ling by day, Wen by night: on Saturday at 20:00 Ling goes and Wen comes.</summary>
    private static readonly RosterFile Roster = Weekly(On(Ling, "08:00", "20:00", Daily), On(Wen, "20:00", "08:00", Daily));
    private static readonly DateTimeOffset Evening = China(11, 21, 20);

    private static Decision Look(RosterFile roster, DateTimeOffset now, DateTimeOffset? present = null) =>
        HandingOver.Look(Kinds, roster, Rules, Calendar, Id, now, present ?? now, TimeSpan.FromDays(14));

    private static (HandOverFile HandOver, RosterFile Roster) Opened()
    {
        var writings = Look(Roster, Evening).ShouldBeOfType<Decision.Accepted>().Writings;
        var hands = writings[0].Events.Aggregate(new HandOverFile { Id = Id }, (f, e) => f.Evolve(new Recorded(e, 1, Evening)));
        return (hands, writings[1].Events.Aggregate(Roster, (f, e) => f.Evolve(new Recorded(e, f.Version + 1, Evening))));
    }

    private static Decision Sign(HandOverFile hands, RosterFile roster, Guid by, string? side = null, bool keeps = false) =>
        HandingOver.Sign(Kinds, hands, roster, new(by, "x", "DutyOfficer"), side, keeps, [], Evening);

    private static (HandOverFile, RosterFile) Signed((HandOverFile Hands, RosterFile Roster) at, Decision decision)
    {
        var writings = decision.ShouldBeOfType<Decision.Accepted>().Writings;
        return (
            writings[0].Events.Aggregate(at.Hands, (f, e) => f.Evolve(new Recorded(e, f.Version + 1, Evening))),
            writings.Length == 1 ? at.Roster : writings[1].Events.Aggregate(at.Roster, (f, e) => f.Evolve(new Recorded(e, f.Version + 1, Evening))));
    }

    [Fact]
    public void begins_when_the_people_on_duty_change()
    {
        var (hands, roster) = Opened();
        (hands.Opened!.Outgoing.Single(), hands.Opened.Incoming.Single(), hands.Opened.SignBy).ShouldBe((Ling, Wen, Evening.AddMinutes(30)));
        Rota.At(roster, Evening, Calendar).ShouldBe([Wen]);
        Rota.Responsible(roster, Evening, Calendar).ShouldBe([Wen, Ling]);
        Look(Roster, Evening.AddHours(1)).ShouldBeOfType<Decision.Nothing>();
    }

    [Fact]
    public void leaves_the_outgoing_shift_responsible_until_both_have_signed()
    {
        var both = Signed(Opened(), Sign(Opened().HandOver, Opened().Roster, Ling));
        Rota.Responsible(both.Item2, Evening, Calendar).ShouldBe([Wen, Ling]);
        Sign(both.Item1, both.Item2, Ling).ShouldBeOfType<Decision.Nothing>();
        both = Signed(both, Sign(both.Item1, both.Item2, Wen));
        (both.Item1.State, both.Item2.Held.Length).ShouldBe(("Signed", 0));
        Rota.Responsible(both.Item2, Evening, Calendar).ShouldBe([Wen]);
    }

    [Fact]
    public void is_signed_by_its_own_people_or_in_their_place_by_whoever_keeps_the_rosters()
    {
        var (hands, roster) = Opened();
        Sign(hands, roster, Bao).Refused().ShouldBe("handover-not-yours");
        Sign(hands, roster, Bao, HandOverFile.Incoming).Refused().ShouldBe("handover-not-yours");
        Sign(hands, roster, Bao, "Both", keeps: true).Refused().ShouldBe("handover-not-yours");
        Signed((hands, roster), Sign(hands, roster, Bao, HandOverFile.Incoming, keeps: true)).Item1.HasSigned(HandOverFile.Incoming).ShouldBeTrue();
    }

    [Fact]
    public void unsigned_is_told_once_when_its_time_is_up()
    {
        var (hands, roster) = Opened();
        var timer = new TimerItem("k", HandingOver.SignKind, Id, hands.Opened!.SignBy, null);
        HandingOver.Due(Kinds.HandOver, hands, timer, hands.Opened.SignBy.AddMinutes(-1)).ShouldBeOfType<Decision.Nothing>();
        var due = HandingOver.Due(Kinds.HandOver, hands, timer, hands.Opened.SignBy).ShouldBeOfType<Decision.Accepted>();
        var overdue = hands.Evolve(new Recorded(due.Writings[0].Events[0], 2, Evening));
        overdue.State.ShouldBe("Overdue");
        HandingOver.Due(Kinds.HandOver, overdue, timer, hands.Opened.SignBy).ShouldBeOfType<Decision.Nothing>();
        Kinds.HandOver.Timers(hands, overdue).Single().ShouldBeOfType<TimerChange.Cancel>();
        var both = Signed((overdue, roster), Sign(overdue, roster, Ling));
        Signed(both, Sign(both.Item1, both.Item2, Wen)).Item1.State.ShouldBe("Signed");
    }

    [Fact]
    public void is_not_begun_for_shifts_a_jumped_clock_has_passed_nor_where_nobody_comes()
    {
        Look(Roster, Evening, Evening.AddDays(1)).ShouldBeOfType<Decision.Nothing>();
        Look(Weekly(On(Ling, "08:00", "20:00", Daily)), Evening).ShouldBeOfType<Decision.Nothing>();
        var far = (TimerChange.Set)Look(Roster, Evening, Evening.AddDays(300)).ShouldBeOfType<Decision.Nothing>().Timers.Single();
        far.DueAt.ShouldBe(Evening.AddDays(298));
        Look(Roster with { Role = "DutySupervisor" }, Evening).ShouldBeOfType<Decision.Nothing>().Timers.Single().ShouldBeOfType<TimerChange.Cancel>();
    }
}
