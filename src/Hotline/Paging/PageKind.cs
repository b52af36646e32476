using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>Pages as the write path and the tail see them: the row that lists show, and the timers.</summary>
public sealed class PageKind() : StreamKind<PageFile>(PageFile.KindName)
{
    protected override PageFile Start(Guid id) => new() { Id = id };

    protected override PageFile Evolve(PageFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(PageFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(PageFile file)
    {
        if (file.Started is not { } started) return [];
        return
        [
            new FileRow
            {
                Id = file.Id, Kind = Name, Version = file.Version, Number = file.Id.ToString("N"), State = file.State,
                Triage = started.Triage, Division = started.Division, Report = started.Report, CaseId = started.Case,
                IsOpen = file.IsRinging, DueAt = file.NextClimbAt, OpenedAt = file.StartedAt, Body = PageView.Of(file),
            }.Change(),
        ];
    }

    protected override IEnumerable<TimerChange> Timers(PageFile before, PageFile after)
    {
        if (before.NextClimbAt != after.NextClimbAt) yield return PageTimers.Climb(after);
        if (before.IdleAt != after.IdleAt) yield return PageTimers.Idle(after);
        if (before.NextAskAt != after.NextAskAt) yield return PageTimers.Ask(after);
        if (before.NextReleaseAt != after.NextReleaseAt) yield return PageTimers.Release(after);
    }
}

/// <summary>The timers of a page: when it climbs, when an acknowledgement without a deed stops counting, and when the provider is
/// asked for attempts whose end nobody has told.</summary>
public static class PageTimers
{
    public const string ClimbKind = "page.climb";
    public const string IdleKind = "page.idle";
    public const string AskKind = "page.ask";
    public const string ReleaseKind = "page.release";

    /// <summary>A due time in an event is finer than the one a timer's row can keep.</summary>
    public static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    public static TimerChange Climb(PageFile page) => Of($"page:{page.Id:N}:climb", ClimbKind, page.Id, page.NextClimbAt);

    public static TimerChange Idle(PageFile page) => Of($"page:{page.Id:N}:idle", IdleKind, page.Id, page.IdleAt);

    public static TimerChange Ask(PageFile page) => Of($"page:{page.Id:N}:ask", AskKind, page.Id, page.NextAskAt);

    public static TimerChange Release(PageFile page) => Of($"page:{page.Id:N}:release", ReleaseKind, page.Id, page.NextReleaseAt);

    private static TimerChange Of(string key, string kind, Guid page, DateTimeOffset? at) =>
        at is { } due ? new TimerChange.Set(key, kind, page, due) : new TimerChange.Cancel(key);
}

/// <summary>A page as its readers see it: no numbers, no provider ids, nobody's name.</summary>
public sealed record PageView(
    Guid Id, long Version, string? ReportNumber, Guid? ReportId, Guid? CaseId, string State, string Triage, string Division,
    string Why, string? Clock, Guid? About, Guid? CallId, Guid? Roster, Guid? Staff, Guid? HandOver, Guid? Drill, Guid? Debrief, DateTimeOffset StartedAt, DateTimeOffset? NextRingAt, AnswerView? Acknowledged, string? StoppedByRole, bool Exercise,
    IReadOnlyList<AttemptView> Attempts)
{
    /// <summary>Pages with the same one concern one household.</summary>
    public Guid? Household { get; init; }

    /// <summary>Whose turn it is when: the plan's name in the policy pack.</summary>
    public string? Plan { get; init; }

    public static PageView Of(PageFile page) => new(
        page.Id, page.Version, page.Started!.ReportNumber, page.Started.Report, page.IsAboutCall || page.IsAboutDebrief ? null : page.Started.Case, page.State, page.Started.Triage,
        page.Started.Division, page.Why, page.Started.Clock, page.Started.About,
        page.IsAboutCall ? page.Started.About : null, page.Started.Roster, page.Started.Staff, page.Started.HandOver, page.Started.Drill, page.IsAboutDebrief ? page.Started.About : null, page.StartedAt, page.NextClimbAt,
        page is { AcknowledgedBy: { } by, AcknowledgedAt: { } at } ? new(by.Role, at, page.AcknowledgedHow!) : null,
        page.StoppedBy?.Role, page.Started.Exercise,
        [.. page.Attempts.Select(a => new AttemptView(
            a.Role, a.Channel, a.PlannedAt, a.SentAt, a.ProviderStatus, a.DeliveredAt, a.AnsweredAt, a.WhyNot, a.MaybeDouble ? true : null, a.AskedAt, a.Gateway,
            a.DelayedUntil, a.DelayedWhy, a.Bundled, a.AddedBy))]) { Household = page.Started.Household, Plan = page.Started.Plan };
}

public sealed record AnswerView(string Role, DateTimeOffset At, string How);

public sealed record AttemptView(
    string Role, string Channel, DateTimeOffset PlannedAt, DateTimeOffset? SentAt, string? ProviderStatus, DateTimeOffset? DeliveredAt,
    DateTimeOffset? AnsweredAt, string? WhyNot, bool? MaybeDouble, DateTimeOffset? AskedAt, string? Gateway,
    DateTimeOffset? DelayedUntil, string? DelayedWhy, int? Bundled, string? AddedBy = null);
