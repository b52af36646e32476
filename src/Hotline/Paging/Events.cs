using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Why somebody must be reached, and by which plan.</summary>
public sealed record PageNeed(
    Guid? ReportId, string? ReportNumber, Guid? CaseId, string Triage, string Division, Escalation Plan, string Why, bool Exercise = false)
{
    /// <summary>The clock whose breach it is.</summary>
    public string? Clock { get; init; }

    /// <summary>The task or hand-over it rings for; null where it is the report or the case itself.</summary>
    public Guid? About { get; init; }

    /// <summary>The roster it rings for.</summary>
    public Guid? Roster { get; init; }

    /// <summary>The member of staff it rings about.</summary>
    public Guid? Staff { get; init; }

    /// <summary>The hand-over it rings for.</summary>
    public Guid? HandOver { get; init; }

    /// <summary>The drill it belongs to, or tells of.</summary>
    public Guid? Drill { get; init; }

    /// <summary>It rings this person alone, whoever is on duty.</summary>
    public Guid? Person { get; init; }

    /// <summary>What binds pages together that concern one household, as far as the product can know: the report it began with.</summary>
    public Guid? Household { get; init; }

    /// <summary>What the pack says of every page.</summary>
    public RingingRules Ringing { get; init; } = RingingRules.Unsaid;

    public const string NewReport = "new-report";
    public const string ClockBreached = "clock-breached";
    public const string CallOwed = "call-owed";
    public const string HelpNeeded = "help-needed";
    public const string ChildLeaves = "child-leaves";
    public const string ReporterWrote = "reporter-wrote";
    public const string Refused = "refused";
    public const string DangerFound = "danger-found";
    public const string ChildRanAway = "child-ran-away";
    public const string ChannelOff = "channel-off";
    public const string HandOverUnsigned = "handover-unsigned";
    public const string DutyGap = "duty-gap";
    public const string DebriefOwed = "debrief-owed";
    public const string DrillCall = "drill";
    public const string DrillFailed = "drill-failed";

    /// <summary>Danger that somebody saw, or a child about to go: no other page of the matter stands in for it (domain 3.3), and it waits
    /// for no other message.</summary>
    public static bool RingsForItself(string why) => why is ChildRanAway or DangerFound or HelpNeeded or ChildLeaves;

    public const string RingsAgain = "acknowledged-but-idle";
}

/// <summary>A step of the plan as the page keeps it: a running page is not changed by a newer pack.</summary>
public sealed record PlanStep(int AfterSeconds, string Role, string Level, ImmutableArray<string> Channels)
{
    /// <summary>"next": those who come on duty after the present shift.</summary>
    public string? Shift { get; init; }

    /// <summary>The user name of the one person it rings.</summary>
    public string? Person { get; init; }
}

public sealed record PageStarted : Happening
{
    public Guid? Report { get; init; }
    public string? ReportNumber { get; init; }
    public Guid? Case { get; init; }
    public required string Triage { get; init; }
    public required string Division { get; init; }
    public required string Why { get; init; }
    public string? Clock { get; init; }
    public Guid? About { get; init; }
    public Guid? Roster { get; init; }
    public Guid? Staff { get; init; }
    public Guid? HandOver { get; init; }
    public Guid? Drill { get; init; }

    /// <summary>It rings this person alone.</summary>
    public Guid? Person { get; init; }
    public Guid? Household { get; init; }
    public required string Plan { get; init; }
    public required ImmutableArray<PlanStep> Steps { get; init; }
    public required int RepeatEverySeconds { get; init; }
    public required int IdleAfterSeconds { get; init; }

    /// <summary>The provider is asked for the status of an attempt this long after it went out without a final word.</summary>
    public int AskAfterSeconds { get; init; } = 300;

    public int AskTimesMax { get; init; } = 6;
    public bool Exercise { get; init; }
}

/// <summary>The page went to its next step, or round; <paramref name="Skipped"/> steps had nobody to reach.</summary>
public sealed record PageClimbed(int NextStep, ImmutableArray<int> Skipped, DateTimeOffset NextAt) : Happening;

