using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary>A step that somebody in the city would take.</summary>
/// <param name="Step">machine.Trigger, as steps[] names them.</param>
/// <param name="In">States of the machine in which anybody thinks of it.</param>
/// <param name="By">Who does it: the first of these accounts to whom the server offers it.</param>
/// <param name="When">What must be so beside the server's own guards.</param>
/// <param name="Every">Done again after so long in the same state; once without it.</param>
public sealed record Wish(string Step, string In, string By, Func<Scene, bool>? When = null, TimeSpan? Every = null)
{
    public string Machine { get; } = Step[..Step.IndexOf('.', StringComparison.Ordinal)];

    public string Trigger { get; } = Step[(Step.IndexOf('.', StringComparison.Ordinal) + 1)..];

    public IEnumerable<string> Actors => By.Split(' ');

    /// <summary>The same wish, by whoever it was given to.</summary>
    public Wish For(JsonNode assignment) => By != Plot.Receiver ? this
        : this with { By = Plot.AccountOf((string?)assignment["receiver"]?["name"]?["zh"] ?? "") };

    public bool Thinkable(string state) => In.Split(' ').Contains(state);
}

/// <summary>What the actors know when they think of the next step.</summary>
/// <param name="Case">The case they think of; of a report its first; null before there is one.</param>
/// <param name="Partner">The case of the story that this one follows, once it is known.</param>
/// <param name="InState">How long the wish's machine has stood where it stands.</param>
public sealed record Scene(Narrative Story, JsonNode Report, JsonNode? Case, string? Partner, TimeSpan InState)
{
    public string CaseState => (string?)Case?["state"] ?? "";

    public string Level => (string?)Case?["triage"] ?? "T3";

    public bool Ends(Ending ending) => Story.Ending == ending;

    /// <summary>Is such a clock of the report still open?</summary>
    public bool Clock(string code) => (Report["clocks"] as JsonArray ?? []).Any(clock =>
        (string?)clock?["code"] == code && (string?)clock["state"] is "Running" or "Breached");

    public string Fact(string name) => (string?)Case?["facts"]?[name] ?? "";

    public bool CaseClock(string code) => (Case?["clocks"] as JsonArray ?? []).Any(clock =>
        (string?)clock?["code"] == code && (string?)clock["state"] is "Running" or "Breached");

    public bool Open => CaseState is not ("Closed" or "TransferredOut" or "Unfounded");

    public bool Early => CaseState is "Triage" or "EmergencyResponse" or "Assessment";

    /// <summary>The danger is over, and the child stays with this county.</summary>
    public bool Assessed => CaseState is "Assessment" && Story.Ending is Ending.Closed or Ending.Found;

    public bool Merges(Ending ending) => Story.Ending == ending && Partner is not null;
}

/// <summary>How matters go on in the city: what its people think of, in the order in which they think of it. Whether they
/// may, the server says.</summary>
public static class Plot
{
    public const string Receiver = "receiver";
    const string Early = "Triage EmergencyResponse Assessment";
    static readonly TimeSpan Monthly = TimeSpan.FromDays(25);
    static readonly TimeSpan AMonth = TimeSpan.FromDays(30);
    static readonly TimeSpan HalfAYear = TimeSpan.FromDays(184);
    static readonly string[] Places = ["OtherGuardian", "Relative", "VillageCommittee", "RescueProtectionInstitution",
        "WelfareInstitution", "Hospital", "TemporaryShelter"];

    public static readonly IReadOnlyList<Wish> OfReport =
    [
        new("report.TakeForScreening", "Received", "duty"),
        new("report.RecordCallBack", "Screening", "duty", scene => scene.Clock("call-back")),
        new("report.ProposeMerge", "Screening", "duty", scene => scene.Merges(Ending.Merged)),
        new("report.Merge", "Screening", "supervisor", scene => scene.Merges(Ending.Merged)),
        new("report.Refer", "Screening", "duty", scene => scene.Ends(Ending.Referred)),
        new("report.ProposeDeclineRemit", "Screening", "duty", scene => scene.Ends(Ending.Declined)),
        new("report.DeclineRemit", "Screening", "supervisor", scene => scene.Ends(Ending.Declined)),
        new("report.ConvertToInquiry", "Screening", "duty", scene => scene.Ends(Ending.Inquiry)),
        new("report.CloseInquiry", "ConvertedToInquiry", "duty"),
        new("report.Accept", "Screening", "duty", scene =>
            scene.Story.Ending is not (Ending.Merged or Ending.Referred or Ending.Declined or Ending.Inquiry)),
        new("report.RecordReferralAccepted", "ReferredOut", "duty"),
        new("report.TellHandling", "Accepted MergedDuplicate", "duty", scene => scene.Clock("reporter-feedback")),
        new("report.GiveFeedback", "Accepted MergedDuplicate ReferredOut NotInRemit", "duty", scene =>
            scene.CaseState is not ("Opened" or "Triage" or "EmergencyResponse" or "Suspended")),
        new("report.RecordDelivery", "FeedbackGiven", "duty"),
        new("report.CloseReport", "FeedbackGiven", "duty"),
    ];

