using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Hears in the case file's events when somebody must be reached, and when a human is at work already.</summary>
public sealed class PageReaction(IRinging ringing, PolicyBook policies, IIds ids) : IReaction
{
    private const string BasePlan = "base";
    private const string SuperiorPlan = "common-superior";
    private const string LinePlan = "reporter-wrote";
    private const string ByStep = "step";

    /// <summary>Somebody on the spot calls for help: no other page of the matter stands in for this one.</summary>
    private const string HelpClock = "scene-help";
    private const string Together = "together";

    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is PageFile answered)
            return change.Events.OfType<PageAcknowledged>().FirstOrDefault(e => e.How is not (ByStep or Together)) is { } answer
                ? await Others(load, answered, answer.By, cancel)
                : [];
        if (change.After is not CaseFile file) return [];
        var writings = new List<Writing>();
        foreach (var happening in change.Events)
        {
            switch (happening)
            {
                case ReportReceived e when e.Triage is "T1" or "T2":
                    writings.Add(await Start(load, file, PageNeed.NewReport, BasePlan));
                    break;
                // Raised by an answer: nobody was rung for it before.
                case LevelChanged { From: "T3" or "T4", To: "T1" or "T2" } when file.Kind == CaseKind.Report:
                    writings.Add(await Start(load, file, PageNeed.NewReport, BasePlan));
                    break;
                case ClockBreached e when PlanOf(file, e.Code) is { } plan && (e.Code == HelpClock || !await RingsFor(file, e.Code, plan, now, cancel)):
                    writings.Add(await Start(load, file, WhyOf(file, e.Code), plan, e.Code));
                    break;
                case FactEchoed { Name: ChildLeaves.Fact }:
                    writings.Add(await Start(load, file, PageNeed.ChildLeaves, BasePlan));
                    break;
                // Rings unless somebody of the desk answers first: the plan leaves them a moment.
                case MessageSent { FromReporter: true } when file.Triage is "T1" or "T2":
                    var letter = policies.Of(file).Escalations.ContainsKey(LinePlan) ? LinePlan : BasePlan;
                    if (!await RingsSoon(load, file, now + policies.Of(file).Escalations[letter].Steps.Min(s => s.After(file.Triage) ?? TimeSpan.MaxValue), cancel))
                        writings.Add(await Start(load, file, PageNeed.ReporterWrote, letter));
                    break;
                case MessageSent { FromReporter: false } e when Answers(file, e.By):
                    writings.AddRange(await Acknowledge(load, file, e.By, cancel));
                    break;
                case StepTaken e:
                    if (Refused(file, e)) writings.Add(await Start(load, file, PageNeed.Refused, SuperiorPlan));
                    if (e.Machine == Assigning.Visit && e.Fields.GetValueOrDefault("lifeThreat") == "yes") writings.Add(await Start(load, file, PageNeed.DangerFound, BasePlan));
                    if (RanAway(e)) writings.Add(await Start(load, file, PageNeed.ChildRanAway, BasePlan, SearchOf(change)));
                    if (Answers(file, e.By)) writings.AddRange(await Acknowledge(load, file, e.By, cancel));
                    break;
                case AssignmentAttached e when Answers(file, e.By):
                    writings.AddRange(await Acknowledge(load, file, e.By, cancel));
                    break;
            }
        }
        return writings;
    }

    /// <summary>Somebody is rung for this report by then anyhow, because of what the reporter told: a letter needs no page of its own. A page
    /// of some deadline, that rings every half hour, does not stand in for it.</summary>
    private async Task<bool> RingsSoon(Loader load, CaseFile file, DateTimeOffset by, CancellationToken cancel)
    {
        foreach (var id in await ringing.Of(file, AboutOf(file), cancel))
            if (await load.Load<PageFile>(PageFile.KindName, id, cancel) is { IsRinging: true, Started.Why: PageNeed.NewReport or PageNeed.ChildLeaves or PageNeed.ReporterWrote } page
                && page.NextClimbAt <= by) return true;
        return false;
    }

    private async Task<Writing> Start(Loader load, CaseFile file, string why, string plan, string? clock = null)
    {
        var report = file.Kind == CaseKind.Report;
        return Pages.Starting(load, ids.New(), new PageNeed(
            report ? file.Id : file.Case?.Report, report ? file.Number : file.Case?.ReportNumber, report ? null : file.Assignment?.Case ?? file.Id,
            file.Triage, file.Division, policies.Of(file).Escalations[plan], why, file.Exercise)
        {
            // A danger that a visit found is the case's matter; whatever else rings for a task or hand-over is answered there.
            Clock = clock, Ringing = policies.Of(file).Ringing, About = why == PageNeed.DangerFound ? null : AboutOf(file),
            Household = await Household(file, load),
        });
    }

    /// <summary>The report that a matter began with stands for its household: siblings, cases that were merged, tasks and hand-overs have
    /// it in common. Addresses and guardians lie sealed and bind nothing.</summary>
    private static async Task<Guid?> Household(CaseFile file, Loader load)
    {
        var of = file.Assignment?.Case ?? (Guid.TryParse(file.Fact("mergeInto"), out var into) ? into : (Guid?)null)
            ?? file.Call?.Led.FirstOrDefault(led => led.Kind == CaseKind.Case)?.Id;
        var home = of is { } id ? await load.Load<CaseFile>(CaseKind.Case, id, CancellationToken.None) : file;
        return home.Case?.Report ?? home.Call?.Led.FirstOrDefault(led => led.Kind == CaseKind.Report)?.Id
            ?? (home.Call is { Received.Earlier: [.., var first] } ? first : home.Id);
    }

    private static string WhyOf(CaseFile file, string clock) =>
        clock == HelpClock ? PageNeed.HelpNeeded : file.Debrief is not null ? PageNeed.DebriefOwed : file.Call is null ? PageNeed.ClockBreached : PageNeed.CallOwed;

    /// <summary>A task or hand-over is rung for beside its case; a call or a debrief is a matter of its own, and stands where a case would.</summary>
    private static Guid? AboutOf(CaseFile file) => file.Assignment is null && file.Call is null && file.Debrief is null ? null : file.Id;

    private string? PlanOf(CaseFile file, string clock)
    {
        var pack = policies.Of(file);
        return pack.Clocks.TryGetValue(clock, out var rule) && pack.Escalations.ContainsKey(rule.BreachPages) ? rule.BreachPages : null;
    }

    /// <summary>A review that is due each day and missed each day rings by the page it began, not by one more each day; and clocks of
    /// one matter that run out together ring together, one page and not one each.</summary>
    private async Task<bool> RingsFor(CaseFile file, string clock, string plan, DateTimeOffset now, CancellationToken cancel)
    {
        var together = policies.Of(file).Ringing.SameMoment;
        return await ringing.RingsFor(file, AboutOf(file), clock, plan, now - together, now + together, cancel);
    }

    /// <summary>Domain 3.3: pages at once, and always. No other page of the matter stands in for it.</summary>
    private static bool RanAway(StepTaken step) => step is { Machine: Regions.Placement, To: "Absconded" } && step.From != step.To;

    /// <summary>The clock that runs until the child is found; once it is met the page rests.</summary>
    private static string? SearchOf(Change change) => change.Events.OfType<ClockStarted>().FirstOrDefault()?.Code;

    private static bool Refused(CaseFile file, StepTaken step) =>
        file.Assignment is not null && step.From != step.To && step.To is "Contested" or "Refused";

    /// <summary>A person whose role answers pages took a step: that is an answer, whether or not they also pressed the button. For a
    /// task or hand-over whoever moves it has answered what rang for it.</summary>
    private bool Answers(CaseFile file, Actor by) => by.IsHuman && (file.Assignment is not null
        || policies.Current.Machines[PageFile.KindName].Steps.Any(s => s.Trigger == "Acknowledge" && s.Who.Contains(by.Role)));

    private async Task<IReadOnlyList<Writing>> Acknowledge(Loader load, CaseFile file, Actor by, CancellationToken cancel) =>
        await Pages.Acknowledged(load, await ringing.Of(file, AboutOf(file), cancel), by, ByStep);

    /// <summary>Whoever answers for a matter has it: its other pages need not ring beside the one that was answered.</summary>
    private async Task<IReadOnlyList<Writing>> Others(Loader load, PageFile page, Actor by, CancellationToken cancel) =>
        await Pages.Acknowledged(load, await ringing.Beside(page, cancel), by, Together, beside: true);
}
