using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Calls;

/// <summary>What a step on a call means for other files, in the same transaction: the case or report that it tells of, and other
/// calls of the same caller, who need not be called back twice.</summary>
public sealed class CallReaction(StreamKinds kinds, PolicyBook policies, CallNumbers numbers) : IReaction
{
    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not CaseFile { Call: not null } call) return [];
        var writings = new List<Writing>();
        foreach (var step in change.Events.OfType<StepTaken>().Where(s => s.Machine == CallFacts.Kind))
            writings.AddRange(step.Trigger switch
            {
                "RecordCaseUpdate" => await Tell(call, step, CaseKind.Case, "case", load),
                "LinkReport" => await Tell(call, step, CaseKind.Report, "report", load),
                "Answer" or "RecordReached" => await SpokenWith(call, load, now, cancel),
                _ => [],
            });
        return writings;
    }

    private async Task<IReadOnlyList<Writing>> Tell(CaseFile call, StepTaken step, string kind, string field, Loader load)
    {
        if (!Guid.TryParse(step.Fields.GetValueOrDefault(field), out var to)) return [];
        var file = await load.Load<CaseFile>(kind, to, CancellationToken.None);
        return
        [
            Writing.To(kinds[kind], to, file, new CallTold(call.Id, call.Number, step.Sealed.GetValueOrDefault("text"), step.By)),
            Writing.To(kinds[CallFacts.Kind], call.Id, call, new CallLed(kind, to, file.Number)),
        ];
    }

    private async Task<IReadOnlyList<Writing>> SpokenWith(CaseFile call, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        var writings = new List<Writing>();
        foreach (var id in call.Call!.Received.Earlier.Union(await numbers.Others(call.Id, cancel)))
        {
            var other = await load.Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
            ImmutableArray<Happening> events = other.Call is null || other.Exercise != call.Exercise ? [] : Hearing.Take(policies.Of(other), other, "SpokenElsewhere", now);
            if (!events.IsEmpty) writings.Add(Writing.To(kinds[CallFacts.Kind], id, other, [new CallLed(CallFacts.Kind, call.Id, call.Number), .. events]));
        }
        return writings;
    }
}
