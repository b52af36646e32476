namespace Hotline.Workflow;

/// <summary>When a clock falls due. Natural time runs through holidays; working time counts the calendar's workdays and hours.</summary>
public static class Clock
{
    /// <param name="level">T1–T4, or the risk level for a clock whose rule says by: risk.</param>
    /// <returns>Universal time; provisional when a year without a published holiday notice was counted.</returns>
    public static (DateTimeOffset DueAt, bool Provisional) DueAt(
        ClockRule rule, string? level, DateTimeOffset start, WorkCalendar calendar) =>
        DueAt(rule.For(level), start, calendar);

    public static (DateTimeOffset DueAt, bool Provisional) DueAt(Span within, DateTimeOffset start, WorkCalendar calendar)
    {
        var local = start.ToOffset(WorkCalendar.Offset);
        var (months, days, time) = within.Parts;
        if (!within.Working) return (local.AddMonths(months).AddDays(days).Add(time).ToUniversalTime(), false);
        var due = time > TimeSpan.Zero ? calendar.AfterHours(local.DateTime, time) : calendar.AfterDays(local.DateTime, days);
        var provisional = Enumerable.Range(local.Year, due.Year - local.Year + 1)
            .Any(year => !calendar.PublishedYears.Contains(year));
        return (new DateTimeOffset(due, WorkCalendar.Offset).ToUniversalTime(), provisional);
    }
}

public sealed partial record WorkCalendar
{
    /// <summary>China keeps one time, UTC+8 without summer time; said here so that no machine's time-zone files decide a deadline.</summary>
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public bool IsWorkday(DateOnly day) =>
        Work.Contains(day) || (!Off.Contains(day) && day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday));

    /// <summary>The day it starts is not counted (Civil Code art. 201); due when the last working day ends (art. 203).</summary>
    internal DateTime AfterDays(DateTime start, int days)
    {
        var day = DateOnly.FromDateTime(start);
        for (var left = days; left > 0;)
        {
            day = day.AddDays(1);
            if (IsWorkday(day)) left--;
        }
        return day.ToDateTime(DayEnds);
    }

    /// <summary>Counts only the hours of workdays; what starts at night starts when the next working day does.</summary>
    internal DateTime AfterHours(DateTime start, TimeSpan time)
    {
        var day = DateOnly.FromDateTime(start);
        var at = start;
        for (; ; day = day.AddDays(1), at = day.ToDateTime(DayStarts))
        {
            if (!IsWorkday(day)) continue;
            var opens = day.ToDateTime(DayStarts);
            var closes = day.ToDateTime(DayEnds);
            if (at < opens) at = opens;
            if (at + time <= closes) return at + time;
            if (at < closes) time -= closes - at;
        }
    }
}

public sealed partial record ClockRule
{
    /// <summary>The span of a level. An unknown level takes the shortest: being early is a nuisance, being late is not.</summary>
    public Span For(string? level) =>
        level is not null && Within.TryGetValue(level, out var span) ? span
        : Within.TryGetValue("any", out var any) ? any
        : Within.Values.OrderBy(within => within.AtMost).First();
}
