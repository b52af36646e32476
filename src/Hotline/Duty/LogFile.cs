using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>What the duty room notes without a case. The words are sealed.</summary>
/// <param name="Kind">Note, Promise (somebody was promised something by <paramref name="DueAt"/>), Media (an inquiry of the press).</param>
/// <param name="Outlet">Which paper or station asked.</param>
public sealed record LogEntryWritten(string Kind, string Division, SealedRef Text, SealedRef? Outlet, DateTimeOffset? DueAt, Actor By) : Happening
{
    /// <summary>Who of the press asked.</summary>
    public SealedRef? Asker { get; init; }

    /// <summary>Who answers the press.</summary>
    public SealedRef? Answers { get; init; }
}

/// <summary>The promise was kept, the inquiry answered.</summary>
public sealed record LogEntryDone(Actor By) : Happening;

/// <summary>An entry of the shift log.</summary>
public sealed record LogFile
{
    public const string KindName = "log";
    public const string Note = nameof(Note);
    public const string Promise = nameof(Promise);
    public const string Media = nameof(Media);

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public LogEntryWritten? Entry { get; init; }
    public DateTimeOffset WrittenAt { get; init; }
    public Actor? DoneBy { get; init; }
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>A note asks for nothing more.</summary>
    public bool IsOpen => Entry is { Kind: not Note } && DoneBy is null;

    public LogFile Evolve(Recorded recorded)
    {
        var next = recorded.What switch
        {
            LogEntryWritten e => this with { Entry = e, WrittenAt = recorded.At },
            LogEntryDone e => this with { DoneBy = e.By, DoneAt = recorded.At },
            _ => this,
        };
        return next with { Version = recorded.Version };
    }
}

public sealed class LogKind() : StreamKind<LogFile>(LogFile.KindName)
{
    protected override LogFile Start(Guid id) => new() { Id = id };

    protected override LogFile Evolve(LogFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(LogFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(LogFile file) => file.Entry is not { } entry
        ? []
        :
        [
            new FileRow
            {
                Id = file.Id, Kind = Name, Version = file.Version, Number = file.Id.ToString("N"), State = file.IsOpen ? "Open" : "Done",
                Stage = entry.Kind, Division = entry.Division, IsOpen = file.IsOpen, DueAt = file.IsOpen ? entry.DueAt : null,
                OpenedAt = file.WrittenAt, Body = file,
            }.Change(),
        ];

    protected override IEnumerable<TimerChange> Timers(LogFile before, LogFile after) => [];
}
