using System.Collections.Immutable;
using Hotline.Cases;

namespace Hotline.Intake;

/// <summary>A report as it was read from a body: known values taken, everything else kept aside with a warning.</summary>
public sealed record ReportForm
{
    public string Channel { get; init; } = "Api";
    public string ReportKind { get; init; } = "Mandatory";
    public string Category { get; init; } = "Other";
    public ImmutableArray<string> Grounds { get; init; } = [];
    public DateTimeOffset? DiscoveredAt { get; init; }
    public DateTimeOffset? FirstKnownAtUnit { get; init; }
    public string? LocationDivision { get; init; }
    public string? LocationText { get; init; }
    public string? SituationText { get; init; }
    public ImmutableSortedDictionary<string, string> Danger { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableArray<ChildForm> Children { get; init; } = [];
    public ImmutableArray<SuspectForm> Suspects { get; init; } = [];
    public DateTimeOffset? ChildLeavesAt { get; init; }
    public bool MyUnitMustNotKnow { get; init; }
    public string? ObstructedBy { get; init; }
    public bool? PoliceNotified { get; init; }
    public DateTimeOffset? PoliceNotifiedAt { get; init; }
    public string? PoliceReceiptNo { get; init; }
    public bool Anonymous { get; init; }
    public string? ReporterName { get; init; }
    public string? ReporterPhone { get; init; }
    public string? SafeContact { get; init; }
    public string? FeedbackChannel { get; init; }
    public bool Exercise { get; init; }

    /// <summary>The order under which another line handed it over.</summary>
    public ExternalOrder? Order { get; init; }
    public ImmutableArray<Aside> Aside { get; init; } = [];

    /// <summary>No text, no ground and no danger answer: nothing a human could act on.</summary>
    public bool HoldsNothingReportable =>
        string.IsNullOrWhiteSpace(SituationText) && Grounds.IsEmpty && Danger.IsEmpty && !Aside.Any(Tells);

    /// <summary>Meant to say what happened, only not as we read it.</summary>
    private static bool Tells(Aside aside) =>
        aside.Field is "situationText" or "grounds" or "immediateDanger" || (aside.Code == "unknown-value" && aside.Field.StartsWith("immediateDanger.", StringComparison.Ordinal));
}

public sealed record ChildForm(
    string? Name, string Sex, string? BirthDate, int? AgeEstimate, string? School, string? InjuryFindings);

public sealed record SuspectForm(
    string? Name, string Relation, string AccessToChildNow, ImmutableArray<int> Children, bool WorksAtReportersUnit);

/// <summary>A value nobody could read as what its field wants; sealed as it came.</summary>
public sealed record Aside(string Field, string Code, string Raw);
