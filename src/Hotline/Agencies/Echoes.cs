using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Agencies;

/// <summary>What happens to a task, hand-over or visit is told to its case, and an ended case ends what it gave to others: in the
/// same transaction (design 4).</summary>
public sealed class Echoes(StreamKinds kinds, PolicyBook policies, IIds ids) : IReaction
{
    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not CaseFile file) return [];
        var writings = new List<Writing>();
        foreach (var step in change.Events.OfType<StepTaken>())
            if (file.Assignment is { } opened) writings.AddRange(await ToCase(file, opened, step, load, now));
            else if (file.Kind == CaseKind.Case) writings.AddRange(await OfCase((CaseFile)change.Before, file, step, load, now));
        return writings;
    }

    private async Task<IReadOnlyList<Writing>> ToCase(CaseFile file, AssignmentOpened opened, StepTaken step, Loader load, DateTimeOffset now)
    {
        var echoes = Of(file, step, IsFinal(file)).ToImmutableArray();
        var writings = new List<Writing>();
        foreach (var home in await Homes(await load.Load<CaseFile>(CaseKind.Case, opened.Case, CancellationToken.None), load))
        {
            ImmutableArray<Happening> events = [.. echoes, .. Visiting.Consequences(policies.Of(home), home, step, file.Id, now), .. Placing.Follow(policies.Of(home), home, file, step, now)];
            if (!events.IsEmpty) writings.Add(Writing.To(kinds[CaseKind.Case], home.Id, home, events));
        }
        return writings;
    }

    /// <summary>What the case must know of this step. Pure.</summary>
    public static IEnumerable<AssignmentEcho> Of(CaseFile file, StepTaken step, bool final)
    {
        if (step.From == step.To) yield break;
        if (file.Kind == Assigning.Task && final) yield return Filled(new TaskClosed { Assignment = file.Id, Number = file.Number, State = step.To });
        if (file.Kind == Assigning.Visit && final) yield return Filled(new VisitEnded { Assignment = file.Id, Number = file.Number, State = step.To });
        if (file.Kind != Assigning.Transfer) yield break;
        // The case itself is taken over in one step: it is accepted and received at once.
        if (step.To == "Accepted" || (step.To == "Received" && file.Fact("kind") == Assigning.Jurisdiction))
            yield return Filled(new TransferAccepted { Assignment = file.Id, Number = file.Number, State = step.To });
        if (step.To == "Refused") yield return Filled(new TransferRefused { Assignment = file.Id, Number = file.Number, State = step.To });
        if (final) yield return Filled(new TransferEnded { Assignment = file.Id, Number = file.Number, State = step.To });

        AssignmentEcho Filled(AssignmentEcho echo) => echo with { Receiver = file.Receiver, What = file.Fact("kind") };
    }

    private async Task<IReadOnlyList<Writing>> OfCase(CaseFile before, CaseFile file, StepTaken step, Loader load, DateTimeOffset now)
    {
        if (step.Trigger == "TransferCase" && Guid.TryParse(step.Fields.GetValueOrDefault("receiver"), out var to))
            return [.. HandOver(file, to, step.By, now), .. await End(file, step.Trigger, load, now)];
        if (step.Trigger == "MergeCase") return await Follow(file, load);
        if (step.Trigger == "SplitCase") return await GoHome(before, load, now);
        return step.Trigger == "Reopen" || (IsFinal(file) && step.From != step.To) ? await End(file, step.Trigger, load, now) : [];
    }

    /// <summary>C9: the case leaves, and the receiver's answer has a stream of its own.</summary>
    private ImmutableArray<Writing> HandOver(CaseFile file, Guid to, Actor by, DateTimeOffset now)
    {
        var pack = policies.For(file.Division);
        return pack.Machines[Assigning.Transfer].Fire("Draft", "ProposeCase", _ => true) is Move.Made move
            ? Assigning.Open(pack, (kinds[Assigning.Transfer], kinds[CaseKind.Case]), file, move, FormValues.With("receiver", to.ToString()), new(ids.New(), null, by), now)
            : [];
    }

    /// <summary>The case is over, or begins anew: open tasks and visits are cancelled, a hand-over that nobody has begun is
    /// withdrawn, each with the step as its reason. A child on the way is still received.</summary>
    private async Task<IReadOnlyList<Writing>> End(CaseFile file, string why, Loader load, DateTimeOffset now)
    {
        var writings = new List<Writing>();
        foreach (var link in file.Assignments.Where(a => a.IsOpen && (why != "Reopen" || a.What == Assigning.Jurisdiction)))
        {
            var given = await load.Load<CaseFile>(link.Kind, link.Id, CancellationToken.None);
            var pack = policies.Of(given);
            if (pack.Machines[link.Kind].Fire(given.State, link.Kind == Assigning.Transfer ? "Withdraw" : "Cancel", _ => true) is Move.Made move)
                writings.Add(Writing.To(kinds[link.Kind], link.Id, given, Stepping.Take(pack, given, move, FormValues.With("caseStep", why), Actor.System, now)));
        }
        return writings;
    }

    /// <summary>What is open goes on for the case that this one was merged into.</summary>
    private async Task<IReadOnlyList<Writing>> Follow(CaseFile file, Loader load)
    {
        if (!Guid.TryParse(file.Fact("mergedInto"), out var into) || into == file.Id) return [];
        var target = await load.Load<CaseFile>(CaseKind.Case, into, CancellationToken.None);
        ImmutableArray<Happening> events = [.. file.Assignments.Where(a => a.IsOpen && target.Assignments.All(t => t.Id != a.Id))
            .Select(a => new AssignmentAttached(a.Id, a.Kind, a.Number, a.What, Actor.System))];
        return events.IsEmpty ? [] : [Writing.To(kinds[CaseKind.Case], target.Id, target, events)];
    }

    /// <summary>The merge is undone: what came along is heard of here again, and no longer by those it came to. A child who was on the
    /// way for the split-off case alone is where it was before for the others.</summary>
    private async Task<IReadOnlyList<Writing>> GoHome(CaseFile merged, Loader load, DateTimeOffset now)
    {
        var writings = new List<Writing>();
        foreach (var home in (await Homes(merged, load)).Skip(1))
        {
            ImmutableArray<Happening> events = [.. merged.Assignments.Where(a => home.Assignments.Any(h => h.Id == a.Id))
                .Select(a => new AssignmentReleased(a.Id, a.Kind, a.Number))];
            var left = Stepping.Fold(home, events, now);
            if (Regions.State(policies.Of(home), home, Regions.Placement) == Placing.InTransit && !left.Assignments.Any(Carries))
                events = events.AddRange(Placing.ComeBack(policies.Of(home), left, Actor.System, now));
            if (!events.IsEmpty) writings.Add(Writing.To(kinds[CaseKind.Case], home.Id, home, events));
        }
        return writings;
    }

    private static bool Carries(AssignmentLink link) => link is { IsOpen: true, Kind: Assigning.Transfer, What: not Assigning.Jurisdiction };

    /// <summary>The case, the one that it was merged into since, the one that that was merged into, and so on.</summary>
    private static async Task<IReadOnlyList<CaseFile>> Homes(CaseFile first, Loader load)
    {
        List<CaseFile> homes = [first];
        while (Guid.TryParse(homes[^1].Fact("mergedInto"), out var into) && homes.TrueForAll(home => home.Id != into))
            homes.Add(await load.Load<CaseFile>(CaseKind.Case, into, CancellationToken.None));
        return homes;
    }

    private bool IsFinal(CaseFile file) => policies.Of(file).Machines[file.Kind].Find(file.State) is { Final: true };
}
