using System.Collections.Immutable;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What a step on a report does to its cases, and the other way round, in the same transaction.</summary>
public sealed class Consequences(StreamKinds kinds, PolicyBook policies, IIds ids, CaseNumbers numbers) : IReaction
{
    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not CaseFile file) return [];
        var writings = new List<Writing>();
        foreach (var step in change.Events.OfType<StepTaken>())
            writings.AddRange(file.Kind == CaseKind.Report
                ? await OfReport((CaseFile)change.Before, file, step, load, now, cancel)
                : await OfCase((CaseFile)change.Before, file, step, load, now));
        return writings;
    }

    private async Task<IReadOnlyList<Writing>> OfReport(CaseFile before, CaseFile report, StepTaken step, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        switch (step.Trigger)
        {
            case "TakeForScreening" or "RecordCallBack" or "AnswerDangerQuestions":
                return await Answered(report, step, load, now, cancel);
            case "Accept":
                var opened = report.Cases.IsEmpty ? await OpenCases(report, now, cancel) : [];
                return !report.Exercise && step.Fields.TryGetValue("policeHandover", out var police) && police is "AlreadyNotified" or "Forwarded"
                    ? [.. opened, .. (await OpenCasesOf(report, load)).Select(c => Handed(c, police, report, step.By, now))]
                    : opened;
            case "Merge" when Guid.TryParse(report.Fact("mergeInto"), out var into):
                return await Merge(report, into, step.By, load, now);
            case "Unmerge":
                return await Split(before, report, step.By, load, now);
            case "Refer":
                return await OnCases(report, "TransferCase", Into("transferAnswer", "false"), step.By, load, now);
            case "ReferralReturned":
                return [.. (await AllCasesOf(report, load)).Where(c => c.Case?.Report == report.Id && c.State == "TransferredOut")
                    .SelectMany(c => Force(c, "Reopen", Into("transferAnswer", "Refused"), step.By, now))];
            case "DeclineRemit":
                return await OnCases(report, "FindUnfounded", NoFacts, step.By, load, now);
            case "GiveFeedback":
                return [.. (await AllCasesOf(report, load)).Select(c => Echo(c, "reporterFedBack", "true", report.Id))];
            default:
                return [];
        }
    }

    /// <summary>Answers a person gave count for the report's open cases too, the one it was merged into among them, and may raise the
    /// level: never lower it (domain 3.4).</summary>
    private async Task<IReadOnlyList<Writing>> Answered(CaseFile report, StepTaken step, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        var owned = step.Trigger == "TakeForScreening"
            ? (await OpenCasesOf(report, load)).Where(c => c.Owner is null).Select(c => Write(c, [new OwnerSet(step.By)])).ToList() : [];
        var answers = step.Fields.Where(f => Triaging.Questions.Contains(f.Key)).ToList();
        if (answers.Count == 0) return owned;
        var writings = new List<Writing>(owned);
        foreach (var open in (await AllCasesOf(report, load)).Where(IsOpen))
        {
            ImmutableArray<Happening> echoed = [.. answers.Select(a => new FactEchoed("danger." + a.Key, a.Value, report.Id))];
            writings.Add(Write(open, [.. echoed, .. Merging.Raise(policies.Of(open), Stepping.Fold(open, echoed, now), now)]));
        }
        var raised = Merging.Raise(policies.Of(report), report, now);
        if (raised.IsEmpty) return writings;
        writings.Add(Write(report, raised));
        var after = Stepping.Fold(report, raised, now);
        if (Merging.IsUrgent(after) && after.Cases.IsEmpty) writings.AddRange(await OpenCases(after, now, cancel));
        return writings;
    }

    private async Task<IReadOnlyList<Writing>> OpenCases(CaseFile report, DateTimeOffset now, CancellationToken cancel)
    {
        var names = new List<(Guid, string)>();
        foreach (var _ in report.Report!.Children) names.Add((ids.New(), await numbers.Next(report.Division, now, cancel)));
        var (cases, attached) = Opening.OpenAll(policies.Of(report), kinds[CaseKind.Case], report, names, now);
        return [.. cases, Write(report, attached)];
    }

    /// <summary>The report joins another case; the cases it opened by itself are merged away (C13), their clocks with them.</summary>
    private async Task<IReadOnlyList<Writing>> Merge(CaseFile report, Guid into, Actor by, Loader load, DateTimeOffset now)
    {
        var target = await load.Load<CaseFile>(CaseKind.Case, into, CancellationToken.None);
        var writings = new List<Writing>(await OnCases(report, "MergeCase", Into("mergedInto", into.ToString()), by, load, now));
        writings.AddRange(Absorb(await OpenCasesOf(report, load), target, [new ReportLinked(report.Id, report.Number)], by, now));
        writings.Add(Write(report, [new CaseAttached(target.Id, target.Number, 0)]));
        return writings;
    }

    /// <summary>The report leaves the case it was merged into, and its own cases go on where they were.</summary>
    private async Task<IReadOnlyList<Writing>> Split(CaseFile before, CaseFile report, Actor by, Loader load, DateTimeOffset now)
    {
        var writings = new List<Writing>();
        if (Guid.TryParse(before.Fact("mergeInto"), out var into) && await load.Load<CaseFile>(CaseKind.Case, into, CancellationToken.None) is { } target && target.Case?.Report != report.Id)
            writings.AddRange(Write(target, [new ReportUnlinked(report.Id, report.Number)]), Write(report, [new CaseDetached(target.Id, target.Number)]));
        foreach (var merged in (await AllCasesOf(report, load)).Where(c => c.Fact("mergedInto") is { } m && m != "false"))
            writings.AddRange(Force(merged, "SplitCase", NoFacts, by, now));
        return writings;
    }

    private async Task<IReadOnlyList<Writing>> OfCase(CaseFile before, CaseFile file, StepTaken step, Loader load, DateTimeOffset now)
    {
        if (!step.By.IsHuman) return [];
        if (step.Trigger == "SplitCase") return await Part(before, load);
        if (step.Trigger != "MergeCase" || !Guid.TryParse(file.Fact("mergedInto"), out var into) || into == file.Id) return [];
        // The target is written in any case: it must not end, or be merged itself, in the same moment.
        var target = await load.Load<CaseFile>(CaseKind.Case, into, CancellationToken.None);
        var writings = new List<Writing>(Absorb([before], target,
            [new CaseLinked(file.Id, file.Number, "Absorbed"), .. file.Reports.Except(target.Reports).Select(r => new ReportLinked(r.Id, r.Number))], step.By, now));
        foreach (var link in file.Reports.Except(target.Reports))
            writings.Add(Write(await load.Load<CaseFile>(CaseKind.Report, link.Id, CancellationToken.None), [new CaseAttached(target.Id, target.Number, 0)]));
        return writings;
    }

    /// <summary>The merge is undone: what it brought leaves the case it was brought to.</summary>
    private async Task<IReadOnlyList<Writing>> Part(CaseFile merged, Loader load)
    {
        if (!Guid.TryParse(merged.Fact("mergedInto"), out var from)) return [];
        var target = await load.Load<CaseFile>(CaseKind.Case, from, CancellationToken.None);
        var brought = merged.Reports.Where(r => target.Case?.Report != r.Id && target.Reports.Any(t => t.Id == r.Id)).ToList();
        var writings = new List<Writing>
        {
            Write(target, [new CaseUnlinked(merged.Id, merged.Number), .. brought.Select(r => new ReportUnlinked(r.Id, r.Number))]),
        };
        foreach (var link in brought)
            writings.Add(Write(await load.Load<CaseFile>(CaseKind.Report, link.Id, CancellationToken.None), [new CaseDetached(target.Id, target.Number)]));
        return writings;
    }

    /// <summary>What the merge means for the case that goes on, and where nobody has begun there yet and there is danger now, that it
    /// begins as a new case of this level would (C12).</summary>
    private IEnumerable<Writing> Absorb(IReadOnlyList<CaseFile> absorbed, CaseFile target, ImmutableArray<Happening> links, Actor by, DateTimeOffset now)
    {
        var events = links.AddRange(Merging.Absorb(policies.Of(target), target, absorbed, now));
        yield return Write(target, events);
        var after = Stepping.Fold(target, events, now);
        if (Merging.IsUrgent(after) && !Merging.IsUrgent(target) && target.State == "Opened")
            foreach (var opened in Force(after, "AutoOpen", NoFacts, by, now)) yield return opened;
    }

    private async Task<IReadOnlyList<Writing>> OnCases(
        CaseFile report, string trigger, ImmutableSortedDictionary<string, string> facts, Actor by, Loader load, DateTimeOffset now)
    {
        var writings = new List<Writing>();
        foreach (var open in await OpenCasesOf(report, load)) writings.AddRange(Force(open, trigger, facts, by, now));
        return writings;
    }

    /// <summary>A case follows its report: the step is taken whoever's turn it was, since two people decided it on the report.</summary>
    private IEnumerable<Writing> Force(CaseFile file, string trigger, IReadOnlyDictionary<string, string> facts, Actor by, DateTimeOffset now)
    {
        var pack = policies.Of(file);
        var named = pack.Machines[CaseKind.Case].Steps.Where(s => s.Trigger == trigger).ToList();
        if ((named.Find(s => s.From.Contains(file.State)) ?? named.FirstOrDefault()) is not { } step) yield break;
        var made = new Move.Made(step, file.State, step.To ?? file.State, false);
        yield return Write(file,
        [
            .. Stepping.Take(pack, file, made, FormValues.Nothing, by with { Role = "System" }, now)
                .Select(e => e is StepTaken taken && taken.Trigger == trigger ? taken with { Facts = taken.Facts.SetItems(facts) } : e),
        ]);
    }

    private static readonly ImmutableSortedDictionary<string, string> NoFacts = ImmutableSortedDictionary<string, string>.Empty;

    private static ImmutableSortedDictionary<string, string> Into(string fact, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(fact, value);

    private static async Task<IReadOnlyList<CaseFile>> AllCasesOf(CaseFile report, Loader load)
    {
        var cases = new List<CaseFile>();
        foreach (var link in report.Cases) cases.Add(await load.Load<CaseFile>(CaseKind.Case, link.Id, CancellationToken.None));
        return cases;
    }

    /// <summary>Open cases that this report opened itself; one it was merged into is not its own to end.</summary>
    private async Task<IReadOnlyList<CaseFile>> OpenCasesOf(CaseFile report, Loader load) =>
        [.. (await AllCasesOf(report, load)).Where(c => c.Case?.Report == report.Id && IsOpen(c))];

    private bool IsOpen(CaseFile file) => policies.Of(file).Machines[CaseKind.Case].Find(file.State) is { Final: false };

    /// <summary>Whoever accepted the report knows that the police have it: the region of the case says so too.</summary>
    private Writing Handed(CaseFile open, string how, CaseFile report, Actor by, DateTimeOffset now) => Write(open,
        [new FactEchoed("policeHandover", how, report.Id), .. Regions.Follow(policies.Of(open), open, Regions.Police, "Send", by, now)]);

    private Writing Echo(CaseFile file, string fact, string value, Guid origin) => Write(file, [new FactEchoed(fact, value, origin)]);

    private Writing Write(CaseFile file, ImmutableArray<Happening> events) => Writing.To(kinds[file.Kind], file.Id, file, events);
}
