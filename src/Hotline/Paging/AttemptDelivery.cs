using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Carries one attempt to the gateway: noted before it is requested, looked for before it is repeated, dropped once
/// somebody has answered.</summary>
public sealed class AttemptDelivery(
    IChannel channel, string topic, IEventStore store, StreamKinds kinds, Writer writer, Requests requests, Contacts contacts,
    IBusinessClock clock, PageMeter meter, ILogger<AttemptDelivery> log) : IOutboxHandler
{
    /// <summary>The list of the gateway may lag behind what it has taken.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LookBack = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private const int LooksBeforeRepeat = 2;

    /// <summary>What the gateway refuses us with: one alarm, not one per page, and another once it had worked in between.</summary>
    private int refusedWith;

    public string Topic => topic;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (pageId, attemptId) = AttemptRef.Of(item);
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, pageId, cancel);
        if (page.Attempt(attemptId) is not { IsSettled: false } attempt) return new OutboxEnd.Done();
        var note = await requests.NoteOf(attemptId, cancel);
        if (await contacts.Of(attempt.Person, cancel) is not { } contact || await contacts.NumberOf(contact, cancel) is not { } number)
            return await Fail(page, attempt, "no-number", moveOn: true);
        if (note is not null && await Settle(page, attempt, number, note, cancel) is { } settled) return settled;
        if (!page.IsRinging) return await Fail(page, attempt, "answered-first", moveOn: false);
        if (Overtaken(page, attempt)) return await Fail(page, attempt, "overtaken", moveOn: false);
        if ((channel.Name == Channels.Sms ? contact.SmsOff : contact.CallOff) is not null)
            return await Fail(page, attempt, "channel-off", moveOn: true);
        return await Request(page, attempt, contact, number, note is not null, item.Attempt, cancel);
    }

    /// <summary>A later attempt at the same person by the same channel is under way: an old one that comes out of a jam
    /// would only ring twice.</summary>
    private static bool Overtaken(PageFile page, PageAttempt attempt) =>
        page.Attempts.Any(a => a.Climb > attempt.Climb && a.Person == attempt.Person && a.Channel == attempt.Channel);

    /// <summary>An earlier request ended unclear. Null when it surely did not arrive and may be repeated.</summary>
    private async Task<OutboxEnd?> Settle(PageFile page, PageAttempt attempt, PhoneNumber number, RequestNote note, CancellationToken cancel)
    {
        switch (await channel.Look(attempt, number, note.At - LookBack, sid => requests.Knows(sid, cancel), cancel))
        {
            case Looked.Found found:
                return await Sent(page, attempt, found.Sid, found.Status, maybeDouble: false);
            case Looked.NoAnswer:
                return new OutboxEnd.Again(LookAgainAfter, "the gateway does not say whether it has it");
            default:
                if (note.Looks + 1 >= LooksBeforeRepeat) return null;
                await requests.Note(note with { Looks = note.Looks + 1 });
                return new OutboxEnd.Again(LookAgainAfter, "not listed yet; looking again before repeating");
        }
    }

    private async Task<OutboxEnd> Request(
        PageFile page, PageAttempt attempt, Contact contact, PhoneNumber number, bool repeated, int tries, CancellationToken cancel)
    {
        var note = new RequestNote(attempt.Id, page.Id, clock.Now, 0);
        await requests.Note(note);
        switch (await channel.Send(page, attempt, number, cancel))
        {
            case Submitted.Accepted yes:
                Interlocked.Exchange(ref refusedWith, 0);
                return await Sent(page, attempt, yes.Sid, yes.Status, repeated);
            case Submitted.Rejected { Class: ErrorClass.Temporary }:
                await requests.Forget(note);
                return new OutboxEnd.Again(Backoff(attempt.Id, tries), "refused for the moment");
            case Submitted.Rejected no:
                return await Rejected(page, attempt, contact, no);
            case Submitted.NotProcessed wait:
                await requests.Forget(note);
                meter.Ended(channel.Name, "not-processed");
                return new OutboxEnd.Again(wait.RetryAfter ?? Backoff(attempt.Id, tries), "not processed");
            case Submitted.Unknown unclear:
                meter.Ended(channel.Name, "unknown");
                return new OutboxEnd.Again(TimeSpan.FromSeconds(1), $"outcome unknown: {unclear.Why}");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async Task<OutboxEnd> Rejected(PageFile page, PageAttempt attempt, Contact contact, Submitted.Rejected no)
    {
        var why = Statuses.Why(no.Class, no.Code);
        var code = no.Code ?? -1;
        if (no.Class is ErrorClass.SetUp or ErrorClass.Request && Interlocked.Exchange(ref refusedWith, code) != code)
            log.GatewayRefusesUs(no.Class.ToString(), no.Code);
        if (no.Class == ErrorClass.PermanentAddress)
        {
            await (channel.Name == Channels.Sms ? contacts.SetSms(contact, why, clock.Now) : contacts.SetCall(contact, why, clock.Now));
            log.ChannelOff(contact.Person, channel.Name, why);
        }
        return await Fail(page, attempt, why, moveOn: true);
    }

    private async Task<OutboxEnd> Sent(PageFile seen, PageAttempt attempt, string sid, string status, bool maybeDouble)
    {
        await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, seen.Id, CancellationToken.None);
            var now = page.Attempt(attempt.Id)!;
            List<Happening> events = [];
            if (now.SentAt is null || (maybeDouble && !now.MaybeDouble)) events.Add(new AttemptSent(attempt.Id, maybeDouble));
            if (Statuses.Advances(now.ProviderStatus, status)) events.Add(new AttemptReported(attempt.Id, status));
            return new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), page.Id, page, [.. events]))
            {
                Rows = [Requests.Sid(sid, attempt, page.Id)],
                // Somebody answered while the request was under way.
                Outbox = page.IsRinging || attempt.Channel != Channels.Call || Statuses.IsFinal(status)
                    ? []
                    : [new(OutboxIds.EndCall(attempt.Id), Topics.EndCall, AttemptRef.Json(page.Id, attempt.Id))],
            };
        });
        return Ended(seen, attempt, "sent");
    }

    private async Task<OutboxEnd> Fail(PageFile seen, PageAttempt attempt, string whyNot, bool moveOn)
    {
        await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, seen.Id, CancellationToken.None);
            return page.Attempt(attempt.Id) is { IsSettled: true }
                ? new Decision.Nothing()
                : new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), page.Id, page, new AttemptFailed(attempt.Id, whyNot, moveOn)));
        });
        return Ended(seen, attempt, whyNot);
    }

    private OutboxEnd.Done Ended(PageFile page, PageAttempt attempt, string end)
    {
        meter.Ended(channel.Name, end);
        log.AttemptEnded(page.Id, attempt.Id, channel.Name, end);
        return new OutboxEnd.Done();
    }

    /// <summary>Growing waits; the attempt's own id spreads them, so that many do not come back together.</summary>
    private static TimeSpan Backoff(Guid attempt, int tries)
    {
        var seconds = Math.Min(WaitMax.TotalSeconds, Math.Pow(2, Math.Min(tries, 6) - 1));
        return TimeSpan.FromSeconds(seconds * (0.75 + attempt.ToByteArray()[^1] / 512.0));
    }
}

/// <summary>Ends a call whose page was answered elsewhere.</summary>
public sealed class CallEnding(TwilioClient gateway, Requests requests) : IOutboxHandler
{
    private const int TriesMax = 8;

    public string Topic => Topics.EndCall;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        if (item.Attempt > TriesMax) return new OutboxEnd.Done(); // It has stopped ringing by itself long ago.
        if (await requests.SidOf(AttemptRef.Of(item).Attempt, cancel) is not { } sid)
            return new OutboxEnd.Again(TimeSpan.FromSeconds(2), "the call is not known yet");
        return await gateway.EndCall(sid, cancel) is Submitted.Accepted or Submitted.Rejected
            ? new OutboxEnd.Done()
            : new OutboxEnd.Again(TimeSpan.FromSeconds(2), "the gateway did not say");
    }
}
