using Hotline.Effects;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>A clock is due: the breach is written, and whoever the pack names is paged by the reaction to it.</summary>
public sealed class ClockDue(Writer writer, StreamKinds kinds, PolicyBook policies, IBusinessClock clock) : ITimerHandler
{
    public string Kind => ClockTimers.DueKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
    {
        // The file itself knows from its first event whether it is a report or a case.
        var file = await load.Load<CaseFile>(CaseKind.Case, timer.Stream, CancellationToken.None);
        return file.Version == 0 ? new Decision.Nothing(new TimerChange.Cancel(timer.Key)) : Decide(kinds[file.Kind], file, timer, policies.Of(file), now, clock.Now);
    });

    /// <summary>Pure: breached once, and for a review that repeats the next round begins. Rounds that were missed together (a
    /// server that was down, a moved clock) are one breach: the next round counts from <paramref name="present"/>.</summary>
    public static Decision Decide(
        StreamKind kind, CaseFile file, TimerItem timer, Workflow.Pack pack, DateTimeOffset now, DateTimeOffset present)
    {
        var code = timer.Payload!;
        if (!file.Clocks.TryGetValue(code, out var clock) || clock.State != ClockState.Running) return new Decision.Nothing(new TimerChange.Cancel(timer.Key));
        // The row may be older than the clock: a moved clock fires at its own time.
        if (clock.DueAt > now.AddMilliseconds(1)) return new Decision.Nothing(new TimerChange.Set(timer.Key, timer.Kind, file.Id, clock.DueAt, code));
        var breached = new ClockBreached(code, clock.DueAt, now);
        return pack.Clocks.TryGetValue(code, out var rule) && rule.Repeats
            ? new Decision.Accepted(Writing.To(kind, file.Id, file, breached, Stepping.Starting(pack, code, file, present > now ? present : now)))
            : new Decision.Accepted(Writing.To(kind, file.Id, file, breached)) { Timers = [new TimerChange.Cancel(timer.Key)] };
    }
}

/// <summary>A clock is about to run out. Warnings never enter the case stream (design 4): the board counts down by itself, so all
/// there is to do is to let the timer go.</summary>
public sealed class ClockWarn(Writer writer) : ITimerHandler
{
    public string Kind => ClockTimers.WarnKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) =>
        await writer.Write(null, now, _ => Task.FromResult<Decision>(new Decision.Nothing(new TimerChange.Cancel(timer.Key))));
}

/// <summary>The child leaves soon and the reporter has no instruction: rings the desk.</summary>
public sealed class ChildLeaves(Writer writer, StreamKinds kinds) : ITimerHandler
{
    public const string Fact = "leavesSoonUnanswered";

    public string Kind => LeavesTimer.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
    {
        var file = await load.Load<CaseFile>(CaseKind.Report, timer.Stream, CancellationToken.None);
        if (file.Report is null || file.Fact(Fact) is not null || file.Messages.Any(m => m.Sent.Kind == "Instruction"))
            return new Decision.Nothing(new TimerChange.Cancel(timer.Key));
        return new Decision.Accepted(Writing.To(kinds[CaseKind.Report], file.Id, file, new FactEchoed(Fact, "true", file.Id))) { Timers = [new TimerChange.Cancel(timer.Key)] };
    });
}
