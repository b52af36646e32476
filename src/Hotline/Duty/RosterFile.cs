using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>A roster as it stands.</summary>
public sealed record RosterFile
{
    public const string KindName = "roster";

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public string Division { get; init; } = "";
    public string Role { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public DateTimeOffset MadeAt { get; init; }
    public ImmutableArray<Shift> Shifts { get; init; } = [];
    public ImmutableArray<ShiftOverride> Overrides { get; init; } = [];

    public bool Exists => Version > 0;

    public RosterFile Evolve(Recorded recorded) => recorded.What switch
    {
        RosterSet e => this with
        {
            Division = e.Division, Role = e.Role, TimeZone = e.TimeZone, Shifts = e.Shifts, Version = recorded.Version,
            MadeAt = MadeAt == default ? recorded.At : MadeAt,
        },
        RosterOverridden e => this with { Overrides = Overrides.Add(e.Override), Version = recorded.Version },
        _ => this with { Version = recorded.Version },
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

    protected override IEnumerable<TimerChange> Timers(RosterFile before, RosterFile after) => [];
}
