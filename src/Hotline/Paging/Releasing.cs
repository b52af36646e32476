using Hotline.Cases;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Attempts that were held back may go. Pure.</summary>
public static class Releasing
{
    public static Decision Decide(StreamKind kind, PageFile page, LimitRules rules, IIds ids, DateTimeOffset now)
    {
        var due = page.Attempts.Where(a => a.ReleaseAt <= now + PageTimers.Rounding).ToList();
        return due.Count == 0
            ? new Decision.Nothing(PageTimers.Release(page))
            : new Decision.Accepted(Writing.To(kind, page.Id, page, [.. due.Select(a => new AttemptReleased(a.Id))]))
            {
                Outbox = [.. due.Select(a => new OutboxMessage(ids.New(), Topics.Of(a.Channel), AttemptRef.Json(page.Id, a.Id), Urgency: Urgency.Of(rules, page)))],
            };
    }
}

/// <summary>The time has come for which an attempt waited.</summary>
public sealed class ReleaseTimer(Writer writer, PolicyBook policies, IIds ids) : ITimerHandler
{
    public string Kind => PageTimers.ReleaseKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
        Releasing.Decide(load.Kind(PageFile.KindName), await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None), policies.Current.Limits, ids, now));
}

/// <summary>Tells an attempt what became of the message that took it along.</summary>
public sealed class FollowDelivery(Writer writer, IBundles bundles, IBusinessClock clock) : IOutboxHandler
{
    public string Topic => Topics.Follow;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (pageId, attemptId) = AttemptRef.Of(item);
        if (await bundles.LeadOf(attemptId, cancel) is not var (lead, leadPage)) return new OutboxEnd.Done();
        await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, pageId, CancellationToken.None);
            var other = (await load.Load<PageFile>(PageFile.KindName, leadPage, CancellationToken.None)).Attempt(lead);
            return page.Attempt(attemptId) is { } own && other is not null && Following.Of(own, other) is { IsEmpty: false } events
                ? new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), pageId, page, events))
                : new Decision.Nothing();
        });
        return new OutboxEnd.Done();
    }
}
