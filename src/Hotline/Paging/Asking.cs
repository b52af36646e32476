using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>Callbacks come late, twice or never. Where none has told how an attempt ended, the provider is asked: when a timer in the
/// store says so, at growing waits, until it says a final word. Pure.</summary>
public static class Asking
{
    public const string NoReceipt = "no-receipt";
    private static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    /// <summary><paramref name="now"/> is the timer's due time; the next wait counts from where the clock stands, so that a jump asks
    /// once. "Sent" may stay the provider's last word for good: after the last question that is how it ended.</summary>
    public static Decision Decide(StreamKind kind, PageFile page, IIds ids, DateTimeOffset now, DateTimeOffset clockNow)
    {
        var due = page.Attempts.Where(a => a.AskAt <= now + PageTimers.Rounding).ToList();
        if (due.Count == 0) return new Decision.Nothing(PageTimers.Ask(page));
        var present = clockNow > now ? clockNow : now;
        var ask = due.Where(a => a.Asked < page.Started!.AskTimesMax).ToList();
        return new Decision.Accepted(Writing.To(kind, page.Id, page,
        [
            .. ask.Select(a => new AttemptAsked(a.Id, present + Wait(page.Started!.AskAfterSeconds, a.Asked + 1))),
            .. due.Except(ask).Select(a => new AttemptFailed(a.Id, NoReceipt, MoveOn: false)),
        ]))
        {
            Outbox = [.. ask.Select(a => new OutboxMessage(ids.New(), Topics.Ask, AttemptRef.Json(page.Id, a.Id)))],
        };
    }

    private static TimeSpan Wait(int firstSeconds, int asked)
    {
        var wait = TimeSpan.FromSeconds(firstSeconds * Math.Pow(2, Math.Min(asked, 20)));
        return wait < WaitMax ? wait : WaitMax;
    }
}

/// <summary>An attempt has had no final word for too long.</summary>
public sealed class AskTimer(Writer writer, IIds ids, IBusinessClock clock) : ITimerHandler
{
    public string Kind => PageTimers.AskKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await writer.Write(null, now, async load =>
        Asking.Decide(load.Kind(PageFile.KindName), await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None), ids, now, clock.Now));
}

/// <summary>Asks the provider. Not in the timer itself, where a gateway that hangs would hold up the pages that climb.</summary>
public sealed class StatusAsking(
    Gateways gateways, IEventStore store, StreamKinds kinds, Requests requests, Contacts contacts, StatusCallbacks callbacks) : IOutboxHandler
{
    public string Topic => Topics.Ask;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (pageId, attemptId) = AttemptRef.Of(item);
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, pageId, cancel);
        if (page.Attempt(attemptId) is not { AskAt: not null } attempt || await requests.SidOf(attemptId, cancel) is not var (sid, gateway)) return new OutboxEnd.Done();
        if (await contacts.Of(attempt.Person, cancel) is not { } contact || await contacts.NumberOf(contact, cancel) is not { } number) return new OutboxEnd.Done();
        // A gateway that cannot say is asked again when the timer says so.
        if (gateways.Find(attempt.Channel, gateway) is { } channel && await channel.Ask(attempt, sid, number, cancel) is { } said)
            await callbacks.Hear(new(pageId, attemptId, gateway, sid, said.Status, said.Cause));
        return new OutboxEnd.Done();
    }
}
