using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>A roster as it stands.</summary>
public sealed record RosterFile
{
    public const string KindName = "roster";

    /// <summary>What ended longer ago leaves the file; the events keep it.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(62);

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public string Division { get; init; } = "";
    public string Role { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public DateTimeOffset MadeAt { get; init; }
    public ImmutableArray<Shift> Shifts { get; init; } = [];
    public ImmutableArray<Rotation> Rotations { get; init; } = [];
    public ImmutableArray<ShiftOverride> Overrides { get; init; } = [];
    public ImmutableArray<Absence> Absences { get; init; } = [];
    public ImmutableArray<Swap> Swaps { get; init; } = [];

    /// <summary>Hours nobody covers, of which somebody was told.</summary>
    public ImmutableArray<GapForeseen> Foreseen { get; init; } = [];

    /// <summary>Shifts that are over and stay responsible, since their hand-over is not signed.</summary>
    public ImmutableArray<ShiftHeld> Held { get; init; } = [];

    /// <summary>When somebody last changed who is on duty.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    public bool Exists => Version > 0;

    /// <summary>Whom the plan names, whether or not they are on duty.</summary>
    public IEnumerable<Guid> Planned => Shifts.Select(s => s.Person).Concat(Rotations.SelectMany(r => r.People)).Distinct();

    /// <summary>Everybody whose name a reader of the roster meets.</summary>
    public IEnumerable<Guid> Named =>
        Planned.Concat(Overrides.SelectMany(o => o.People)).Concat(Absences.Select(a => a.Person))
            .Concat(Held.SelectMany(h => h.People)).Concat(Swaps.SelectMany(s => new[] { s.Giver, s.Taker })).Distinct();

    public RosterFile Evolve(Recorded recorded)
    {
        var at = recorded.At;
        var next = recorded.What switch
        {
            RosterSet e => this with
            {
                Division = e.Division, Role = e.Role, TimeZone = e.TimeZone, Shifts = e.Shifts, Rotations = e.Rotations,
                MadeAt = MadeAt == default ? at : MadeAt,
            },
            RosterOverridden e => this with { Overrides = Overrides.Add(e.Override with { MadeAt = at }) },
            OverrideWithdrawn e => this with { Overrides = Overrides.RemoveAll(o => o.Id == e.Override) },
            AbsencePlanned e => this with { Absences = Absences.Add(e.Absence) },
            AbsenceWithdrawn e => this with { Absences = Absences.RemoveAll(a => a.Id == e.Absence) },
            SwapProposed e => this with { Swaps = Swaps.Add(e.Swap) },
            SwapAnswered e => this with
            {
                Swaps = [.. Swaps.Select(s => s.Id == e.Swap ? s with { State = e.State, AnsweredAt = at } : s)],
            },
            ShiftHeld e => this with { Held = Held.Add(e) },
            ShiftReleased e => this with { Held = Held.RemoveAll(h => h.HandOver == e.HandOver) },
            GapForeseen e => this with { Foreseen = Foreseen.Add(e) },
            _ => this,
        };
        return next.Without(at - KeptFor) with { Version = recorded.Version, ChangedAt = Changer(recorded.What) is null ? ChangedAt : at };
    }

    /// <summary>Who changed the roster by this event; null where it tells of something else.</summary>
    public static Actor? Changer(Happening happening) => happening switch
    {
        RosterSet e => e.By,
        RosterOverridden e => e.By,
        OverrideWithdrawn e => e.By,
        AbsencePlanned e => e.By,
        AbsenceWithdrawn e => e.By,
        SwapAnswered e => e.By,
        _ => null,
    };

    private RosterFile Without(DateTimeOffset before) => this with
    {
        Overrides = Overrides.RemoveAll(o => o.Until < before),
        Absences = Absences.RemoveAll(a => a.Until < before),
        Swaps = Swaps.RemoveAll(s => s.End < before),
        Foreseen = Foreseen.RemoveAll(f => f.Until < before),
    };
}

public sealed class RosterKind() : StreamKind<RosterFile>(RosterFile.KindName)
{
    protected override RosterFile Start(Guid id) => new() { Id = id };

    protected override RosterFile Evolve(RosterFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(RosterFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(RosterFile file)
    {
        if (file.Division.Length == 0) return [];
        return
        [
            new FileRow
            {
                Id = file.Id, Kind = Name, Version = file.Version, Number = file.Id.ToString("N"), State = "Active",
                Division = file.Division, IsOpen = true, OpenedAt = file.MadeAt, Body = file,
            }.Change(),
        ];
    }

    protected override IEnumerable<TimerChange> Timers(RosterFile before, RosterFile after) =>
        before.ChangedAt == after.ChangedAt ? [] :
        [
            new TimerChange.Set(GapWatch.Key(after.Id), GapWatch.Kind, after.Id, after.ChangedAt),
            new TimerChange.Set(HandingOver.ChangeKey(after.Id), HandingOver.ChangeKind, after.Id, after.ChangedAt),
        ];
}
