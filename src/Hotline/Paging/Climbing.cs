using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Somebody on duty who can be reached, the code with which they answer this page, and the row that gives them the
/// code if it is new.</summary>
public sealed record Reachable(Guid Person, bool Sms, bool Call, int Code, RowChange? CodeRow = null)
{
    public bool Can(string channel) => channel switch { Channels.Sms => Sms, Channels.Call => Call, _ => false };
}

/// <summary>Who is to be rung next, and when again. Pure: who is on duty is a fact handed in.</summary>
public static class Climbing
{
    /// <summary>A text is carried at least so long, though the plan may call in between: a telephone without coverage has it afterwards.</summary>
    private const int ValidityMinSeconds = 120;

    /// <summary><paramref name="now"/> is the timer's due time; <paramref name="clockNow"/> where the clock stands. They differ
    /// after a jump: the plan's steps are then taken one by one, a repeating round once.</summary>
    public static Decision Decide(
        StreamKind kind, PageFile page, Func<PlanStep, IReadOnlyList<Reachable>> onDuty, LimitRules rules, IIds ids, DateTimeOffset now, DateTimeOffset clockNow)
    {
        if (page is not { IsRinging: true, Started: { } plan, NextClimbAt: { } due } || due > now + PageTimers.Rounding)
            return new Decision.Nothing(PageTimers.Climb(page));
        var (ring, next, skipped) = Choose(plan.Steps, [.. plan.Steps, .. page.AddedSteps], page.NextStep, onDuty);
        // Who is let sleep has an attempt that waits for the morning: one is enough.
        if (page.PlanIsThrough) ring = ring.RemoveAll(r => page.Attempts.Any(a => a.ReleaseAt > now && a.Person == r.Who.Person && a.Channel == r.Channel));
        var nextAt = next < plan.Steps.Length ? Later(page.RingingSince.AddSeconds(plan.Steps[next].AfterSeconds), now)
            : page.PlanIsThrough ? NextRound(now, clockNow, plan.RepeatEverySeconds)
            : now.AddSeconds(plan.RepeatEverySeconds);
        var validity = Math.Max(ValidityMinSeconds, (int)(nextAt - now).TotalSeconds);
        var planned = ring.Select(r => new AttemptPlanned(
            ids.New(), r.Role, r.Channel, r.Who.Person, ids.Code(ReferenceLength), r.Who.Code, validity)).ToImmutableArray();
        return new Decision.Accepted(Writing.To(kind, page.Id, page, [new PageClimbed(next, skipped, nextAt), .. planned]))
        {
            // A step due in the same moment leaves the time as it was: the timer must be set anew all the same, or it waits for its lease.
            Timers = nextAt == due ? [PageTimers.Climb(page)] : [],
            Rows = [.. ring.Select(r => r.Who).DistinctBy(w => w.Person).Select(w => w.CodeRow).OfType<RowChange>()],
            Outbox = [.. planned.Select(p => new OutboxMessage(
                p.Attempt, Topics.Of(p.Channel), AttemptRef.Json(page.Id, p.Attempt), Urgency: Urgency.Of(rules, page)))],
        };
    }

    public const int ReferenceLength = 5;

    private sealed record Ring(Reachable Who, string Role, string Channel);

    private static (ImmutableArray<Ring> Ring, int Next, ImmutableArray<int> Skipped) Choose(
        ImmutableArray<PlanStep> plan, ImmutableArray<PlanStep> all, int from, Func<PlanStep, IReadOnlyList<Reachable>> onDuty)
    {
        if (from >= plan.Length) return (Everybody(all, onDuty), plan.Length, []);
        var skipped = ImmutableArray.CreateBuilder<int>();
        for (var i = from; i < plan.Length; i++)
        {
            var ring = Of(plan[i], onDuty);
            if (!ring.IsEmpty) return (ring, i + 1, skipped.ToImmutable());
            skipped.Add(i);
        }
        // Nobody in the rest of the plan: whoever was reachable before is rung again at once rather than nobody.
        return (Everybody(all, onDuty), plan.Length, skipped.ToImmutable());
    }

    /// <summary>The plan is through: all of its targets and who was added by hand, each person once per channel, for ever.</summary>
    private static ImmutableArray<Ring> Everybody(ImmutableArray<PlanStep> all, Func<PlanStep, IReadOnlyList<Reachable>> onDuty) =>
        [.. all.SelectMany(s => Of(s, onDuty)).DistinctBy(r => (r.Who.Person, r.Channel))];

    private static ImmutableArray<Ring> Of(PlanStep step, Func<PlanStep, IReadOnlyList<Reachable>> onDuty) =>
        [.. onDuty(step).SelectMany(who => ChannelsFor(step, who).Select(channel => new Ring(who, step.Role, channel)))];

    /// <summary>The step's channels as far as they work for this person; where none does, the one that is left.</summary>
    private static IEnumerable<string> ChannelsFor(PlanStep step, Reachable who)
    {
        var working = step.Channels.Where(who.Can).ToList();
        return working.Count > 0 ? working : new[] { Channels.Sms, Channels.Call }.Where(who.Can).Take(1);
    }

    private static DateTimeOffset NextRound(DateTimeOffset now, DateTimeOffset clockNow, int everySeconds)
    {
        var behind = Math.Max(0, (clockNow - now).TotalSeconds);
        return now.AddSeconds((Math.Floor(behind / everySeconds) + 1) * everySeconds);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
