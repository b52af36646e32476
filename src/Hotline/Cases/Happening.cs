using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>Something that happened, as it is kept. Immutable; in words a caseworker would use; no personal data in clear.</summary>
public abstract record Happening;

/// <summary>An event with its place in its stream.</summary>
public sealed record Recorded(Happening What, long Version, DateTimeOffset At, long Seq = 0);

/// <summary>Who did it. Role is the one under which the step was allowed; the server itself is <see cref="System"/>.</summary>
public sealed record Actor(Guid Id, string Name, string Role)
{
    public static readonly Actor System = new(Guid.Empty, "system", Security.Roles.System);

    [JsonIgnore]
    public bool IsHuman => Id != Guid.Empty;
}

/// <summary>A step of a machine was taken. Stored under the event name its pack gives it (emergency_declared …).</summary>
public sealed record StepTaken : Happening
{
    [JsonIgnore]
    public string Event { get; init; } = "step_taken";

    public required string Machine { get; init; }
    public required string Trigger { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required Actor By { get; init; }

    /// <summary>The step led back to where the file was before; such a move is not remembered as a way back.</summary>
    public bool Back { get; init; }

    /// <summary>The state was entered anew although it is the same: whatever was proposed in it before has lapsed.</summary>
    public bool Reentered { get; init; }

    /// <summary>Form values that are not personal.</summary>
    public ImmutableSortedDictionary<string, string> Fields { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Form values that are: where they lie sealed.</summary>
    public ImmutableSortedDictionary<string, SealedRef> Sealed { get; init; } = ImmutableSortedDictionary<string, SealedRef>.Empty;

    /// <summary>Facts that guards read from now on.</summary>
    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>A child as the report describes it; names and dates are sealed under the child's own key.</summary>
public sealed record ChildDescription(
    Guid Person, string Sex, int? AgeEstimate, ImmutableSortedDictionary<string, SealedRef> Sealed);

public sealed record SuspectDescription(
    Guid Person, string Relation, string AccessToChildNow, ImmutableArray<int> Children, bool WorksAtReportersUnit,
    ImmutableSortedDictionary<string, SealedRef> Sealed);

/// <summary>A report was received: R1 and R2 of domain 3.1 in one, since a received report is never a draft here.</summary>
public sealed record ReportReceived : Happening
{
    public required string Number { get; init; }
    public required string Channel { get; init; }
    public required string ReportKind { get; init; }
    public required string Category { get; init; }
    public required ImmutableArray<string> Grounds { get; init; }
    public required DateTimeOffset ReportedAt { get; init; }
    public DateTimeOffset? DiscoveredAt { get; init; }
    public DateTimeOffset? FirstKnownAtUnit { get; init; }

    /// <summary>Minutes from discovery to filing; recorded, never a reason to refuse (MPL art. 11(2), K01).</summary>
    public int? LateByMinutes { get; init; }

    public required string Division { get; init; }
    public required ImmutableSortedDictionary<string, string> Danger { get; init; }
    public required ImmutableArray<ChildDescription> Children { get; init; }
    public required ImmutableArray<SuspectDescription> Suspects { get; init; }
    public DateTimeOffset? ChildLeavesAt { get; init; }
    public bool MyUnitMustNotKnow { get; init; }
    public bool Obstructed { get; init; }
    public bool? PoliceNotified { get; init; }
    public DateTimeOffset? PoliceNotifiedAt { get; init; }
    public bool Anonymous { get; init; }
    public string? FeedbackChannel { get; init; }
    public Guid? FiledBy { get; init; }
    public Guid? Organisation { get; init; }
    public string? OrganisationType { get; init; }
    public required Guid ReporterPerson { get; init; }
    public required ImmutableSortedDictionary<string, SealedRef> Sealed { get; init; }
    public required string ContentHash { get; init; }
    public required string Triage { get; init; }
    public required ImmutableArray<string> TriageWhy { get; init; }
    public required ImmutableArray<Warning> Warnings { get; init; }
    public required string PackVersion { get; init; }
    public bool Exercise { get; init; }
    public ExternalOrder? Order { get; init; }
}

/// <summary>A work order of another line (12345, 12355, 12338): its number there, and by when they want an answer.</summary>
public sealed record ExternalOrder(string Line, string Number, DateTimeOffset? DueAt);

/// <summary>A field that was kept aside: which, and why. The value itself is sealed.</summary>
public sealed record Warning(string Field, string Code);

/// <summary>A case was opened for one child.</summary>
public sealed record CaseOpened(
    string Number, Guid Report, string ReportNumber, int ChildIndex, ChildDescription Child, string Division, string Triage,
    string Category, ImmutableArray<string> Grounds, ImmutableSortedDictionary<string, string> Danger, string PackVersion,
    bool Exercise) : Happening;

/// <summary>Two cases belong together: Household, SameOffender, SameIncident, MergedInto, Absorbed.</summary>
public sealed record CaseLinked(Guid Other, string OtherNumber, string Kind) : Happening;

public sealed record ReportLinked(Guid Report, string Number) : Happening;

/// <summary>On the case that another was merged into: the merge is undone, and the other's reports go with it.</summary>
public sealed record CaseUnlinked(Guid Other, string OtherNumber) : Happening;

public sealed record ReportUnlinked(Guid Report, string Number) : Happening;

/// <summary>On a report: it no longer belongs to a case that it was linked to.</summary>
public sealed record CaseDetached(Guid Case, string Number) : Happening;

/// <summary>Somebody has the case: the first who took it in hand, or took its report.</summary>
public sealed record OwnerSet(Actor Owner) : Happening;

/// <summary>On a report: the case it opened or was linked to.</summary>
public sealed record CaseAttached(Guid Case, string Number, int ChildIndex) : Happening;

public sealed record LevelChanged(string From, string To, Actor By, string Why) : Happening;

/// <summary>An echo of another stream that a guard of this one reads, e.g. reporterFedBack.</summary>
public sealed record FactEchoed(string Name, string Value, Guid Origin) : Happening;

/// <summary>A clock runs. Written again with the old start when a raised level moves its due time.</summary>
public sealed record ClockStarted(string Code, DateTimeOffset StartedAt, DateTimeOffset? WarnAt, DateTimeOffset DueAt, bool Provisional) : Happening;

public sealed record ClockMet(string Code, DateTimeOffset At) : Happening;

public sealed record ClockPaused(string Code, DateTimeOffset At, string Reason) : Happening;

public sealed record ClockResumed(string Code, DateTimeOffset At, DateTimeOffset DueAt) : Happening;

public sealed record ClockBreached(string Code, DateTimeOffset DueAt, DateTimeOffset At) : Happening;

/// <summary>A word on the two-way line. Kind: Question, Answer, Note, Instruction, Supplement. Text is sealed.</summary>
public sealed record MessageSent(Guid Id, string Kind, Actor By, bool FromReporter, string? Instruction, SealedRef? Text, DateTimeOffset At) : Happening;

public sealed record InstructionConfirmed(Guid Message, Actor By, DateTimeOffset At) : Happening;

public sealed record AttachmentAdded(Guid Id, string MediaType, long Bytes, string Sha256, SealedRef Name, SealedRef Content, Actor By, DateTimeOffset At) : Happening;
