using System.Text.Json;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>The row of <c>hotline.files</c>: one a stream, whatever its kind. Body is what lists show, without personal data.</summary>
public sealed record FileRow
{
    public static readonly RowSet Set = new(
        "hotline.files",
        [
            new("id", "uuid"), new("kind", "text"), new("version", "bigint"), new("number", "text"), new("state", "text"),
            new("stage", "text"), new("triage", "text"), new("division", "text"), new("organisation", "uuid"),
            new("filed_by", "uuid"), new("owner", "uuid"), new("report", "uuid"), new("case_id", "uuid"),
            new("is_open", "boolean"), new("due_at", "timestamptz"), new("opened_at", "timestamptz"), new("body", "jsonb"), new("sender", "uuid"),
        ],
        KeyColumns: 1, VersionColumn: "version");

    public required Guid Id { get; init; }
    public required string Kind { get; init; }
    public required long Version { get; init; }
    public required string Number { get; init; }
    public required string State { get; init; }
    public string? Stage { get; init; }
    public string? Triage { get; init; }
    public required string Division { get; init; }
    public Guid? Organisation { get; init; }
    /// <summary>The organisation that gives a task, hand-over or visit over; <see cref="Organisation"/> is the one it goes to.</summary>
    public Guid? Sender { get; init; }

    public Guid? FiledBy { get; init; }
    public Guid? Owner { get; init; }
    public Guid? Report { get; init; }
    public Guid? CaseId { get; init; }
    public required bool IsOpen { get; init; }

    /// <summary>The nearest open clock.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }
    public required object Body { get; init; }

    public RowChange Change() => new(Set, RowOp.Upsert,
    [
        Id, Kind, Version, Number, State, Stage, Triage, Division, Organisation, FiledBy, Owner, Report, CaseId, IsOpen,
        DueAt?.ToUniversalTime(), OpenedAt.ToUniversalTime(), JsonSerializer.Serialize(Body, Codec.Json), Sender,
    ]);
}
