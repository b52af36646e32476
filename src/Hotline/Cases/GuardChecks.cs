using System.Collections.Immutable;
using System.Globalization;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What guards may know: the file, who asks, the files it is tied to, and the moment. All loaded before deciding.</summary>
public sealed record GuardWorld
{
    public required Pack Pack { get; init; }
    public required CaseFile File { get; init; }
    public required DateTimeOffset Now { get; init; }
    public Guid By { get; init; }

    /// <summary>Whose step is asked about, where it is not the file's own machine: a region of the case.</summary>
    public Machine? Region { get; init; }

    /// <summary>The machine whose step is asked about.</summary>
    public Machine Machine => Region ?? Pack.Machines[File.Kind];

    public bool OnShift { get; init; }

    /// <summary>Cases of a report, or the case that <see cref="File"/> was merged into; on both also the one it is proposed to merge into.</summary>
    public ImmutableArray<CaseFile> Cases { get; init; } = [];

    /// <summary>Reports of a case.</summary>
    public ImmutableArray<CaseFile> Reports { get; init; } = [];

    /// <summary>The division lies with a desk of this installation.</summary>
    public bool InJurisdiction { get; init; } = true;
}

/// <summary>The closed list of guards, answered by name. What each reads is said in Workflow/Guards.cs.</summary>
public static class GuardChecks
{
    private const string OnShift = "on-shift";

    /// <summary>Does the step ask whether its taker is on duty?</summary>
    public static bool AsksForShift(Step step) => step.Guards.Any(guard => Guards.Basis(guard).Name == OnShift);

    public static bool Holds(string guard, Step step, GuardWorld world)
    {
        var (basis, turned) = Guards.Basis(guard);
        return Check(basis, step, world) != turned;
    }

    private static bool Check(string guard, Step step, GuardWorld world)
    {
        var file = world.File;
        return guard switch
        {
            "something-reportable" or "report-received" => true,
            OnShift => world.OnShift,
            "under-18-or-unknown" => file.Report!.Children.Any(c => c.AgeEstimate is null or < 18),
            "in-jurisdiction-or-emergency" => world.InJurisdiction || file.Triage is "T1" or "T2",
            "has-open-case" => OpenCases(world).Any(),
            "merged-case-open" or "merged-away" => world.Cases.Any(c => Merged(file, c.Id) && IsOpen(world, c)),
            "merge-target-open" => world.Cases.Any(c => Given(file, "mergeInto") == c.Id.ToString() && IsOpen(world, c) && c.Exercise == file.Exercise),
            "not-merged" => Given(file, "mergedInto") is null,
            "second-person" => SecondPerson(step, world),
            "danger-measures-done" => (file.Kind == CaseKind.Report ? OpenCases(world) : [file]).All(f => MeasuresDone(world.Pack, f)),
            "safe-place" => SafePlace(world.Pack, file),
            "police-recorded" => PoliceRecorded(world.Pack, file),
            "police-not-filed" => Regions.State(world.Pack, file, Regions.Police) == "NotFiled",
            "return-permitted" => Placing.MayReturnToGuardian(world.Pack, file),
            "no-open-clock" => file.Clocks.Values.All(c => !c.IsOpen || step.Meets.Contains(c.Code) || world.Pack.Clocks[c.Code].Repeats),
            "follow-up-period-over" => Passed(world, "followUpStartedAt", "follow-up-minimum"),
            "within-reopen-window" => Given(file, "closedAt") is not null && !Passed(world, "closedAt", "reopen-window"),
            "reporter-fed-back" => world.Reports.All(r => r.Report is { Anonymous: true, FiledBy: null } || r.Fact("reporterFedBack") == "true"
                || world.Pack.Machines[CaseKind.Report].Find(r.State) is { Final: true }),
            "guardianship-final" => !world.Pack.Machines.TryGetValue(Regions.Guardianship, out var region) || Placing.IsSettled(region, file.StateOf(region)),
            "adoption-wait-over" => Given(file, "revokedAt") is null || file.Fact("restorationBarred") == "true"
                || Passed(world, "revokedAt", "adoption-after-revocation"),
            "child-is-adult" => Adult(world),
            "home-may-return" => file.Fact("kind") is not ("ToGuardian" or "ToOutflowCounty") || world.Cases.All(c => Placing.MayReturnToGuardian(world.Pack, c)),
            "number-known" => file.Call is { NumberKnown: true },
            "safe-to-call" => file.Call is not { Received.IsText: true } || file.Fact("safeContact") == "true",
            "repeat-call" => file.Call is { NumberKnown: true, Received.Repeat: true },
            "case-open" => IsOpen(world, file),
            "not-an-exercise" => !file.Exercise,
            _ => DangerAndFacts(guard, file),
        };
    }

