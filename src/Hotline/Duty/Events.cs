using System.Collections.Immutable;
using Hotline.Cases;

namespace Hotline.Duty;

/// <summary>A weekly shift: local wall-clock times; an end at or before the start runs into the next day.</summary>
/// <param name="Days">1 Monday … 7 Sunday, on which it begins.</param>
public sealed record Shift(Guid Person, ImmutableArray<int> Days, TimeOnly From, TimeOnly To);

/// <summary>Who is on duty instead of the shifts, from a moment to another.</summary>
public sealed record ShiftOverride(Guid Id, Guid Person, DateTimeOffset From, DateTimeOffset Until);

/// <summary>The weekly plan of one role in one division. Each change states the whole.</summary>
public sealed record RosterSet(
    string Division, string Role, string TimeZone, ImmutableArray<Shift> Shifts, Actor By) : Happening;

public sealed record RosterOverridden(ShiftOverride Override, Actor By) : Happening;

public static class DutyEvents
{
    public static void Register()
    {
        Codec.Register<RosterSet>("roster_set");
        Codec.Register<RosterOverridden>("roster_overridden");
    }
}
