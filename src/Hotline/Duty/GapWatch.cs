using Hotline.Cases;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>Finds hours that nobody covers before they come, and says so in the roster's stream; paging hears it there. Pure.</summary>
public static class GapWatch
{
    /// <summary>A roster is looked at again by then even if nothing in it changes: the calendar goes on.</summary>
    private static readonly TimeSpan AgainAfter = TimeSpan.FromDays(1);

    /// <summary>A due time is finer than the one a timer's row can keep.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <param name="now">The timer's due time.</param>
    /// <param name="present">Where the clock stands: of hours that are over nobody need hear.</param>
    public static Decision Decide(
        StreamKind kind, RosterFile roster, DutyRules rules, WorkCalendar calendar, DateTimeOffset now, DateTimeOffset present)
    {
        if (roster.Division.Length == 0) return new Decision.Nothing(new TimerChange.Cancel(Key(roster.Id)));
        if (present < now) present = now;
        var next = present + AgainAfter;
        var foreseen = new List<Happening>();
        foreach (var gap in Rota.Watches(roster, now, present - now + rules.LookAhead, calendar).Where(w => w.IsGap && w.Until > present))
        {
            var told = roster.Foreseen.Where(f => f.From <= gap.From && gap.From < f.Until).Select(f => f.BeforeMinutes).DefaultIfEmpty(int.MaxValue).Min();
            var due = rules.GapNoticeBefore.Where(before => gap.From - before <= now + Rounding).Select(Minutes).DefaultIfEmpty(int.MaxValue).Min();
            if (due < told) foreseen.Add(new GapForeseen(gap.From, gap.Until, due));
            foreach (var before in rules.GapNoticeBefore.Where(b => gap.From - b > now + Rounding))
                if (gap.From - before < next) next = gap.From - before;
        }
        var again = new TimerChange.Set(Key(roster.Id), Kind, roster.Id, next);
        return foreseen.Count == 0
            ? new Decision.Nothing(again)
            : new Decision.Accepted(Writing.To(kind, roster.Id, roster, [.. foreseen])) { Timers = [again] };
    }

    /// <summary>Hours somebody was paged for lie ahead, or run, and still nobody covers them.</summary>
    public static bool IsOpen(RosterFile roster, WorkCalendar calendar, DateTimeOffset now) => roster.Foreseen.Any(f =>
        f.Until > now && Rota.Watches(roster, f.From > now ? f.From : now, f.Until - (f.From > now ? f.From : now), calendar).Any(w => w.IsGap));

    public const string Kind = "roster.gaps";

    public static string Key(Guid roster) => $"roster:{roster:N}:gaps";

    private static int Minutes(TimeSpan before) => (int)before.TotalMinutes;
}

/// <summary>A roster is to be looked at.</summary>
public sealed class GapTimer(Writer writer, PolicyBook policies, IBusinessClock clock) : ITimerHandler
{
    public string Kind => GapWatch.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
    {
        var roster = await load.Load<RosterFile>(RosterFile.KindName, timer.Stream, CancellationToken.None);
        var pack = policies.For(roster.Division);
        return GapWatch.Decide(load.Kind(RosterFile.KindName), roster, pack.Duty, pack.Calendar, now, clock.Now);
    });
}
