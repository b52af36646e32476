using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hotline.Cases;

namespace Hotline.Duty;

/// <summary>Which days of the calendar a shift is for; null is every day. The day is the one on which the shift begins.</summary>
public static class DayKinds
{
    public const string Workdays = nameof(Workdays);
    public const string RestDays = nameof(RestDays);
}

/// <summary>A weekly shift: local wall-clock times; an end at or before the start runs into the next day.</summary>
/// <param name="Days">1 Monday … 7 Sunday, on which it begins.</param>
/// <param name="Only">One of <see cref="DayKinds"/>: holidays are no workdays, make-up workdays are.</param>
public sealed record Shift(Guid Person, ImmutableArray<int> Days, TimeOnly From, TimeOnly To, string? Only = null);

/// <summary>A shift that people take in turn: the first from <paramref name="Starts"/> for <paramref name="DaysEach"/> calendar days,
/// then the next. Days on which the shift does not run count as well, so a turn never moves with the holidays.</summary>
public sealed record Rotation(ImmutableArray<Guid> People, DateOnly Starts, int DaysEach, TimeOnly From, TimeOnly To, string? Only = null);

/// <summary>Who is on duty instead of the plan, from a moment to another: one person, or a temporary schedule of several.</summary>
public sealed record ShiftOverride(Guid Id, Guid Person, DateTimeOffset From, DateTimeOffset Until)
{
    public ImmutableArray<Guid> Others { get; init; } = [];

    /// <summary>When it was made; of two that cover a moment the later one counts.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    [JsonIgnore]
    public ImmutableArray<Guid> People => [Person, .. Others];

    /// <summary>Asks for the same, whenever it was made.</summary>
    public bool SameAs(ShiftOverride other) =>
        (Id, From, Until) == (other.Id, other.From, other.Until) && People.SequenceEqual(other.People);
}

/// <summary>A person cannot be on duty in this time, whatever the plan says.</summary>
public sealed record Absence(Guid Id, Guid Person, DateTimeOffset From, DateTimeOffset Until);

/// <summary>The taker serves the giver's shifts, and maybe the giver the taker's in return. It counts only once the taker agreed.</summary>
public sealed record Swap(
    Guid Id, Guid Giver, Guid Taker, DateTimeOffset From, DateTimeOffset Until, DateTimeOffset? BackFrom = null, DateTimeOffset? BackUntil = null)
{
    public const string Proposed = nameof(Proposed);
    public const string Accepted = nameof(Accepted);
    public const string Declined = nameof(Declined);
    public const string Withdrawn = nameof(Withdrawn);

    public string State { get; init; } = Proposed;
    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>Asks for the same, however it was answered.</summary>
    public bool SameAs(Swap other) => other with { State = State, AnsweredAt = AnsweredAt } == this;

    [JsonIgnore]
    public DateTimeOffset End => BackUntil > Until ? BackUntil.Value : Until;
}

/// <summary>The plan of one role in one division. Each change states the whole.</summary>
public sealed record RosterSet(
    string Division, string Role, string TimeZone, ImmutableArray<Shift> Shifts, Actor By) : Happening
{
    public ImmutableArray<Rotation> Rotations { get; init; } = [];

    /// <summary>It had gaps, and whoever saved it said that they had seen them.</summary>
    public bool GapsAcknowledged { get; init; }
}

public sealed record RosterOverridden(ShiftOverride Override, Actor By) : Happening;

public sealed record OverrideWithdrawn(Guid Override, Actor By) : Happening;

public sealed record AbsencePlanned(Absence Absence, Actor By) : Happening;

public sealed record AbsenceWithdrawn(Guid Absence, Actor By) : Happening;

public sealed record SwapProposed(Swap Swap, Actor By) : Happening;

/// <summary>Accepted or declined by the taker, or withdrawn by the giver.</summary>
public sealed record SwapAnswered(Guid Swap, string State, Actor By) : Happening;

/// <summary>Nobody will be on duty from a moment to another, and whoever keeps the roster is told, so many minutes before at most.</summary>
public sealed record GapForeseen(DateTimeOffset From, DateTimeOffset Until, int BeforeMinutes) : Happening;

public static class DutyEvents
{
    public static void Register()
    {
        Codec.Register<RosterSet>("roster_set");
        Codec.Register<RosterOverridden>("roster_overridden");
        Codec.Register<OverrideWithdrawn>("override_withdrawn");
        Codec.Register<AbsencePlanned>("absence_planned");
        Codec.Register<AbsenceWithdrawn>("absence_withdrawn");
        Codec.Register<SwapProposed>("swap_proposed");
        Codec.Register<SwapAnswered>("swap_answered");
        Codec.Register<GapForeseen>("gap_foreseen");
        Codec.Register<ContactKept>("contact_kept");
        Codec.Register<ContactCodeSent>("contact_code_sent");
        Codec.Register<ContactCodeMissed>("contact_code_missed");
        Codec.Register<ContactVerified>("contact_verified");
        Codec.Register<TrainingRecorded>("training_recorded");
        Codec.Register<ChannelTurnedOff>("channel_turned_off");
        Codec.Register<ChannelTurnedOn>("channel_turned_on");
        Codec.Register<HandOverOpened>("handover_opened");
        Codec.Register<HandOverSigned>("handover_signed");
        Codec.Register<HandOverOverdue>("handover_overdue");
        Codec.Register<ShiftHeld>("shift_held");
        Codec.Register<ShiftReleased>("shift_released");
        Codec.Register<LogEntryWritten>("log_entry_written");
        Codec.Register<LogEntryDone>("log_entry_done");
        Codec.Register<CalendarAddressMade>("calendar_address_made");
        Codec.Register<CalendarAddressRevoked>("calendar_address_revoked");
    }
}
