using System.Collections.Immutable;
using Hotline.Cases;

namespace Hotline.Paging;

/// <summary>One try to reach one person by one channel.</summary>
public sealed record PageAttempt(
    Guid Id, int Climb, string Role, string Channel, Guid Person, string Reference, int Code, int ValiditySeconds, DateTimeOffset PlannedAt)
{
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>By which gateway it went out.</summary>
    public string? Gateway { get; init; }
    /// <summary>Of how many pages its message tells; null: of this one alone.</summary>
    public int? Bundled { get; init; }

    /// <summary>Until when it was held back, and why; <see cref="ReleaseAt"/> while it still is.</summary>
    public DateTimeOffset? DelayedUntil { get; init; }
    public string? DelayedWhy { get; init; }
    public DateTimeOffset? ReleaseAt { get; init; }

    public string? ProviderStatus { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>When the provider was last asked for it, how often so far, and when it is asked again; null while its callbacks may
    /// still come, and once its end is known.</summary>
    public DateTimeOffset? AskedAt { get; init; }
    public int Asked { get; init; }
    public DateTimeOffset? AskAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }
    public string? WhyNot { get; init; }
    public bool MovedOn { get; init; }
    public bool MaybeDouble { get; init; }
    public string? AddedBy { get; init; }

    /// <summary>Nothing more is to be requested for it.</summary>
    public bool IsSettled => SentAt is not null || WhyNot is not null;

    public bool IsCallUnderWay => Channel == Channels.Call && SentAt is not null && !Statuses.IsFinal(ProviderStatus);
}

/// <summary>Somebody who is rung beside the plan, because a person said so.</summary>
public sealed record AddedTarget(Guid Person, string Role)
{
    public const string Level = "added";
}

/// <summary>What is true of a page, folded from its events.</summary>
public sealed record PageFile
{
    public const string KindName = "page";
    public const string Ringing = nameof(Ringing);
    public const string Acknowledged = nameof(Acknowledged);
    public const string Stopped = nameof(Stopped);
    public const string ClosedByHand = "closed-by-hand";
    public const string Reassigned = "reassigned";

    public required Guid Id { get; init; }
    public long Version { get; init; }
    public string State { get; init; } = "";
    public PageStarted? Started { get; init; }
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>From when the plan's times count: the start, or when it rang again.</summary>
    public DateTimeOffset RingingSince { get; init; }

    /// <summary>The plan's next step; its length means the plan is through and everybody is rung in rounds.</summary>
    public int NextStep { get; init; }

    /// <summary>How often it climbed; attempts of one climb belong together.</summary>
    public int Climb { get; init; }

    public DateTimeOffset? NextClimbAt { get; init; }
    public DateTimeOffset? IdleAt { get; init; }
    public ImmutableArray<PageAttempt> Attempts { get; init; } = [];

    /// <summary>People who were added to the plan by hand; each role as a step that belongs to every round.</summary>
    public ImmutableArray<AddedTarget> Added { get; init; } = [];
    public IEnumerable<PlanStep> AddedSteps => Added.Select(a => a.Role).Distinct().Select(role => new PlanStep(0, role, AddedTarget.Level, [Channels.Sms, Channels.Call]));

