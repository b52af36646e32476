using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>A clock as it stands. Mark and names come from the pack when it is shown.</summary>
public sealed record ClockState(
    string Code, DateTimeOffset StartedAt, DateTimeOffset? WarnAt, DateTimeOffset DueAt, string State, bool Provisional,
    string? PausedReason = null, DateTimeOffset? EndedAt = null)
{
    public const string Running = nameof(Running);
    public const string Paused = nameof(Paused);
    public const string Met = nameof(Met);
    public const string Breached = nameof(Breached);

    /// <summary>A breached clock stays open until what it asks for is done.</summary>
    public bool IsOpen => State is Running or Paused or Breached;
}

/// <summary>A first person's proposal that a second person may confirm.</summary>
public sealed record Proposal(Guid By, DateTimeOffset At, long Version);

public sealed record Link(Guid Id, string Number, string Kind);

public sealed record LineMessage(MessageSent Sent, DateTimeOffset? ConfirmedAt);

/// <summary>What is true of a report or a case, folded from its events. One shape for both: machine state, facts, clocks.</summary>
public sealed record CaseFile
{
    public required Guid Id { get; init; }

    /// <summary>report or case; also the name of its machine.</summary>
    public required string Kind { get; init; }

    public long Version { get; init; }
    public string State { get; init; } = "";

