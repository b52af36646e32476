using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>Something that stands open when a shift ends. Ids and numbers only.</summary>
/// <param name="Kind">case (T1, T2), transfer (a child on its way), promise, call, page (rings still).</param>
public sealed record BriefingItem(string Kind, Guid Id, string Number, string State, string? Triage, DateTimeOffset? DueAt, bool Exercise = false);

/// <summary>One shift goes and another comes; until both have signed, the outgoing one stays responsible.</summary>
public sealed record HandOverOpened(
    Guid Roster, string Division, string Role, ImmutableArray<Guid> Outgoing, ImmutableArray<Guid> Incoming, DateTimeOffset SignBy) : Happening
{
    /// <summary>Of one before the plan's time: until then the incoming are on duty instead of the plan, once both have signed.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>Read and signed for one side, with what stood open then.</summary>
public sealed record HandOverSigned(string Side, Actor By, ImmutableArray<BriefingItem> Read) : Happening;

/// <summary>Not signed by both in time: whoever keeps the rosters is told.</summary>
public sealed record HandOverOverdue(DateTimeOffset SignBy) : Happening;

/// <summary>On the roster: these people stay on duty beside the plan until the hand-over is signed.</summary>
public sealed record ShiftHeld(Guid HandOver, ImmutableArray<Guid> People) : Happening;

public sealed record ShiftReleased(Guid HandOver) : Happening;

/// <summary>A signature.</summary>
public sealed record Signature(string Side, Actor By, DateTimeOffset At);

/// <summary>A hand-over as it stands.</summary>
public sealed record HandOverFile
{
    public const string KindName = "handover";
    public const string Outgoing = nameof(Outgoing);
    public const string Incoming = nameof(Incoming);

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public HandOverOpened? Opened { get; init; }
    public DateTimeOffset OpenedAt { get; init; }
    public ImmutableArray<Signature> Signatures { get; init; } = [];

    /// <summary>What the last who signed had read.</summary>
    public ImmutableArray<BriefingItem> Read { get; init; } = [];

    public bool IsOverdue { get; init; }

    public bool IsSigned => HasSigned(Outgoing) && HasSigned(Incoming);

    public string State => IsSigned ? "Signed" : IsOverdue ? "Overdue" : "Open";

    public bool HasSigned(string side) => Signatures.Any(s => s.Side == side);

    public HandOverFile Evolve(Recorded recorded)
    {
        var next = recorded.What switch
        {
            HandOverOpened e => this with { Opened = e, OpenedAt = recorded.At },
            HandOverSigned e => this with { Signatures = Signatures.Add(new(e.Side, e.By, recorded.At)), Read = e.Read },
            HandOverOverdue => this with { IsOverdue = true },
            _ => this,
        };
        return next with { Version = recorded.Version };
    }
}

public sealed class HandOverKind() : StreamKind<HandOverFile>(HandOverFile.KindName)
{
    protected override HandOverFile Start(Guid id) => new() { Id = id };

    protected override HandOverFile Evolve(HandOverFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(HandOverFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(HandOverFile file) => file.Opened is not { } opened
        ? []
        :
        [
            new FileRow
            {
                Id = file.Id, Kind = Name, Version = file.Version, Number = file.Id.ToString("N"), State = file.State, Division = opened.Division,
                IsOpen = !file.IsSigned, DueAt = file.IsSigned ? null : opened.SignBy, OpenedAt = file.OpenedAt, Body = file,
            }.Change(),
        ];

    protected override IEnumerable<TimerChange> Timers(HandOverFile before, HandOverFile after)
    {
        var key = $"handover:{after.Id:N}:sign";
        if (before.Opened is null && after.Opened is { } opened) yield return new TimerChange.Set(key, HandingOver.SignKind, after.Id, opened.SignBy);
        else if (after.State != before.State) yield return new TimerChange.Cancel(key);
    }
}
