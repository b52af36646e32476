using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>A message that somebody was sent by a channel.</summary>
public sealed record Told(long Serial, DateTimeOffset At, bool Emergency, Guid Attempt, int? Code)
{
    public Concerns? Of { get; init; }
}

/// <summary>What a message is about: its page, how urgent that is, and the household it concerns.</summary>
public sealed record Concerns(Guid Page, string Triage, Guid? Household)
{
    /// <summary>A child who leaves in a quarter of an hour, or what the reporter adds, does not wait for its household's next message.</summary>
    public static Concerns Those(PageFile page) =>
        new(page.Id, page.Started!.Triage, page.Started.Why is PageNeed.ChildLeaves or PageNeed.ReporterWrote ? null : page.Started.Household);
}

/// <summary>Why a message may not go yet.</summary>
public sealed record Held(DateTimeOffset Until, string Why)
{
    public const string TooSoon = "contact-limit";
    public const string Quiet = "quiet-hours";
    public const string RealFirst = "real-first";
    public const string SameHousehold = "same-household";
}

/// <summary>When a person may be told the next thing. Nothing is dropped: what is held goes out later. Pure.</summary>
public static class Limits
{
    /// <summary>Quiet hours are those of the country: it has one zone.</summary>
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    /// <summary>Null: now. An emergency goes at once, until so many went within one interval that more would only bury each other: from
    /// then on a burst becomes one message and not forty.</summary>
    public static Held? Hold(LimitRules rules, IReadOnlyCollection<Told> told, string triage, string role, DateTimeOffset now, Concerns? about = null)
    {
        var newestFirst = told.OrderByDescending(t => t.At).ToList();
        if (rules.IsEmergency(triage))
            return newestFirst.Where(t => t.Emergency).ToList() is var gone && gone.Count >= rules.EmergenciesAtOnce
                ? Later(gone[rules.EmergenciesAtOnce - 1].At + rules.Every, now) : null;
        var spaced = newestFirst.FirstOrDefault()?.At + rules.Every;
        var counted = newestFirst.Count >= rules.AtMost ? newestFirst[rules.AtMost - 1].At + rules.Within : (DateTimeOffset?)null;
        var free = Later(spaced > counted || counted is null ? spaced : counted, now);
        if (Grouped(rules, newestFirst, about, now) is { } grouped && (free is null || grouped.Until > free.Until)) free = grouped;
        return QuietUntil(rules.Quiet, triage, role, free?.Until ?? now) is { } morning ? new(morning, Held.Quiet) : free;
    }

    /// <summary>The same person was just told of this household by another page that is no less urgent: the two ring together from then
    /// on. A page never waits for its own message, so whichever led the last one rings on by its plan and takes the rest along.</summary>
    private static Held? Grouped(LimitRules rules, IReadOnlyList<Told> newestFirst, Concerns? about, DateTimeOffset now) =>
        about?.Household is { } household
        && newestFirst.FirstOrDefault(t => t.Of is { } of && of.Household == household && string.CompareOrdinal(of.Triage, about.Triage) <= 0) is { } last
        && last.Of!.Page != about.Page && last.At + rules.Household > now
            ? new(last.At + rules.Household, Held.SameHousehold)
            : null;

    /// <summary>When the quiet hours end in which the moment lies; null where it lies in none, or the message is not for them.</summary>
    public static DateTimeOffset? QuietUntil(QuietRule rule, string triage, string role, DateTimeOffset at)
    {
        if (!rule.Triage.Contains(triage) || !rule.Roles.Contains(role) || rule.From == rule.To) return null;
        var here = at.ToOffset(Beijing);
        if (!TimeOnly.FromTimeSpan(here.TimeOfDay).IsBetween(rule.From, rule.To)) return null;
        var end = new DateTimeOffset(here.Date + rule.To.ToTimeSpan(), Beijing);
        return end > at ? end : end.AddDays(1);
    }

    /// <summary>Which of the attempts that wait leads their common message: the worst, and of those the newest.</summary>
    public static Waiting Lead(IEnumerable<Waiting> all) =>
        all.OrderBy(w => w.Triage, StringComparer.Ordinal).ThenByDescending(w => w.PlannedAt).First();

    /// <summary>When a gateway takes the next request, and when it is free after that.</summary>
    public static (TimeSpan Wait, DateTimeOffset Free) Pace(DateTimeOffset free, int perSecond, DateTimeOffset now)
    {
        var start = free > now ? free : now;
        return (start - now, start + TimeSpan.FromSeconds(1.0 / perSecond));
    }

    private static Held? Later(DateTimeOffset? at, DateTimeOffset now) => at > now ? new(at.Value, Held.TooSoon) : null;
}

/// <summary>Which messages need not stand behind others that wait to leave the house. Emergencies are few, and they hold places of
/// their own at the relay: whatever is ordinary goes on in its order.</summary>
public static class Urgency
{
    private const int Ordinary = 0;

    /// <summary>An emergency whose whole plan was rung already, round after round: behind one that is still on its way up.</summary>
    private const int Rounds = 1;
    private const int First = 2;

    public static int Of(LimitRules rules, PageFile page) =>
        page.Started is not { Exercise: false } started || !(rules.IsEmergency(started.Triage) || PageNeed.RingsForItself(started.Why)) ? Ordinary
        : page.PlanIsThrough ? Rounds : First;

    public static int Of(LimitRules rules, string triage) => rules.IsEmergency(triage) ? Rounds : Ordinary;
}

/// <summary>An attempt that waits for its turn.</summary>
public sealed record Waiting(Guid Attempt, Guid Page, string Triage, DateTimeOffset PlannedAt);

/// <summary>One message for several pages.</summary>
public sealed record Bundle(int Count, int Code);
