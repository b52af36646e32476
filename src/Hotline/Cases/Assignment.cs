using System.Collections.Immutable;
using System.Globalization;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>Something of a case that another body does: a task, a hand-over, a visit. First event of its stream, which folds into
/// a <see cref="CaseFile"/> like all others. To whom it is addressed is the fact <c>receiver</c>, since that may change.</summary>
public sealed record AssignmentOpened : Happening
{
    /// <summary>task, transfer or visit: the machine it walks.</summary>
    public required string Machine { get; init; }

    public required string Number { get; init; }
    public required Guid Case { get; init; }
    public required string CaseNumber { get; init; }

    /// <summary>The organisation that opened it; none where it follows from a step on the case, whose readers are its senders then.</summary>
    public Guid? Sender { get; init; }

    public required string Division { get; init; }
    public required string Triage { get; init; }

    /// <summary>The child, with as much of what is sealed as this needs (domain 9: one agency's purpose does not pass to another).</summary>
    public required ChildDescription Child { get; init; }

    public required string PackVersion { get; init; }
    public bool Exercise { get; init; }
}

/// <summary>In the case's stream: something was given to another body. Kind is its machine, What its choice of kind.</summary>
public sealed record AssignmentAttached(Guid Assignment, string Kind, string Number, string? What, Actor By) : Happening;

/// <summary>In the stream of a case that another was merged into: the merge is undone, and what came along goes home with it.</summary>
public sealed record AssignmentReleased(Guid Assignment, string Kind, string Number) : Happening;

/// <summary>In the case's stream, in the same transaction: what a guard of the case must know of an assignment.</summary>
public abstract record AssignmentEcho : Happening
{
    public required Guid Assignment { get; init; }
    public required string Number { get; init; }

    /// <summary>The state it is in now.</summary>
    public required string State { get; init; }

    /// <summary>The organisation it is addressed to.</summary>
    public Guid? Receiver { get; init; }

    /// <summary>Kind of the task, hand-over or visit, e.g. CivilToInstitution.</summary>
    public string? What { get; init; }
}

public sealed record TaskClosed : AssignmentEcho;

/// <summary>The receiver agreed; the child or the case is on its way to them.</summary>
public sealed record TransferAccepted : AssignmentEcho;

public sealed record TransferRefused : AssignmentEcho;

/// <summary>Received and signed by both sides, or withdrawn: the state says which.</summary>
public sealed record TransferEnded : AssignmentEcho;

public sealed record VisitEnded : AssignmentEcho;

/// <summary>What the case remembers of an assignment.</summary>
public sealed record AssignmentLink(Guid Id, string Kind, string Number, string? What, string State, bool IsOpen);

/// <summary>Who opens an assignment, for which organisation, and the id it will have.</summary>
public sealed record Opener(Guid Id, Guid? Organisation, Actor Actor);

/// <summary>Opening an assignment from a case, and what the case makes of its echoes. Pure.</summary>
public static class Assigning
{
    public const string Task = "task";
    public const string Transfer = "transfer";
    public const string Visit = "visit";

    /// <summary>A hand-over of the case itself to another county (domain 3.2 C9).</summary>
    public const string Jurisdiction = "Jurisdiction";

    private static readonly string[] Shared = ["name", "birthDate"];

    public static bool Is(string kind) => Names.Assignments.Contains(kind);

    /// <summary>Does a step of <paramref name="machine"/>, taken on a file of this kind, open an assignment?</summary>
    public static bool Opens(string kind, string machine) => kind == CaseKind.Case && Is(machine);

    /// <summary>The new stream and its mark in the case's.</summary>
    public static ImmutableArray<Writing> Open(
        Pack pack, (StreamKind Own, StreamKind Case) kinds, CaseFile of, Move.Made move, FormValues filled, Opener by, DateTimeOffset now)
    {
        var machine = kinds.Own.Name;
        var empty = CaseFile.Empty(by.Id, machine);
        var opened = new AssignmentOpened
        {
            Machine = machine, Number = Number(of, machine), Case = of.Id, CaseNumber = of.Number, Sender = by.Organisation,
            Division = of.Division, Triage = of.Triage, Child = Needed(of.Case!.Child, machine, filled), PackVersion = pack.Version,
            Exercise = of.Exercise,
        };
        var begun = Stepping.Fold(empty, [opened], now);
        return
        [
            Writing.To(kinds.Own, by.Id, empty, [opened, .. Stepping.Take(pack, begun, move, filled, by.Actor, now)]),
            Writing.To(kinds.Case, of.Id, of, new AssignmentAttached(by.Id, machine, opened.Number, What(move.Step, filled), by.Actor)),
        ];
    }

    private static string? What(Step step, FormValues filled) =>
        step.Sets.GetValueOrDefault("kind") is { } says && says.StartsWith('$') ? filled.Value(says[1..]) : step.Sets.GetValueOrDefault("kind");

    /// <summary>The name goes along where the child itself is handed over or visited, else only where the task says that it must.</summary>
    private static ChildDescription Needed(ChildDescription child, string machine, FormValues filled) => child with
    {
        Sealed = machine == Task && filled.Value("namesChild") != "true"
            ? ImmutableSortedDictionary<string, SealedRef>.Empty
            : child.Sealed.Where(s => Shared.Contains(s.Key)).ToImmutableSortedDictionary(),
    };

    /// <summary>The case's number and a count of its own: 440199-26-000123-T1, -H1 for hand-overs, -V1 for visits.</summary>
    private static string Number(CaseFile of, string machine)
    {
        var own = $"{of.Number}-{(machine switch { Task => 'T', Transfer => 'H', _ => 'V' })}";
        var last = of.Assignments.Where(a => a.Number.StartsWith(own, StringComparison.Ordinal)).Select(a => int.Parse(a.Number[own.Length..], CultureInfo.InvariantCulture));
        return $"{own}{last.DefaultIfEmpty().Max() + 1}";
    }

    internal static CaseFile Attach(CaseFile file, AssignmentAttached e, DateTimeOffset at) => file with
    {
        Assignments = file.Assignments.Add(new(e.Assignment, e.Kind, e.Number, e.What, "", true)),
        Facts = e.Kind == Task ? file.Facts.SetItem("tasksSettled", "false") : file.Facts,
        LastHumanStepAt = e.By.IsHuman ? at : file.LastHumanStepAt,
    };

    internal static CaseFile Release(CaseFile file, AssignmentReleased e) => file with
    {
        Assignments = [.. file.Assignments.Where(a => a.Id != e.Assignment)],
    };

    internal static CaseFile Hear(CaseFile file, AssignmentEcho e)
    {
        var links = file.Assignments.Select(a => a.Id != e.Assignment ? a
            : a with { State = e.State, IsOpen = e is TransferAccepted or TransferRefused }).ToImmutableArray();
        var heard = file with { Assignments = links };
        return e switch
        {
            TaskClosed when !links.Any(a => a is { Kind: Task, IsOpen: true }) => Fact(heard, "tasksSettled", "true"),
            TransferAccepted { What: Jurisdiction } => Fact(heard, "transferAnswer", "Accepted"),
            TransferRefused { What: Jurisdiction } => Fact(heard, "transferAnswer", "Refused"),
            _ => heard,
        };
    }

    private static CaseFile Fact(CaseFile file, string name, string value) => file with { Facts = file.Facts.SetItem(name, value) };
}