/// <summary>Somebody is to be reached. Written before anything leaves the house. <paramref name="Reference"/> is random, so
/// that the text can be found again at the gateway; the code is what the person replies with.</summary>
/// <param name="AddedBy">The role of whoever had this person rung beside the plan.</param>
public sealed record AttemptPlanned(
    Guid Attempt, string Role, string Channel, Guid Person, string Reference, int Code, int ValiditySeconds, string? AddedBy = null) : Happening;

/// <summary>The gateway took it. <paramref name="MaybeDouble"/>: an earlier request of this attempt ended unknown.</summary>
/// <param name="Bundled">Of how many pages the message tells; null: of this one alone.</param>
/// <param name="TakenAlong">It went out in another page's message, which hears what becomes of it.</param>
public sealed record AttemptSent(Guid Attempt, bool MaybeDouble, string? Gateway = null, int? Bundled = null, bool TakenAlong = false) : Happening;

/// <summary>It may not go yet: the person, or the hour, has had enough. It goes then, with whatever else waits.</summary>
public sealed record AttemptDelayed(Guid Attempt, DateTimeOffset Until, string Why) : Happening;

/// <summary>Its time has come.</summary>
public sealed record AttemptReleased(Guid Attempt) : Happening;

/// <summary>What the provider said, in its own order: never back from a final word.</summary>
public sealed record AttemptReported(Guid Attempt, string Status) : Happening;

/// <summary>No callback has told the end of it, so the provider is asked; what it says comes as any other report.
/// <paramref name="NextAt"/> is when it will be asked again should that be no final word either.</summary>
public sealed record AttemptAsked(Guid Attempt, DateTimeOffset NextAt) : Happening;

/// <summary>It did not ring, and why. <paramref name="MoveOn"/>: waiting longer for this one makes no sense.</summary>
public sealed record AttemptFailed(Guid Attempt, string WhyNot, bool MoveOn) : Happening;

/// <summary>A person looked at an attempt that did not get out and ended it; its page goes on with its plan.</summary>
public sealed record AttemptClosed(Guid Attempt, Actor By, SealedRef Reason) : Happening;

/// <summary>A person ended an attempt that did not get out and had somebody else rung in its place, who belongs to the page's plan
/// from then on.</summary>
public sealed record AttemptReassigned(Guid Attempt, Guid Person, string Role, Actor By, SealedRef Reason) : Happening;

/// <summary>A human has it. How: console, sms, key.</summary>
public sealed record PageAcknowledged(Actor By, string How, Guid? Attempt) : Happening;

/// <summary>Acknowledged, but nobody did anything: it rings from the start of its plan.</summary>
public sealed record PageRangAgain : Happening;

public sealed record PageStopped(Actor By, SealedRef Reason) : Happening;

/// <summary>Nobody need answer it any more: the drill it belonged to is over.</summary>
public sealed record PageLapsed : Happening;

public static class PageEvents
{
    public static void Register()
    {
        Codec.Register<PageStarted>("page_started");
        Codec.Register<PageClimbed>("page_climbed");
        Codec.Register<AttemptPlanned>("attempt_planned");
        Codec.Register<AttemptSent>("attempt_sent");
        Codec.Register<AttemptDelayed>("attempt_delayed");
        Codec.Register<AttemptReleased>("attempt_released");
        Codec.Register<AttemptReported>("attempt_reported");
        Codec.Register<AttemptAsked>("attempt_asked");
        Codec.Register<AttemptFailed>("attempt_failed");
        Codec.Register<AttemptClosed>("attempt_closed");
        Codec.Register<AttemptReassigned>("attempt_reassigned");
        Codec.Register<PageAcknowledged>("page_acknowledged");
        Codec.Register<PageRangAgain>("page_rang_again");
        Codec.Register<PageStopped>("page_stopped");
        Codec.Register<PageLapsed>("page_lapsed");
    }
}