    /// <summary>Where the parallel regions of a case stand, by machine; one that never moved is absent and stands at its initial state.</summary>
    public ImmutableSortedDictionary<string, string> Regions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>From where each state was entered: what a step back to "previous" means. Keys as <see cref="Own"/> makes them.</summary>
    public ImmutableSortedDictionary<string, string> CameFrom { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public DateTimeOffset OpenedAt { get; init; }
    public DateTimeOffset EnteredAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public string Number { get; init; } = "";
    public string Division { get; init; } = "";
    public string Triage { get; init; } = "";
    public string PackVersion { get; init; } = "";
    public bool Exercise { get; init; }
    public ReportReceived? Report { get; init; }
    public CaseOpened? Case { get; init; }
    public AssignmentOpened? Assignment { get; init; }
    public CallFacts? Call { get; init; }
    public DebriefFacts? Debrief { get; init; }

    /// <summary>The most urgent level it ever had.</summary>
    public string Worst { get; init; } = "";
    public Actor? Owner { get; init; }

    /// <summary>Answers to the seven danger questions as they stand: the report's, then what a person answered later.</summary>
    public ImmutableSortedDictionary<string, string> Danger { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>When a human last took a step; an acknowledged page that sees none rings again.</summary>
    public DateTimeOffset? LastHumanStepAt { get; init; }

    public ImmutableSortedDictionary<string, string> Facts { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableSortedDictionary<string, Proposal> Proposals { get; init; } = ImmutableSortedDictionary<string, Proposal>.Empty;
    public ImmutableSortedDictionary<string, ClockState> Clocks { get; init; } = ImmutableSortedDictionary<string, ClockState>.Empty;
    public ImmutableArray<Link> Links { get; init; } = [];
    public ImmutableArray<Link> Reports { get; init; } = [];
    public ImmutableArray<Link> Cases { get; init; } = [];

    /// <summary>On a case: its tasks, hand-overs and visits as their echoes left them.</summary>
    public ImmutableArray<AssignmentLink> Assignments { get; init; } = [];

    public ImmutableArray<LineMessage> Messages { get; init; } = [];
    public ImmutableArray<AttachmentAdded> Attachments { get; init; } = [];

    public static CaseFile Empty(Guid id, string kind) => new() { Id = id, Kind = kind };

    /// <summary>The person under whose key what is personal is sealed: the child; on a report nobody, so the report itself.</summary>
    public Guid Person => Case?.Child.Person ?? Assignment?.Child.Person ?? Id;

    /// <summary>The organisation an assignment is addressed to.</summary>
    public Guid? Receiver => Guid.TryParse(Fact("receiver"), out var to) ? to : null;

    /// <summary>The organisation that gives it over, which need not be the one that opened it.</summary>
    public Guid? Sender => Guid.TryParse(Fact("sender"), out var from) ? from : Assignment?.Sender;

    /// <summary>The state of one of the machines that this file runs.</summary>
    public string StateOf(Machine machine) =>
        machine.Name == Kind ? State : Regions.TryGetValue(machine.Name, out var state) ? state : machine.Initial;

    /// <summary>A state or trigger as this file keeps it: two machines may use one word.</summary>
    public string Own(string machine, string name) => machine == Kind ? name : $"{machine}.{name}";

    public string? Fact(string name) => Facts.TryGetValue(name, out var value) ? value : null;

    public CaseFile Evolve(Recorded recorded)
    {
        var next = recorded.What switch
        {
            ReportReceived e => this with
            {
                Kind = CaseKind.Report, State = "Received", OpenedAt = recorded.At, EnteredAt = recorded.At, Number = e.Number, Division = e.Division,
                Triage = e.Triage, PackVersion = e.PackVersion, Exercise = e.Exercise, Report = e, Danger = e.Danger,
                Facts = e.Order?.DueAt is { } theirs ? Facts.SetItem("orderDueAt", theirs.ToUniversalTime().ToString("O")) : Facts,
            },
            CaseOpened e => this with
            {
                Kind = CaseKind.Case, State = "Opened", OpenedAt = recorded.At, EnteredAt = recorded.At, Number = e.Number, Division = e.Division,
                Triage = e.Triage, PackVersion = e.PackVersion, Exercise = e.Exercise, Case = e, Danger = e.Danger,
                Reports = [new Link(e.Report, e.ReportNumber, "Report")],
            },
            AssignmentOpened e => this with
            {
                Kind = e.Machine, State = "Draft", OpenedAt = recorded.At, EnteredAt = recorded.At, Number = e.Number, Division = e.Division,
                Triage = e.Triage, PackVersion = e.PackVersion, Exercise = e.Exercise, Assignment = e,
            },
            CallReceived e => this with
            {
                Kind = CallFacts.Kind, State = "Ringing", OpenedAt = recorded.At, EnteredAt = recorded.At, Number = e.Number, Division = e.Division,
                Triage = CallFacts.Level, PackVersion = e.PackVersion, Exercise = e.Exercise, Call = new(e),
            },
            DebriefAsked e => this with
            {
                Kind = DebriefFacts.Kind, State = "Asked", OpenedAt = recorded.At, EnteredAt = recorded.At, Number = e.CaseNumber, Division = e.Division,
                Triage = DebriefFacts.Level, PackVersion = e.PackVersion, Exercise = e.Exercise, Debrief = new(e), Facts = Facts.SetItem("why", e.Why),
            },
            CallTaken e => this with { Owner = e.By },
            CallTold e => this with { LastHumanStepAt = e.By.IsHuman ? recorded.At : LastHumanStepAt },
            AssignmentAttached e => Assigning.Attach(this, e, recorded.At),
            AssignmentReleased e => Assigning.Release(this, e),
            AssignmentEcho e => Assigning.Hear(this, e),
            StepTaken e => Step(e, recorded),
            CaseLinked e => this with { Links = Links.Add(new Link(e.Other, e.OtherNumber, e.Kind)) },
            ReportLinked e => this with { Reports = Reports.Add(new Link(e.Report, e.Number, "Report")) },
            CaseAttached e => this with { Cases = Cases.Add(new Link(e.Case, e.Number, "Case")) },
            CaseUnlinked e => this with { Links = Links.RemoveAll(l => l.Id == e.Other && l.Kind == "Absorbed") },
            ReportUnlinked e => this with { Reports = Reports.RemoveAll(l => l.Id == e.Report) },
            CaseDetached e => this with { Cases = Cases.RemoveAll(l => l.Id == e.Case) },
            OwnerSet e => this with { Owner = e.Owner },
            LevelChanged e => this with { Triage = e.To },
            FactEchoed e when e.Name.StartsWith("danger.", StringComparison.Ordinal) => this with { Danger = Danger.SetItem(e.Name[7..], e.Value) },
            FactEchoed e => this with { Facts = Facts.SetItem(e.Name, e.Value) },
            MessageSent e => this with
            {
                Messages = Messages.Add(new LineMessage(e, null)), LastHumanStepAt = e.FromReporter ? LastHumanStepAt : recorded.At,
            },
            InstructionConfirmed e => this with
            {
                Messages = [.. Messages.Select(m => m.Sent.Id == e.Message ? m with { ConfirmedAt = m.ConfirmedAt ?? e.At } : m)],
            },
            AttachmentAdded e => this with { Attachments = Attachments.Add(e) },
            _ => this with { Clocks = ClockEvents.Evolve(Clocks, recorded.What) },
        };
        return next with { Version = recorded.Version, ChangedAt = recorded.At, Call = CallFacts.Evolve(next.Call, recorded), Worst = Worse(Worst, next.Triage) };
    }

    private static string Worse(string one, string other) => one.Length == 0 || (other.Length > 0 && string.CompareOrdinal(other, one) < 0) ? other : one;

    private CaseFile Step(StepTaken e, Recorded recorded)
    {
        var (main, moved) = (e.Machine == Kind, e.From != e.To);
        // A proposal belongs to the state it was made in: whoever comes back later decides anew.
        var standing = moved || e.Reentered ? Proposals.RemoveRange(Proposals.Keys.Where(name => Belongs(e.Machine, name))) : Proposals;
        return this with
        {
            State = main ? e.To : State,
            Regions = main ? Regions : Regions.SetItem(e.Machine, e.To),
            CameFrom = moved && !e.Back ? CameFrom.SetItem(Own(e.Machine, e.To), e.From) : CameFrom,
            EnteredAt = main && moved ? recorded.At : EnteredAt,
            Proposals = standing.SetItem(Own(e.Machine, e.Trigger), new Proposal(e.By.Id, recorded.At, recorded.Version)),
            Facts = Facts.SetItems(e.Facts),
            Danger = Danger.SetItems(e.Fields.Where(field => Triaging.Questions.Contains(field.Key))),
            Triage = e.Facts.TryGetValue("triage", out var level) ? level : Triage,
            Owner = e.By.IsHuman && (Owner is null || e.Trigger == "TakeForScreening") ? e.By : Owner,
            LastHumanStepAt = e.By.IsHuman ? recorded.At : LastHumanStepAt,
        };
    }

    private bool Belongs(string machine, string name) =>
        machine == Kind ? !name.Contains('.') : name.StartsWith(machine + ".", StringComparison.Ordinal);
}

public static class ClockEvents
{
    public static ImmutableSortedDictionary<string, ClockState> Evolve(ImmutableSortedDictionary<string, ClockState> clocks, Happening what) => what switch
    {
        ClockStarted e => clocks.SetItem(e.Code, new ClockState(e.Code, e.StartedAt, e.WarnAt, e.DueAt, ClockState.Running, e.Provisional)),
        ClockMet e => Change(clocks, e.Code, c => c with { State = ClockState.Met, EndedAt = e.At }),
        ClockPaused e => Change(clocks, e.Code, c => c with { State = ClockState.Paused, PausedReason = e.Reason }),
        ClockResumed e => Change(clocks, e.Code, c => c with { State = ClockState.Running, DueAt = e.DueAt, PausedReason = null }),
        ClockBreached e => Change(clocks, e.Code, c => c with { State = ClockState.Breached }),
        _ => clocks,
    };

    private static ImmutableSortedDictionary<string, ClockState> Change(
        ImmutableSortedDictionary<string, ClockState> clocks, string code, Func<ClockState, ClockState> change) =>
        clocks.TryGetValue(code, out var clock) ? clocks.SetItem(code, change(clock)) : clocks;
}
