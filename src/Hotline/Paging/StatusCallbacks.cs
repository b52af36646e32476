using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>What a gateway says of an attempt, in our words.</summary>
public sealed record Receipt(Guid Page, Guid Attempt, string Gateway, string Sid, string Status, Cause? Cause);

/// <summary>What the gateway says of an attempt: kept once, in the order of its words and not of their arrival. The first may
/// come before our own request has returned; it then proves that the request got through.</summary>
public sealed class StatusCallbacks(Writer writer, IEventStore store, StreamKinds kinds, Contacts contacts, Bundles bundles, IIds ids, IBusinessClock clock,
    ILogger<StatusCallbacks> log)
{
    public async Task Hear(Receipt said)
    {
        if (Statuses.Rank(said.Status) == 0) return;
        var now = clock.Now;
        var others = await bundles.Of(said.Attempt, CancellationToken.None);
        await writer.Write(null, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, said.Page, CancellationToken.None);
            // Somebody else's id: no effect, and nothing kept that could grow without limit.
            if (page.Attempt(said.Attempt) is not { } attempt) return new Decision.Nothing();
            List<Happening> events = [];
            if (attempt.SentAt is null) events.Add(new AttemptSent(said.Attempt, MaybeDouble: false, said.Gateway, others.IsEmpty ? null : others.Length));
            if (Statuses.Advances(attempt.ProviderStatus, said.Status)) events.Add(new AttemptReported(said.Attempt, said.Status));
            if (WhyNot(attempt, said) is { } failed) events.Add(failed);
            return new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), said.Page, page, [.. events]))
            {
                Rows =
                [
                    Requests.Sid(said.Sid, attempt, said.Page, said.Gateway),
                    Requests.Callback(said.Sid, said.Status, said.Cause?.Code, said.Page, now),
                ],
                // Those that went along hear the end of it.
                Outbox = events.Count == 0 || !Statuses.IsFinal(said.Status) ? []
                    : [.. others.Where(w => w.Attempt != said.Attempt).Select(w => new OutboxMessage(ids.New(), Topics.Follow, AttemptRef.Json(w.Page, w.Attempt)))],
            };
        });
        if (Statuses.IsFinal(said.Status) && said.Cause is { Class: ErrorClass.PermanentAddress } cause) await TakeOff(said, cause);
    }

    /// <summary>A failure is told once; a code that comes after a copy without one makes the reason better.</summary>
    private static AttemptFailed? WhyNot(PageAttempt attempt, Receipt said)
    {
        if (attempt.AnsweredAt is not null) return null;
        if (Statuses.IsFinal(attempt.ProviderStatus) && attempt.ProviderStatus != said.Status) return null;
        var failed = Statuses.Failure(attempt.Id, attempt.Channel, said.Status, said.Cause);
        return failed is null || attempt.WhyNot == failed.WhyNot || (attempt.WhyNot is not null && said.Cause is null) ? null : failed;
    }

    private async Task TakeOff(Receipt said, Cause cause)
    {
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, said.Page, CancellationToken.None);
        if (page.Attempt(said.Attempt) is not { } attempt || await contacts.Of(attempt.Person, CancellationToken.None) is not { } contact) return;
        var why = Statuses.Why(cause);
        await (attempt.Channel == Channels.Sms ? contacts.SetSms(contact, why, clock.Now) : contacts.SetCall(contact, why, clock.Now));
        log.ChannelOff(contact.Person, attempt.Channel, why);
    }
}
