using System.Collections.Immutable;

namespace Hotline.Duty;

/// <summary>A time in which the same people are on duty; nobody makes it a gap.</summary>
public sealed record Watch(DateTimeOffset From, DateTimeOffset Until, ImmutableArray<Guid> People)
{
    public bool IsGap => People.IsEmpty;
}

/// <summary>Reads a roster: who is on duty at a moment, and how that changes. Pure.</summary>
public static class Rota
{
    /// <summary>The people on duty at a moment. An override that covers it counts alone; of several, the last one made.</summary>
    public static ImmutableArray<Guid> At(RosterFile roster, DateTimeOffset at)
    {
        if (roster.Overrides.LastOrDefault(o => o.From <= at && at < o.Until) is { } over) return [over.Person];
        var local = TimeZoneInfo.ConvertTime(at, Zones.Of(roster.TimeZone));
        return [.. roster.Shifts.Where(s => Covers(s, local.DateTime)).Select(s => s.Person).Distinct()];
    }

    /// <summary>The watches from a moment on, as long as asked, each as long as its people stay the same.</summary>
    public static IReadOnlyList<Watch> Watches(RosterFile roster, DateTimeOffset from, TimeSpan length)
    {
        var until = from + length;
        var edges = Edges(roster, from, until).Append(until).Where(e => e > from && e <= until).Distinct().Order();
        var watches = new List<Watch>();
        var start = from;
        foreach (var end in edges)
        {
            var people = At(roster, start);
            if (watches.Count > 0 && watches[^1].People.SequenceEqual(people)) watches[^1] = watches[^1] with { Until = end };
            else watches.Add(new(start, end, people));
            start = end;
        }
        return watches;
    }

    private static bool Covers(Shift shift, DateTime local)
    {
        var today = shift.Days.Contains(IsoDay(local.DayOfWeek));
        var yesterday = shift.Days.Contains(IsoDay(local.AddDays(-1).DayOfWeek));
        var time = TimeOnly.FromDateTime(local);
        return shift.To > shift.From
            ? today && time >= shift.From && time < shift.To
            : (today && time >= shift.From) || (yesterday && time < shift.To);
    }

    private static IEnumerable<DateTimeOffset> Edges(RosterFile roster, DateTimeOffset from, DateTimeOffset until)
    {
        foreach (var over in roster.Overrides)
        {
            yield return over.From;
            yield return over.Until;
        }
        var zone = Zones.Of(roster.TimeZone);
        var day = TimeZoneInfo.ConvertTime(from, zone).Date.AddDays(-1);
        var last = TimeZoneInfo.ConvertTime(until, zone).Date.AddDays(1);
        for (; day <= last; day = day.AddDays(1))
            foreach (var time in roster.Shifts.SelectMany(s => new[] { s.From, s.To }).Distinct())
                yield return Zones.Moment(DateTime.SpecifyKind(day + time.ToTimeSpan(), DateTimeKind.Unspecified), zone);
    }

    private static int IsoDay(DayOfWeek day) => day == DayOfWeek.Sunday ? 7 : (int)day;
}

/// <summary>Time zones by their IANA names. China has one and no summer time, so it works without the machine's tables too.</summary>
public static class Zones
{
    private static readonly TimeZoneInfo China = TimeZoneInfo.CreateCustomTimeZone("Asia/Shanghai", TimeSpan.FromHours(8), "Asia/Shanghai", "Asia/Shanghai");

    public static TimeZoneInfo Of(string name) => Find(name) ?? throw new InvalidOperationException($"No time zone {name} on this machine.");

    public static TimeZoneInfo? Find(string name) =>
        name == China.Id ? China : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <summary>A local time that the clock skips is taken an hour later; of one that comes twice, the first.</summary>
    public static DateTimeOffset Moment(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
