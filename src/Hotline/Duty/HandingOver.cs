using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Effects;
using Hotline.Http;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>One shift hands over to the next: opened when the people on duty change, signed by both. Pure.</summary>
public static class HandingOver
{
    public const string ChangeKind = "roster.change";
    public const string SignKind = "handover.sign";
    /// <summary>Changes longer ago than this are not gone through one by one after a jump of the clock.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(2);
    private static readonly TimeSpan JustBefore = TimeSpan.FromSeconds(1);

    /// <summary>A due time is finer than the one a timer's row can keep.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    public static string ChangeKey(Guid roster) => $"roster:{roster:N}:change";

    /// <summary>The plan may change who is on duty now: if it does, the hand-over begins. Of changes that a jumped clock has passed
    /// only the last one counts.</summary>
    public static Decision Look(
        (StreamKind HandOver, StreamKind Roster) kinds, RosterFile roster, HandOverRules rules, WorkCalendar calendar, Guid id,
        DateTimeOffset now, DateTimeOffset present, TimeSpan ahead)
    {
        if (roster.Role != rules.Role) return new Decision.Nothing(new TimerChange.Cancel(ChangeKey(roster.Id)));
        var watches = Rota.Watches(roster, now + Rounding, ahead, calendar);
        var next = watches[0].Until > present - LookBack ? watches[0].Until : present - LookBack;
        var again = new TimerChange.Set(ChangeKey(roster.Id), ChangeKind, roster.Id, next);
        var before = Rota.At(roster, now - JustBefore, calendar);
        var stands = watches[0].Until > present || watches.Count == 1;
        return stands && Open(kinds, roster, [.. before], watches[0].People, rules, id, now) is Decision.Accepted yes
            ? yes with { Timers = [again] }
            : new Decision.Nothing(again);
    }

    /// <summary>Nothing where nobody goes or nobody comes: hours nobody covers are another matter.</summary>
    public static Decision Open(
        (StreamKind HandOver, StreamKind Roster) kinds, RosterFile roster, ImmutableArray<Guid> before, ImmutableArray<Guid> after,
        HandOverRules rules, Guid id, DateTimeOffset now, DateTimeOffset? until = null)
    {
        ImmutableArray<Guid> going = [.. before.Except(after)];
        ImmutableArray<Guid> coming = [.. after.Except(before)];
        if (going.IsEmpty || coming.IsEmpty) return new Decision.Nothing();
        var opened = new HandOverOpened(roster.Id, roster.Division, roster.Role, going, coming, now + rules.SignWithin) { Until = until };
        return new Decision.Accepted(
            Writing.To(kinds.HandOver, id, new HandOverFile { Id = id }, opened),
            Writing.To(kinds.Roster, roster.Id, roster, new ShiftHeld(id, going)));
    }

    /// <summary>Before the plan's time, to the end of the watch that runs, <see cref="EarlyMax"/> at most.</summary>
    public static Decision Early(
        (StreamKind HandOver, StreamKind Roster) kinds, RosterFile roster, ImmutableArray<Guid> to, HandOverRules rules, WorkCalendar calendar, Guid id,
        DateTimeOffset now)
    {
        var watch = Rota.Watches(roster, now, EarlyMax, calendar)[0];
        return Open(kinds, roster, watch.People, to, rules, id, now, watch.Until);
    }

    private static readonly TimeSpan EarlyMax = TimeSpan.FromHours(12);

    /// <param name="side">For whoever keeps the rosters, who may sign in somebody's place; others sign for their own side.</param>
    public static Decision Sign(
        (StreamKind HandOver, StreamKind Roster) kinds, HandOverFile file, RosterFile roster, Actor by, string? side, bool keepsRosters,
        ImmutableArray<BriefingItem> briefing, DateTimeOffset now)
    {
        if (file.Opened is not { } opened) return new Decision.Refused(new Problem(404, "not-found"));
        var own = opened.Outgoing.Contains(by.Id) ? HandOverFile.Outgoing : opened.Incoming.Contains(by.Id) ? HandOverFile.Incoming : null;
        var signs = own ?? (keepsRosters ? side : null);
        if (signs is not (HandOverFile.Outgoing or HandOverFile.Incoming)) return new Decision.Refused(new Problem(403, "handover-not-yours"));
        if (file.HasSigned(signs)) return new Decision.Nothing();
        var signed = new HandOverSigned(signs, by, briefing);
        var both = file.Evolve(new Recorded(signed, file.Version + 1, file.OpenedAt)).IsSigned;
        return new Decision.Accepted(
        [
            Writing.To(kinds.HandOver, file.Id, file, signed),
            .. both ? [Writing.To(kinds.Roster, roster.Id, roster, [new ShiftReleased(file.Id), .. Instead(opened, file, by, now)])] : Array.Empty<Writing>(),
        ]);
    }

    /// <summary>Both have agreed by their signatures. It counts from before the hand-over began, or the look at the changed roster
    /// would see the people change once more and begin another one.</summary>
    private static IEnumerable<Happening> Instead(HandOverOpened opened, HandOverFile file, Actor by, DateTimeOffset now) => opened.Until > now
        ? [new RosterOverridden(new(file.Id, opened.Incoming[0], file.OpenedAt - (2 * JustBefore), opened.Until.Value) { Others = [.. opened.Incoming.Skip(1)] }, by)]
        : [];

    public static Decision Due(StreamKind kind, HandOverFile file, TimerItem timer, DateTimeOffset now) =>
        file is { Opened: { } opened, IsSigned: false, IsOverdue: false } && opened.SignBy <= now + Rounding
            ? new Decision.Accepted(Writing.To(kind, file.Id, file, new HandOverOverdue(opened.SignBy)))
            : new Decision.Nothing(new TimerChange.Cancel(timer.Key));
}

/// <summary>The people on duty of a roster change.</summary>
public sealed class ChangeTimer(Writer writer, PolicyBook policies, IIds ids, IBusinessClock clock) : ITimerHandler
{
    public string Kind => HandingOver.ChangeKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var id = ids.New();
        await writer.Write(null, now, async load =>
        {
            var roster = await load.Load<RosterFile>(RosterFile.KindName, timer.Stream, CancellationToken.None);
            if (roster.Division.Length == 0) return new Decision.Nothing(new TimerChange.Cancel(timer.Key));
            var pack = policies.For(roster.Division);
            return HandingOver.Look(
                (load.Kind(HandOverFile.KindName), load.Kind(RosterFile.KindName)), roster, pack.Duty.HandOver, pack.Calendar, id, now, clock.Now,
                pack.Duty.LookAhead);
        });
    }
}

/// <summary>A hand-over should be signed by now.</summary>
public sealed class SignTimer(Writer writer) : ITimerHandler
{
    public string Kind => HandingOver.SignKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
        HandingOver.Due(
            load.Kind(HandOverFile.KindName), await load.Load<HandOverFile>(HandOverFile.KindName, timer.Stream, CancellationToken.None), timer, now));
}
