using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Drills;

/// <summary>People who were rung together.</summary>
public sealed record Wave(int Count, DateTimeOffset At);

/// <summary>A communication drill as it stands.</summary>
public sealed record DrillFile
{
    public const string KindName = "drill";
    public const string Planned = nameof(Planned);
    public const string Running = nameof(Running);
    public const string Ended = nameof(Ended);
    public const string Cancelled = nameof(Cancelled);
    public const string Missed = nameof(Missed);

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public string State { get; init; } = "";
    public DrillPlanned? Plan { get; init; }
    public DateTimeOffset PlannedAt { get; init; }
    public DrillStarted? Started { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public Actor? CancelledBy { get; init; }
    public ImmutableArray<Guid> Pages { get; init; } = [];
    public ImmutableArray<Wave> Waves { get; init; } = [];
    public int WavesSettled { get; init; }
    public int Answered { get; init; }
    public ImmutableArray<TakenOff> Off { get; init; } = [];

    /// <summary>Those who are rung, in their order: the page of each has the same place.</summary>
    public ImmutableArray<Drilled> ToRing => Started is null ? [] : [.. Started.People.Where(p => p.WhyNot is null)];

    /// <summary>When the next people are rung; null once all are, or none will be.</summary>
    public DateTimeOffset? RingAt => State != Running || CancelledAt is not null || Pages.Length >= ToRing.Length ? null
        : Waves.IsEmpty ? StartedAt : Waves[^1].At.AddSeconds(Started!.NextAfterSeconds);

    /// <summary>When the time of those who were rung first is over.</summary>
    public DateTimeOffset? SettleAt => WavesSettled >= Waves.Length ? null
        : CancelledAt ?? Waves[WavesSettled].At.AddSeconds(Started!.AnswerWithinSeconds);

    /// <summary>When something is to be done next.</summary>
    public DateTimeOffset? NextAt => State == Planned ? Plan!.At : RingAt is { } ring && (SettleAt is not { } settle || ring < settle) ? ring : SettleAt;

    /// <summary>Nothing of it has begun: a drill is never started twice for one time.</summary>
    public bool MayBePlanned => Plan is null || (State == Cancelled && Started is null);

    public bool IsOpen => State is Planned or Running || SettleAt is not null;

    /// <summary>Those whose time is over next: where they stand among the rung.</summary>
    public Range NextToSettle
    {
        get
        {
            var first = Waves.Take(WavesSettled).Sum(w => w.Count);
            return first..(first + (WavesSettled < Waves.Length ? Waves[WavesSettled].Count : 0));
        }
    }

    public DrillFile Evolve(Recorded recorded)
    {
        var at = recorded.At;
        var next = recorded.What switch
        {
            DrillPlanned e => new DrillFile { Id = Id, State = Planned, Plan = e, PlannedAt = at },
            DrillStarted e => this with { State = Running, Started = e, StartedAt = at },
            DrillMissed => this with { State = Missed, EndedAt = at },
            DrillRang e => this with { Pages = Pages.AddRange(e.Pages), Waves = Waves.Add(new(e.Pages.Length, at)) },
            DrillSettled e => this with { WavesSettled = WavesSettled + 1, Answered = Answered + e.Answered, Off = Off.AddRange(e.Off) },
            DrillCancelled e => this with { State = Cancelled, CancelledAt = at, CancelledBy = e.By, EndedAt = at },
            _ => this,
        };
        if (next is { State: Running, RingAt: null, SettleAt: null }) next = next with { State = Ended, EndedAt = at };
        return next with { Version = recorded.Version };
    }
}

public sealed class DrillKind() : StreamKind<DrillFile>(DrillFile.KindName)
{
    public const string TimerKind = "drill.next";

    protected override DrillFile Start(Guid id) => new() { Id = id };

    protected override DrillFile Evolve(DrillFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(DrillFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(DrillFile file) => file.Plan is not { } plan
        ? []
        :
        [
            new FileRow
            {
                Id = file.Id, Kind = Name, Version = file.Version, Number = file.Id.ToString("N"), State = file.State, Division = plan.Target.Division,
                IsOpen = file.IsOpen, DueAt = file.NextAt, OpenedAt = file.PlannedAt, Body = DrillView.Of(file),
            }.Change(),
        ];

    /// <summary>Set with every change: what is next may be due at the same moment as what was done.</summary>
    protected override IEnumerable<TimerChange> Timers(DrillFile before, DrillFile after) => [Timer(after)];

    public static TimerChange Timer(DrillFile drill) =>
        drill.NextAt is { } at ? new TimerChange.Set(Key(drill.Id), TimerKind, drill.Id, at) : new TimerChange.Cancel(Key(drill.Id));

    private static string Key(Guid drill) => $"drill:{drill:N}:next";
}
