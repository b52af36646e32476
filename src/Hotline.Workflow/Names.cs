namespace Hotline.Workflow;

/// <summary>Words of the packs that code knows too; loading checks the files against them.</summary>
public static class Names
{
    public const string System = "System";

    /// <summary>Categories of domain 8.1.</summary>
    public static readonly IReadOnlyCollection<string> Categories =
    [
        "DV", "Neglect", "SexualAbuse", "Abandonment", "Missing", "Trafficked", "Begging", "Bullying", "SelfHarm",
        "UnattendedChild", "Dropout", "MedicalInjury", "GuardianEvent", "CustodyConflict", "ChildLabour", "Other",
    ];

    /// <summary>Machines whose streams leave the case for another body: each is opened from the case and lives by itself.</summary>
    public static readonly IReadOnlyCollection<string> Assignments = ["task", "transfer", "visit"];

    public static readonly IReadOnlyCollection<string> Stages =
        ["Monitoring", "Report", "EmergencyResponse", "Assessment", "Assistance", "GuardianshipIntervention", "FollowUp"];

    public static readonly IReadOnlyCollection<string> Rights =
    [
        "file-reports", "read-own-reports", "screen-reports", "read-reports", "read-cases", "work-cases", "read-reporter-identity",
        "acknowledge-pages", "stop-pages", "manage-duty", "run-drills", "watch-operations", "read-tasks", "read-statistics", "break-glass", "read-audit", "configure",
        "take-calls", "post-call-events", "read-debriefs", "keep-shift-log",
    ];

    /// <summary>Own filings; the organisation's tasks; the organisation's division and below; nothing of a file.</summary>
    public static readonly IReadOnlyCollection<string> Scopes = ["own", "organisation", "division", "none"];

    /// <summary>Whose division a page goes to: that of the file, its prefecture city, its province.</summary>
    public static readonly IReadOnlyCollection<string> Levels = ["own", "neighbour", "city", "province"];

    /// <summary>Whose turn a step of a plan means: those on duty now, or those who come after them.</summary>
    public static readonly IReadOnlyCollection<string> Shifts = ["now", "next"];

    public static readonly IReadOnlyCollection<string> Channels = ["sms", "call"];

    public static readonly IReadOnlyCollection<string> Gateways = ["twilio", "template"];
}
