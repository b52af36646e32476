using System.Collections.Immutable;

namespace Hotline.Auditing;

/// <summary>Something that should have happened by now. Key tells one from another; it names no person.</summary>
/// <param name="Since">Since when it is owed; business time.</param>
public sealed record Overdue(string Kind, string Key, DateTimeOffset Since)
{
    /// <summary>A timer that nobody fired.</summary>
    public const string TimerLate = "timer-late";

    /// <summary>A page that rings and has no next time to ring.</summary>
    public const string PageStill = "page-still";

    /// <summary>A clock that ran out and has no timer.</summary>
    public const string ClockUnheard = "clock-unheard";

    /// <summary>A clock whose breach should have rung somebody, and no page tells of the matter.</summary>
    public const string BreachUntold = "breach-untold";

    /// <summary>Something for the outside world that nobody has taken in hand.</summary>
    public const string DeliveryLate = "delivery-late";

    /// <summary>Something for the outside world that failed again and again.</summary>
    public const string DeliveryStuck = "delivery-stuck";
}

/// <summary>What the last look found. Overdue is only what the look before it had found too: whatever is just being done has no
/// need of an alarm.</summary>
/// <param name="At">When it was looked; machine time.</param>
public sealed record Audit(DateTimeOffset At, ImmutableArray<Overdue> Seen, ImmutableArray<Overdue> Overdue)
{
    /// <summary>Nothing is owed; said only by somebody who has looked twice.</summary>
    public bool AllWell { get; private init; }

    public static Audit First(DateTimeOffset at, ImmutableArray<Overdue> seen) => new(at, seen, []);

    public Audit Next(DateTimeOffset at, ImmutableArray<Overdue> seen)
    {
        var before = Seen.Select(o => (o.Kind, o.Key)).ToHashSet();
        ImmutableArray<Overdue> still = [.. seen.Where(o => before.Contains((o.Kind, o.Key)))];
        return new(at, seen, still) { AllWell = still.IsEmpty };
    }

    /// <summary>How many of each kind, for the log and for those who may not know which.</summary>
    public IReadOnlyList<OverdueCount> Counts =>
        [.. Overdue.GroupBy(o => o.Kind).Select(g => new OverdueCount(g.Key, g.Count(), g.Min(o => o.Since))).OrderBy(c => c.Kind, StringComparer.Ordinal)];
}

public sealed record OverdueCount(string Kind, int Count, DateTimeOffset Oldest);