    public static readonly IReadOnlyList<Wish> OfCase =
    [
        new("case.StartTriage", "Opened Reopened", "duty"),
        new("case.RecordFirstContact", "Triage EmergencyResponse", "duty"),
        new("case.RaiseLevel", Early, "duty", scene => Level(scene) > 0),
        new("case.ProposeLowerLevel", Early, "duty", scene => Level(scene) < 0),
        new("case.LowerLevel", Early, "supervisor", scene => Level(scene) < 0),
        new("case.RecordPoliceNotNeeded", "EmergencyResponse", "supervisor county", scene => !scene.Story.Offence),
        new("case.RecordPoliceState", "EmergencyResponse", "police duty county", scene => scene.Fact("policeState") is "" or "false"),
        .. Police,
        new("case.Suspend", "EmergencyResponse", "county", scene => scene.Ends(Ending.Found)),
        new("case.ReviewSearch", "Suspended", "police", Every: TimeSpan.FromDays(6)),
        new("case.ChildFound", "Suspended", "county", scene => scene.InState > TimeSpan.FromHours(20)),
        new("case.RecordChildSeen", Early, "director township police county"),
        .. Placement,
        new("case.RecordMedicalNeed", "EmergencyResponse", "township police county"),
        new("case.RecordEmergencyReview", "EmergencyResponse", "supervisor", scene => scene.InState > TimeSpan.FromHours(6),
            TimeSpan.FromHours(20)),
        new("case.ProposeUnfounded", "Triage EmergencyResponse", "county", scene => scene.Ends(Ending.Unfounded)),
        new("case.FindUnfounded", "Triage EmergencyResponse", "supervisor", scene => scene.Ends(Ending.Unfounded)),
        new("case.ProposeMerge", "EmergencyResponse Assessment", "county", scene => scene.Merges(Ending.MergedCase)),
        new("case.MergeCase", "EmergencyResponse Assessment", "supervisor", scene => scene.Merges(Ending.MergedCase)),
        new("case.EmergencyStable", "EmergencyResponse", "county", scene => !scene.Ends(Ending.Unfounded)),
        new("case.RouteToAssessment", "Triage", "duty", scene => !scene.Ends(Ending.Unfounded)),
        new("case.AnswerDangerQuestions", "Triage", "duty"),
        .. Giving,
        new("case.TransferCase", "Assessment", "county", Leaves),
        new("case.RecordTransferAnswer", "TransferredOut", "county city"),
        new("case.HearChild", "Assessment", "director township county"),
        .. Guardianship,
        new("case.SignAssessment", "Assessment", "township county"),
        new("case.CountersignAssessment", "Assessment", "approver"),
        new("case.RecordPlan", "Assessment", "township county"),
        new("case.ApprovePlan", "Assessment", "county"),
        new("case.RecordService", "PlanActive", "director township county"),
        new("case.RecordTaskOutcome", "PlanActive", "township county", scene => scene.Fact("tasksSettled") != "true"),
        new("case.ServicesDelivered", "PlanActive", "county"),
        new("case.RecordVisit", "FollowUp", "director township county", Every: Monthly),
        new("case.ProposeClose", "FollowUp", "county", scene => scene.InState > HalfAYear, TimeSpan.FromDays(1)),
        new("case.CloseCase", "FollowUp", "approver", scene => scene.InState > HalfAYear, TimeSpan.FromDays(1)),
        new("case.Reopen", "Closed", "duty", scene => scene.Ends(Ending.Reopened)),
    ];

    /// <summary>What the police do beside the case, once they know of it.</summary>
    static IEnumerable<Wish> Police =>
    [
        new("police.Receive", "Sent", "police", scene => scene.Open),
        new("police.FileCase", "ReceivedByPolice", "police", scene => scene.Open && (scene.Story.Grave || scene.Story.SeeksParents)),
        new("police.AcceptCase", "ReceivedByPolice", "police", scene => scene.Open),
        new("police.GiveFeedback", "Accepted Filed", "police"),
        new("police.WarnGuardian", "Accepted", "police", scene => (string?)scene.Story.Body["category"] is "DV" or "Neglect"),
        new("police.SearchParents", "Filed", "police", scene => scene.Story.SeeksParents),
        new("police.CertifyNotFound", "Filed", "police", scene => scene.CaseClock("parents-first-search") && scene.InState > AMonth),
        new("police.RecordUnclaimed", "Filed", "police", scene => scene.CaseClock("claim-notice") && scene.InState > 2 * AMonth),
        new("police.EndSearch", "Filed", "police", scene => scene.CaseClock("parents-final-search") && scene.InState > 2.2 * AMonth),
        new("police.WriteNote", "Accepted Filed", "police", scene => !scene.CaseClock("parents-final-search")),
        new("police.Conclude", "InvestigationNote", "police", scene => scene.InState > TimeSpan.FromHours(6)),
    ];

