using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>Days off and make-up workdays of the years a notice was published for; working hours of a day.</summary>
public sealed partial record WorkCalendar(
    ImmutableHashSet<int> PublishedYears, ImmutableHashSet<DateOnly> Off, ImmutableHashSet<DateOnly> Work,
    TimeOnly DayStarts, TimeOnly DayEnds, string TimeZone, Source Law);
