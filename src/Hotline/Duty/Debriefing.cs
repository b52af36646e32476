using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>Asks for a debrief when a case reaches the point that the pack names: once a case, and anew where its child dies later.</summary>
public sealed class Debriefing(StreamKinds kinds, PolicyBook policies) : IReaction
{
    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not CaseFile { Kind: CaseKind.Case } file) return [];
        var pack = policies.For(file.Division);
        if (change.Events.OfType<StepTaken>().Select(step => Why(pack.Duty.Debrief, file, step)).FirstOrDefault(why => why is not null) is not { } why) return [];
        var id = DebriefFacts.IdOf(file.Id);
        var known = await load.Load<CaseFile>(DebriefFacts.Kind, id, CancellationToken.None);
        var events = known.Version == 0 ? Ask(pack, id, file, why, now) : AskAgain(policies.Of(known), known, why, now);
        return events.IsEmpty ? [] : [Writing.To(kinds[DebriefFacts.Kind], id, known, events)];
    }

    /// <summary>Null where this step asks for none. Pure, as are all below.</summary>
    public static string? Why(DebriefRules rules, CaseFile file, StepTaken step) => step.Machine != CaseKind.Case ? null
        : rules.AfterDeath.Contains(step.Trigger) ? DebriefFacts.Death
        : rules.After.Contains(step.Trigger) && rules.Levels.Contains(file.Worst) ? DebriefFacts.Urgent
        : null;

    public static ImmutableArray<Happening> Ask(Pack pack, Guid id, CaseFile of, string why, DateTimeOffset now)
    {
        if (!pack.Machines.TryGetValue(DebriefFacts.Kind, out var machine)) return [];
        var asked = new DebriefAsked(of.Id, of.Number, why, of.Division, pack.Version, of.Exercise);
        var file = Stepping.Fold(CaseFile.Empty(id, DebriefFacts.Kind), [asked], now);
        return [asked, .. Fire(pack, machine, file, "Ask", now)];
    }

    /// <summary>Asked before for the emergency: a death is another reason, said once.</summary>
    public static ImmutableArray<Happening> AskAgain(Pack pack, CaseFile known, string why, DateTimeOffset now) =>
        why == DebriefFacts.Death && known.Fact("why") != why ? Fire(pack, pack.Machines[DebriefFacts.Kind], known, "AskForDeath", now) : [];

    private static ImmutableArray<Happening> Fire(Pack pack, Machine machine, CaseFile file, string trigger, DateTimeOffset now) =>
        machine.Fire(file.State, trigger, _ => true) is Move.Made made
            ? Stepping.Take(pack, file, made, FormValues.Nothing, Actor.System, now, machine)
            : [];
}
