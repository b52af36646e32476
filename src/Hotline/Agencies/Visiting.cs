using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Agencies;

/// <summary>What a visit means for its case. Pure.</summary>
public static class Visiting
{
    private const string Danger = "lifeThreat";

    /// <summary>A visit that was made counts as the case's own: as its follow-up visit, else as the child having been seen. A
    /// danger found raises the level at once (MPL art. 11, 43); nobody waits for the desk.</summary>
    public static ImmutableArray<Happening> Consequences(Pack pack, CaseFile home, StepTaken step, Guid visit, DateTimeOffset now)
    {
        if (step is not { Machine: Assigning.Visit, Trigger: "RecordVisit" }) return [];
        var machine = pack.Machines[CaseKind.Case];
        var events = Recorded(machine, home, step) is { } seen
            ? Stepping.Take(pack, home, seen.Move, seen.Filled, home.Owner is null ? Actor.System : step.By, now) : [];
        return FoundDanger(step) && machine.Find(home.State) is { Final: false }
            ? events.AddRange(Raised(pack, Stepping.Fold(home, events, now), visit, now)) : events;
    }

    public static bool FoundDanger(StepTaken step) =>
        step is { Machine: Assigning.Visit, Trigger: "RecordVisit" } && step.Fields.GetValueOrDefault(Danger) == "yes";

    private static (Move.Made Move, FormValues Filled)? Recorded(Machine machine, CaseFile home, StepTaken step)
    {
        if (machine.Fire(home.State, "RecordVisit", _ => true) is Move.Made visit)
            return (visit, new(
                Named(step.Fields.SetItem("seen", "true"), ("seen", "seen"), ("riskLevel", "riskLevel")), Named(step.Sealed, ("finding", "finding"))));
        return machine.Fire(home.State, "RecordChildSeen", _ => true) is Move.Made seen
            ? (seen, new(
                Named(step.Fields, ("visitedAt", "seenAt"), ("seenAlone", "seenAlone")), Named(step.Sealed, ("visitor", "seenBy"), ("finding", "finding"))))
            : null;
    }

    /// <summary>The visit's values under the names that the case's form has for them; what is sealed stays where it lies.</summary>
    private static ImmutableSortedDictionary<string, T> Named<T>(ImmutableSortedDictionary<string, T> from, params (string From, string To)[] names) =>
        names.Where(n => from.ContainsKey(n.From)).ToImmutableSortedDictionary(n => n.To, n => from[n.From]);

    private static ImmutableArray<Happening> Raised(Pack pack, CaseFile home, Guid visit, DateTimeOffset now)
    {
        ImmutableArray<Happening> found = [new FactEchoed("danger." + Danger, "yes", visit)];
        if (home.Triage == "T1") return found;
        found = found.Add(new LevelChanged(home.Triage, "T1", Actor.System, $"visit:{Danger}:yes"));
        var after = Stepping.Fold(home, found, now);
        return found.AddRange(home.Clocks.Values.Where(c => c.State == ClockState.Running && pack.Clocks[c.Code].By == "triage")
            .Select(c => Stepping.Starting(pack, c.Code, after, c.StartedAt)));
    }
}