    private static bool DangerAndFacts(string guard, CaseFile file) => guard switch
    {
        "urgent-level" => file.Triage is "T1" or "T2",
        "level-can-rise" => file.Triage != "T1",
        "level-can-fall" => file.Triage != "T4",
        "danger-answered" => Triaging.Questions.All(q => file.Danger.GetValueOrDefault(q) is "yes" or "no"),
        "danger-sign" => file.Danger.Values.Contains("yes"),
        "feedback-delivered-or-impossible" => file.Fact("feedbackDelivered") is "Delivered" or "Impossible",
        "child-seen" => file.Fact("childSeen") == "true",
        "seen-or-mistaken" => file.Fact("childSeen") == "true" || file.Fact("identityMistaken") == "true",
        "medical-settled" => Given(file, "medicalNeed") is not null,
        "assessment-signed" => file.Fact("assessmentSigned") == "true",
        "child-heard" => Given(file, "childHeard") is not null,
        "plan-complete" => file.Fact("planComplete") == "true",
        "tasks-settled" => file.Fact("tasksSettled") == "true" && !file.Assignments.Any(a => a is { Kind: Assigning.Task, IsOpen: true }),
        "risk-low" => file.Fact("riskLevel") == "Low" && file.Fact("lastVisitRisk") == "Low" && file.Fact("visitRiskBefore") == "Low",
        "seen-at-last-review" => file.Fact("seenAtLastVisit") == "true",
        "adult-handover-done" => file.Fact("adultHandoverDone") == "true",
        "guardian-able" => file.Fact("guardianAble") == "Able",
        "candidate-fit" => file.Fact("candidateFit") == "Fit",
        "guardian-educated" => file.Fact("guardianEducated") == "true",
        "restoration-not-barred" => file.Fact("restorationBarred") != "true",
        "transfer-refused" => file.Fact("transferAnswer") == "Refused",
        "transfer-unanswered" => Given(file, "transferAnswer") is null,
        "two-must-go" => file.Triage is "T1" or "T2" || file.Fact("twoPeople") == "true",
        "on-scene" => file.Fact("fieldState") is "OnScene" or "HelpNeeded",
        "help-called" => file.Fact("fieldState") == "HelpNeeded",
        "nothing-outstanding" => !file.Assignments.Any(a => a.IsOpen),
        "no-open-transfer" => !file.Assignments.Any(a => a is { Kind: Assigning.Transfer, IsOpen: true }),
        "case-handover" => file.Fact("kind") == Assigning.Jurisdiction,
        "checks-done-or-pending" => file.Fact("kind") != "PoliceToCivil" || file.Fact("checksDone") == "true" || file.Fact("checksPending") == "true",
        "return-plan-made" => file.Fact("kind") != "ToOutflowCounty" || file.Fact("returnPlan") == "true",
        "answer-overdue" => file.Clocks.TryGetValue("transfer-answer", out var answer) && answer.State == ClockState.Breached,
        // A guard the list has and this server does not answer must not let anybody through.
        _ => false,
    };

    private static bool SecondPerson(Step step, GuardWorld world) =>
        step.Confirms is { } proposing && Proposed(world, proposing) is { } proposal && proposal.By != world.By
        && (Proposed(world, step.Trigger) is not { } confirmed || confirmed.Version < proposal.Version);

    private static Proposal? Proposed(GuardWorld world, string trigger) =>
        world.File.Proposals.GetValueOrDefault(world.File.Own(world.Machine.Name, trigger));

    private static bool MeasuresDone(Pack pack, CaseFile file) => file.State != "EmergencyResponse"
        || (file.Fact("childSeen") == "true" && SafePlace(pack, file) && PoliceRecorded(pack, file));

    /// <summary>The child is at a known place, and somebody said since the danger was declared that the child is safe there.</summary>
    private static bool SafePlace(Pack pack, CaseFile file) => Given(file, "safePlace") is not null
        && Regions.State(pack, file, Regions.Placement) is not ("Unknown" or "Found" or "RemovedByPolice" or Placing.InTransit or "Absconded" or "Deceased");

    /// <summary>The police were told since the danger was declared, or a person recorded why they need not be.</summary>
    private static bool PoliceRecorded(Pack pack, CaseFile file) => Given(file, "policeState") is { } told
        && (told == "NotNeeded" || Regions.State(pack, file, Regions.Police) != "NotSent");

    private static IEnumerable<CaseFile> OpenCases(GuardWorld world) => world.Cases.Where(c => IsOpen(world, c) && !Merged(world.File, c.Id));

    public static bool IsOpen(GuardWorld world, CaseFile file) => world.Pack.Machines[file.Kind].Find(file.State) is { Final: false };

    private static bool Merged(CaseFile file, Guid into) =>
        (Given(file, "mergedInto") ?? Given(file, "mergeInto")) is { } to && Guid.TryParse(to, out var id) && id == into;

    private static string? Given(CaseFile file, string fact) => file.Fact(fact) is { Length: > 0 } value && value != "false" ? value : null;

    private static bool Passed(GuardWorld world, string fact, string period) =>
        world.File.Fact(fact) is { } since && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var from)
        && world.Pack.Periods.TryGetValue(period, out var rule) && world.Now >= Clock.DueAt(rule.Length, from, world.Pack.Calendar).DueAt;

    /// <summary>The birth date itself is sealed; the age at the report was computed from it and grows with the years since.</summary>
    private static bool Adult(GuardWorld world) => world.File.Case is { Child.AgeEstimate: { } age } opened
        && opened.Child.Sealed.ContainsKey("birthDate") && age + (world.Now - world.File.OpenedAt).TotalDays / 365.25 >= 18;
}