    public Actor? AcknowledgedBy { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public string? AcknowledgedHow { get; init; }
    public Actor? StoppedBy { get; init; }
    public string Why { get; init; } = "";

    /// <summary>When the provider is next asked for an attempt of this page.</summary>
    public DateTimeOffset? NextAskAt => Attempts.Min(a => a.AskAt);

    /// <summary>It rings for a call, which stands where a case would.</summary>
    public bool IsAboutCall => StandsAlone && !IsAboutDebrief;

    public bool IsAboutDebrief => StandsAlone && Started!.Why == PageNeed.DebriefOwed;

    private bool StandsAlone => Started is { About: { } about } started && about == started.Case;

    /// <summary>When the next of its attempts that were held back may go.</summary>
    public DateTimeOffset? NextReleaseAt => Attempts.Min(a => a.ReleaseAt);

    public bool IsRinging => State == Ringing;

    public bool PlanIsThrough => Started is { } plan && NextStep >= plan.Steps.Length;

    /// <summary>A later attempt at the same person by the same channel is under way: an old one that comes out of a jam
    /// would only ring twice.</summary>
    public bool Overtook(PageAttempt attempt) =>
        Attempts.Any(a => a.Climb > attempt.Climb && a.Person == attempt.Person && a.Channel == attempt.Channel);

    public PageAttempt? Attempt(Guid id) => Attempts.FirstOrDefault(a => a.Id == id);

    public PageFile Evolve(Recorded recorded)
    {
        var at = recorded.At;
        var next = recorded.What switch
        {
            PageStarted e => this with
            {
                State = Ringing, Started = e, StartedAt = at, RingingSince = at, Why = e.Why,
                NextClimbAt = at.AddSeconds(e.Steps.IsEmpty ? 0 : e.Steps[0].AfterSeconds),
            },
            PageClimbed e => this with { NextStep = e.NextStep, Climb = Climb + 1, NextClimbAt = e.NextAt },
            AttemptPlanned e => this with
            {
                Attempts = Attempts.Add(new(
                    e.Attempt, Climb, e.Role, e.Channel, e.Person, e.Reference, e.Code, e.ValiditySeconds, at) { AddedBy = e.AddedBy }),
            },
            AttemptSent e => Change(e.Attempt, a => WentOut(a, e, at)),
            AttemptDelayed e => Change(e.Attempt, a => a with { DelayedUntil = e.Until, DelayedWhy = e.Why, ReleaseAt = e.Until }),
            AttemptReleased e => Change(e.Attempt, a => a with { ReleaseAt = null }),
            AttemptReported e => Change(e.Attempt, a => Reported(Sent(a, at), e.Status, at)),
            AttemptAsked e => Change(e.Attempt, a => a with { AskedAt = at, Asked = a.Asked + 1, AskAt = e.NextAt }),
            AttemptFailed e => Failed(e, at),
            AttemptClosed e => Failed(new(e.Attempt, ClosedByHand, MoveOn: true), at),
            // No faster climb: somebody is rung in its place.
            AttemptReassigned e => Change(e.Attempt, a => a with { WhyNot = Reassigned, MovedOn = true, AskAt = null, ReleaseAt = null }) with
            {
                Added = [.. Added.Where(a => a.Person != e.Person), new(e.Person, e.Role)],
            },
            PageAcknowledged e => (e.Attempt is { } id ? Change(id, a => a with { AnsweredAt = at, WhyNot = null, AskAt = null }) : this) with
            {
                State = Acknowledged, AcknowledgedBy = e.By, AcknowledgedAt = at, AcknowledgedHow = e.How, NextClimbAt = null,
                IdleAt = at.AddSeconds(Started?.IdleAfterSeconds ?? 0),
            },
            PageRangAgain => this with
            {
                State = Ringing, Why = PageNeed.RingsAgain, NextStep = 0, RingingSince = at, NextClimbAt = at, IdleAt = null,
            },
            PageStopped e => this with { State = Stopped, StoppedBy = e.By, NextClimbAt = null, IdleAt = null },
            PageLapsed => this with { State = Stopped, NextClimbAt = null, IdleAt = null },
            _ => this,
        };
        return next with { Version = recorded.Version };
    }

    private PageAttempt WentOut(PageAttempt attempt, AttemptSent e, DateTimeOffset at)
    {
        var sent = Sent(attempt, at) with
        {
            MaybeDouble = attempt.MaybeDouble || e.MaybeDouble, Gateway = e.Gateway ?? attempt.Gateway, Bundled = e.Bundled ?? attempt.Bundled,
        };
        // The gateway knows the message by the page that led it, and is asked by that one.
        return e.TakenAlong ? sent with { AskAt = null } : sent;
    }

    private PageAttempt Sent(PageAttempt attempt, DateTimeOffset at) =>
        attempt.SentAt is null ? attempt with { SentAt = at, ReleaseAt = null, AskAt = at.AddSeconds(Started!.AskAfterSeconds) } : attempt;

    private static PageAttempt Reported(PageAttempt attempt, string status, DateTimeOffset at)
    {
        var delivered = status is "delivered" or "read";
        return attempt with
        {
            ProviderStatus = status, DeliveredAt = delivered ? at : attempt.DeliveredAt, AskAt = Statuses.IsFinal(status) ? null : attempt.AskAt,
            WhyNot = delivered ? null : attempt.WhyNot,
        };
    }

    private PageFile Failed(AttemptFailed e, DateTimeOffset at)
    {
        var next = Change(e.Attempt, a => a with { WhyNot = e.WhyNot, MovedOn = e.MoveOn, AskAt = null, ReleaseAt = null });
        // Nobody of this step can be reached any more: go on at once. In the rounds at the end the round's wait stays,
        // or a broken gateway would be hammered.
        var step = next.Attempts.Where(a => a.Climb == next.Climb).ToList();
        var lost = e.MoveOn && IsRinging && !PlanIsThrough && step.Count > 0 && step.All(a => a.MovedOn);
        return lost ? next with { NextClimbAt = at < NextClimbAt ? at : NextClimbAt } : next;
    }

    private PageFile Change(Guid attempt, Func<PageAttempt, PageAttempt> change) =>
        this with { Attempts = [.. Attempts.Select(a => a.Id == attempt ? change(a) : a)] };
}