    /// <summary>Where the child is, first as long as there is danger, then for good.</summary>
    static IEnumerable<Wish> Placement =>
    [
        new("placement.RecordAtHome", "Unknown Found", "township police county", scene => scene.Early && scene.Story.FirstPlace == "HomeSafe"),
        .. Places.Select(place => new Wish($"placement.To{place}", "Unknown Found", "police duty county",
            scene => scene.Early && scene.Story.FirstPlace == place)),
        new("placement.ReturnToGuardian", "Hospital TemporaryShelter", "county", scene => scene.CaseState == "PlanActive"),
        new("placement.SettleWithRelatives", "Relative OtherGuardian", "county", scene => scene.CaseState == "PlanActive"),
        new("placement.SettleLongTerm", "WelfareInstitution", "county", scene => scene.CaseState == "FollowUp"),
    ];

    /// <summary>What is done about the guardianship: guidance at home, an order where somebody must keep away, the State's care
    /// where there is nobody.</summary>
    static IEnumerable<Wish> Guardianship =>
    [
        new("guardianship.StartTemporary", "None", "county", scene => scene.Assessed && scene.Story.StateCares),
        new("guardianship.ConveneConference", "TemporaryActive", "county", scene => scene.InState > AMonth && !scene.Story.SeeksParents),
        new("guardianship.AssessCandidate", "ConferencePending", "county"),
        new("guardianship.AppointGuardian", "ConferencePending", "county"),
        new("guardianship.StartLongTerm", "TemporaryActive", "county", scene => scene.InState > 2.2 * AMonth && scene.Story.SeeksParents),
        new("guardianship.ApplyProtectionOrder", "None", "county", scene => scene.Assessed && scene.Story.NeedsOrder),
        new("guardianship.RecordProtectionOrder", "None", "county", scene => scene.CaseClock("protection-order-decision")),
        new("guardianship.EndProtectionOrder", "None", "county", scene => scene.CaseClock("protection-order-expiry") && scene.InState > HalfAYear),
        new("guardianship.GiveGuidance", "None", "township county", scene => scene.Assessed && scene.Story.NeedsGuidance),
        new("guardianship.EndGuidance", "GuidanceGiven", "county", scene => scene.InState > AMonth),
    ];

    /// <summary>What the case gives to other bodies.</summary>
    static IEnumerable<Wish> Giving =>
    [
        new("transfer.Propose", "Assessment PlanActive FollowUp", "county", scene => scene.CaseClock("welfare-handover")),
        new("task.Open", "PlanActive", "township county"),
        new("visit.Plan", "PlanActive", "township county", scene => scene.Story.Process.AsSpan().ContainsAny("ijkl")),
    ];

    /// <summary>What is done with a task, a hand-over, a visit. "receiver" is the account of the body that it was given to.</summary>
    public static readonly IReadOnlyList<Wish> OfAssignment =
    [
        new("task.Refuse", "Offered", Receiver, scene => (string?)scene.Story.Body["category"] == "Dropout"),
        new("task.Direct", "Contested", "city"),
        new("task.Accept", "Offered", Receiver),
        new("task.Begin", "Accepted", Receiver),
        new("task.ReportDone", "InProgress", Receiver),
        new("task.ConfirmDone", "Reported", "township county"),
        new("transfer.RecordChecks", "Proposed", "police county"),
        new("transfer.Accept", "Proposed", Receiver),
        new("transfer.Direct", "Proposed", "city"),
        new("transfer.Depart", "Accepted", "county"),
        new("transfer.Arrive", "InTransit", Receiver),
        new("transfer.ConfirmReceived", "Arrived", Receiver),
        new("visit.RecordVisit", "Planned", Receiver),
    ];

    /// <summary>The demo's accounts by the names of their bodies.</summary>
    public static string AccountOf(string body) => body switch
    {
        "试点县第一小学" => "school",
        "试点县人民医院" => "hospital",
        "青山镇人民政府" => "township",
        "一村村委会" => "director",
        "试点县公安局" => "police",
        "试点县未成年人救助保护中心" => "institution",
        "试点县儿童福利院" => "welfare",
        _ => "county",
    };

    /// <summary>Machines whose steps on a case begin a file of their own.</summary>
    public static readonly IReadOnlyList<string> Assignments = ["task", "transfer", "visit"];

    /// <summary>Above zero: the case stands lower than whoever has read the story thinks right.</summary>
    static int Level(Scene scene) => string.CompareOrdinal(scene.Level, scene.Story.Triage);

    /// <summary>The child belongs elsewhere; a case that was opened again leaves on its second way.</summary>
    static bool Leaves(Scene scene) => scene.Ends(Ending.TransferredOut)
        || (scene.Ends(Ending.Reopened) && scene.Fact("closedAt").Length > 0);
}
