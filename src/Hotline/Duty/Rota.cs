using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>A time in which the same people are on duty; nobody makes it a gap.</summary>
public sealed record Watch(DateTimeOffset From, DateTimeOffset Until, ImmutableArray<Guid> People)
{
    public bool IsGap => People.IsEmpty;
}

/// <summary>Reads a roster: who is on duty at a moment, and how that changes. Pure.</summary>
public static class Rota
{
    private static readonly TimeSpan NextWithin = TimeSpan.FromDays(2);

    /// <summary>The people on duty at a moment. An override that covers it counts alone (of several, the last one made); else the
    /// plan. Then swaps that were agreed to, and in the end nobody who is absent.</summary>
    public static ImmutableArray<Guid> At(RosterFile roster, DateTimeOffset at, WorkCalendar calendar)
    {
        var over = roster.Overrides.LastOrDefault(o => o.From <= at && at < o.Until);
        var planned = over?.People ?? Planned(roster, at, calendar);
        return
        [
            .. planned.Select(person => Standing(roster, person, at, over?.MadeAt))
                .Where(person => !Away(roster, person, at)).Distinct(),
        ];
    }

    /// <summary>Who must answer now: those on duty, and the shift before as long as its hand-over is not signed.</summary>
    public static ImmutableArray<Guid> Responsible(RosterFile roster, DateTimeOffset now, WorkCalendar calendar) =>
        [.. At(roster, now, calendar).Concat(roster.Held.SelectMany(h => h.People).Where(p => !Away(roster, p, now))).Distinct()];

    /// <summary>Who comes on duty after those who are; nobody where no other shift begins within <see cref="NextWithin"/>.</summary>
    public static ImmutableArray<Guid> Next(RosterFile roster, DateTimeOffset now, WorkCalendar calendar)
    {
        var present = At(roster, now, calendar);
        return [.. Watches(roster, now, NextWithin, calendar).Select(w => w.People.Except(present)).FirstOrDefault(p => p.Any()) ?? []];
    }

    private static bool Away(RosterFile roster, Guid person, DateTimeOffset at) =>
        roster.Absences.Any(a => a.Person == person && a.From <= at && at < a.Until);

    /// <summary>The watches from a moment on, as long as asked, each as long as its people stay the same.</summary>
    public static IReadOnlyList<Watch> Watches(RosterFile roster, DateTimeOffset from, TimeSpan length, WorkCalendar calendar)
    {
        var until = from + length;
        var edges = Edges(roster, from, until).Append(until).Where(e => e > from && e <= until).Distinct().Order();
        var watches = new List<Watch>();
        var start = from;
        foreach (var end in edges)
        {
            var people = At(roster, start, calendar);
            if (watches.Count > 0 && watches[^1].People.SequenceEqual(people)) watches[^1] = watches[^1] with { Until = end };
            else watches.Add(new(start, end, people));
            start = end;
        }
        return watches;
    }

    private static ImmutableArray<Guid> Planned(RosterFile roster, DateTimeOffset at, WorkCalendar calendar)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zones.Of(roster.TimeZone)).DateTime;
        var weekly = roster.Shifts
            .Where(s => Begun(s.From, s.To, local).Any(day => s.Days.Contains(IsoDay(day)) && Runs(s.Only, day, calendar))).Select(s => s.Person);
        var turns =
            from rotation in roster.Rotations
            from day in Begun(rotation.From, rotation.To, local)
            where day >= rotation.Starts && Runs(rotation.Only, day, calendar)
            select rotation.People[(day.DayNumber - rotation.Starts.DayNumber) / rotation.DaysEach % rotation.People.Length];
        return [.. weekly.Concat(turns).Distinct()];
    }

    /// <summary>The days on which a shift of these times may have begun that runs at this moment.</summary>
    private static IEnumerable<DateOnly> Begun(TimeOnly from, TimeOnly to, DateTime local)
    {
        var (today, time) = (DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        if (time >= from && (to <= from || time < to)) yield return today;
        if (to <= from && time < to) yield return today.AddDays(-1);
    }

    private static bool Runs(string? only, DateOnly day, WorkCalendar calendar) => only switch
    {
        DayKinds.Workdays => calendar.IsWorkday(day),
        DayKinds.RestDays => !calendar.IsWorkday(day),
        _ => true,
    };

    /// <summary>Whoever stands in for a person by an agreed swap. An override made after the swap was agreed means the person itself.</summary>
    private static Guid Standing(RosterFile roster, Guid person, DateTimeOffset at, DateTimeOffset? overriddenAt)
    {
        foreach (var swap in roster.Swaps)
        {
            if (swap.State != Swap.Accepted || swap.AnsweredAt < overriddenAt) continue;
            if (swap.Giver == person && swap.From <= at && at < swap.Until) return swap.Taker;
            if (swap.Taker == person && swap.BackFrom <= at && at < swap.BackUntil) return swap.Giver;
        }
        return person;
    }

    private static IEnumerable<DateTimeOffset> Edges(RosterFile roster, DateTimeOffset from, DateTimeOffset until)
    {
        foreach (var over in roster.Overrides) foreach (var edge in new[] { over.From, over.Until }) yield return edge;
        foreach (var absence in roster.Absences) foreach (var edge in new[] { absence.From, absence.Until }) yield return edge;
        foreach (var swap in roster.Swaps)
            foreach (var edge in new[] { swap.From, swap.Until, swap.BackFrom ?? swap.From, swap.BackUntil ?? swap.Until }) yield return edge;
        var zone = Zones.Of(roster.TimeZone);
        var times = roster.Shifts.SelectMany(s => new[] { s.From, s.To })
            .Concat(roster.Rotations.SelectMany(r => new[] { r.From, r.To })).Distinct().ToList();
        var day = TimeZoneInfo.ConvertTime(from, zone).Date.AddDays(-1);
        var last = TimeZoneInfo.ConvertTime(until, zone).Date.AddDays(1);
        for (; day <= last; day = day.AddDays(1))
            foreach (var time in times)
                yield return Zones.Moment(DateTime.SpecifyKind(day + time.ToTimeSpan(), DateTimeKind.Unspecified), zone);
    }

    private static int IsoDay(DateOnly day) => day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek;
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
