using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Carries one attempt to a gateway: noted before it is requested, looked for before it is repeated, dropped once
/// somebody has answered.</summary>
public sealed class AttemptDelivery(
    string channel, string topic, IEventStore store, StreamKinds kinds, Writer writer, Requests requests, Contacts contacts, Gateways gateways,
    Turns turns, Bundles bundles, TimeProvider time, IIds ids, IBusinessClock clock, PageMeter meter, ILogger<AttemptDelivery> log) : IOutboxHandler
{
    /// <summary>The list of the gateway may lag behind what it has taken.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(3);

    /// <summary>A gateway that does not say for so long whether it has an emergency's page is not waited for: another one carries it.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);
    private const int LooksBeforeRepeat = 2;

    public string Topic => topic;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (pageId, attemptId) = AttemptRef.Of(item);
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, pageId, cancel);
        if (page.Attempt(attemptId) is not { SentAt: null } attempt) return new OutboxEnd.Done();
        // A person ended it before it got out: what went along with it must not end too.
        if (attempt.IsSettled) return await LetGo(page, attempt);
        var note = await requests.NoteOf(attemptId, cancel);
        if (await contacts.Of(attempt.Person, cancel) is not { } contact || await contacts.NumberOf(contact, cancel) is not { } number)
            return await Fail(page, attempt, "no-number", moveOn: true);
        var ways = gateways.For(channel, number);
        if (note is not null)
        {
            if (await Settle(page, attempt, number, note, cancel) is { } settled) return settled;
            if (IsSilent(note) && ways.Length > 1) ways = ways.RemoveAll(w => w.Gateway == note.Gateway);
        }
        if (!page.IsRinging) return await Fail(page, attempt, "answered-first", moveOn: false);
        if (page.Overtook(attempt)) return await Fail(page, attempt, "overtaken", moveOn: false);
        if (!(channel == Channels.Sms ? contact.CanText : contact.CanCall))
            return await Fail(page, attempt, "channel-off", moveOn: true);
        switch (await turns.Take(page, attempt, contact, cancel))
        {
            case Turn.Later later:
                return await Delay(page, attempt, later);
            case Turn.TakenAlong along:
                // The message that took it along wakes it as soon as its own end is known.
                return (along.Sent is { } sent ? NotKept(await Follow(pageId, attemptId, sent)) : null) as OutboxEnd ?? new OutboxEnd.Done();
            case Turn.Now now:
                return await Request(new(page, attempt, contact, number, now.Bundle, note is not null, item.Attempt), ways, cancel);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Kept with its time, by which a timer sends it on its way again.</summary>
    private async Task<OutboxEnd> Delay(PageFile seen, PageAttempt attempt, Turn.Later later)
    {
        var written = await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, seen.Id, CancellationToken.None);
            return page.Attempt(attempt.Id) is not { IsSettled: false, ReleaseAt: null }
                ? new Decision.Nothing()
                : new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), page.Id, page, new AttemptDelayed(attempt.Id, later.Held.Until, later.Held.Why)))
                {
                    Rows = [Bundles.Waits(page, attempt, later.WasTaken)],
                };
        });
        return NotKept(written) as OutboxEnd ?? Ended(seen, attempt, later.Held.Why);
    }

    private Task<Written> Follow(Guid pageId, Guid attemptId, PageAttempt lead) => writer.Write(null, clock.Now, async load =>
    {
        var page = await load.Load<PageFile>(PageFile.KindName, pageId, CancellationToken.None);
        return page.Attempt(attemptId) is { } own && Following.Of(own, lead) is { IsEmpty: false } events
            ? new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), pageId, page, events))
            : new Decision.Nothing();
    });

    /// <summary>What a request is made of.</summary>
    private sealed record Errand(PageFile Page, PageAttempt Attempt, Contact Contact, PhoneNumber Number, Bundle? Bundle, bool Repeated, int Tries);

    private bool IsSilent(RequestNote note) => clock.Now - note.At > SilenceMax;

    /// <summary>An earlier request ended unclear. Null when it may be repeated: it surely did not arrive, or its gateway has been silent
    /// for too long and another one is there.</summary>
    private async Task<OutboxEnd?> Settle(PageFile page, PageAttempt attempt, PhoneNumber number, RequestNote note, CancellationToken cancel)
    {
        if (gateways.Find(channel, note.Gateway) is not { } way) return null;
        switch (await way.Look(attempt, number, note.At, sid => requests.Knows(sid, cancel), cancel))
        {
            case Looked.Found found:
                return await Sent(page, attempt, way, found.Sid, found.Status, maybeDouble: false);
            case Looked.NoAnswer when IsSilent(note) && gateways.For(channel, number).Any(w => w.Gateway != note.Gateway):
                return null;
            case Looked.NoAnswer:
                return new OutboxEnd.Again(LookAgainAfter, "the gateway does not say whether it has it");
            default:
                if (note.Looks + 1 >= LooksBeforeRepeat) return null;
                await requests.Note(note with { Looks = note.Looks + 1 });
                return new OutboxEnd.Again(LookAgainAfter, "not listed yet; looking again before repeating");
        }
    }

    private async Task<OutboxEnd> Request(Errand errand, ImmutableArray<IChannel> ways, CancellationToken cancel)
    {
        var (page, attempt) = (errand.Page, errand.Attempt);
        for (var i = 0; i < ways.Length; i++)
        {
            var way = ways[i];
            if (gateways.Reserve(way, page.Started!, time.GetUtcNow()) is not { } wait) return new OutboxEnd.Again(Gateways.QueueMax, "the gateway's rate is used up");
            if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancel);
            var note = new RequestNote(attempt.Id, page.Id, clock.Now, 0, way.Gateway);
            if (errand.Repeated && i == 0) await requests.Note(note);
            // One request in flight for each attempt: who else was sent for it leaves it to that one.
            else if (!await requests.Begin(note)) return new OutboxEnd.Done();
            var end = await way.Send(page, attempt, errand.Bundle, errand.Number, cancel);
            if (end is Submitted.Rejected refused) gateways.Refused(way, errand.Number, refused);
            switch (Routing.After(end, errand.Tries, hasOther: i + 1 < ways.Length))
            {
                case AfterRequest.Sent when end is Submitted.Accepted yes:
                    gateways.Worked(way, errand.Number);
                    return await Sent(page, attempt, way, yes.Sid, yes.Status, errand.Repeated);
                case AfterRequest.Look when end is Submitted.Unknown unclear:
                    meter.Ended(channel, "unknown", page.Started!.Exercise);
                    return new OutboxEnd.Again(TimeSpan.FromSeconds(1), $"outcome unknown: {unclear.Why}");
                case AfterRequest.Wait:
                    await requests.Forget(note);
                    meter.Ended(channel, "not-processed", page.Started!.Exercise);
                    return new OutboxEnd.Again((end as Submitted.NotProcessed)?.RetryAfter ?? Backoff(attempt.Id, errand.Tries), "not processed");
                case AfterRequest.OtherGateway:
                    await requests.Forget(note);
                    log.OtherGateway(page.Id, attempt.Id, way.Gateway, ways[i + 1].Gateway);
                    continue;
                default:
                    return await Rejected(errand, (Submitted.Rejected)end);
            }
        }
        throw new System.Diagnostics.UnreachableException();
    }

    private async Task<OutboxEnd> Rejected(Errand errand, Submitted.Rejected no)
    {
        var why = Statuses.Why(new(no.Class, no.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""));
        if (no.Class == ErrorClass.PermanentAddress)
        {
            await (channel == Channels.Sms ? contacts.SetSms(errand.Contact, why, clock.Now) : contacts.SetCall(errand.Contact, why, clock.Now));
            log.ChannelOff(errand.Contact.Person, channel, why);
        }
        return await Fail(errand.Page, errand.Attempt, why, moveOn: true);
    }

    private async Task<OutboxEnd> Sent(PageFile seen, PageAttempt attempt, IChannel way, string sid, string status, bool maybeDouble)
    {
        var others = await bundles.Others(attempt, Topics.Follow, ids, CancellationToken.None);
        var written = await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, seen.Id, CancellationToken.None);
            var now = page.Attempt(attempt.Id)!;
            List<Happening> events = [];
            if (now.SentAt is null || (maybeDouble && !now.MaybeDouble)) events.Add(new AttemptSent(attempt.Id, maybeDouble, way.Gateway, others.IsEmpty ? null : others.Length + 1));
            if (Statuses.Advances(now.ProviderStatus, status)) events.Add(new AttemptReported(attempt.Id, status));
            return new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), page.Id, page, [.. events]))
            {
                Rows = [Requests.Sid(sid, attempt, page.Id, way.Gateway)],
                // Somebody answered while the request was under way.
                Outbox = page.IsRinging || attempt.Channel != Channels.Call || Statuses.IsFinal(status)
                    ? others
                    : [.. others, new(OutboxIds.EndCall(attempt.Id, page), Topics.EndCall, AttemptRef.Json(page.Id, attempt.Id))],
            };
        });
        return NotKept(written) as OutboxEnd ?? Ended(seen, attempt, "sent");
    }

    private async Task<OutboxEnd> Fail(PageFile seen, PageAttempt attempt, string whyNot, bool moveOn)
    {
        var written = await LetGo(seen, attempt, new AttemptFailed(attempt.Id, whyNot, moveOn));
        return written is OutboxEnd.Done ? Ended(seen, attempt, whyNot) : written;
    }

    /// <summary>Nothing went out: whatever was to go along with it goes by itself, its turn is free, and whoever waits for it need wait
    /// no longer. So it is too where a person ended the attempt meanwhile.</summary>
    private async Task<OutboxEnd> LetGo(PageFile seen, PageAttempt attempt, AttemptFailed? failed = null)
    {
        var others = await bundles.Others(attempt, topic, ids, CancellationToken.None);
        var turn = await bundles.TurnOf(attempt.Id, CancellationToken.None);
        if (turn is not null) others = [.. others, .. await bundles.WakeAll(seen, attempt, topic, ids, CancellationToken.None)];
        ImmutableArray<RowChange> rows =
        [
            .. turn is { } serial ? [Bundles.GiveBack(seen, attempt, serial)] : Array.Empty<RowChange>(),
            .. attempt.DelayedUntil is null ? Array.Empty<RowChange>() : [Bundles.WaitsNoMore(attempt.Id)],
        ];
        var written = await writer.Write(null, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, seen.Id, CancellationToken.None);
            if (page.Attempt(attempt.Id) is not { SentAt: null } now) return new Decision.Nothing();
            ImmutableArray<Happening> events = failed is null || now.IsSettled ? [] : [failed];
            return events.IsEmpty && rows.IsEmpty && others.IsEmpty
                ? new Decision.Nothing()
                : new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), page.Id, page, events)) { Rows = rows, Outbox = others };
        });
        return NotKept(written) as OutboxEnd ?? new OutboxEnd.Done();
    }

    /// <summary>Null where a write came to its end; otherwise it is all done again: too many of its neighbours moved.</summary>
    private static OutboxEnd.Again? NotKept(Written end) => end is Written.Done or Written.Nothing ? null : new(AgainAfter, "not kept");

    private OutboxEnd.Done Ended(PageFile page, PageAttempt attempt, string end)
    {
        meter.Ended(channel, end, page.Started!.Exercise);
        log.AttemptEnded(page.Id, attempt.Id, channel, end);
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
        if (await requests.SidOf(AttemptRef.Of(item).Attempt, cancel) is not var (sid, _))
            return new OutboxEnd.Again(TimeSpan.FromSeconds(2), "the call is not known yet");
        return await gateway.EndCall(sid, cancel) is Submitted.Accepted or Submitted.Rejected
            ? new OutboxEnd.Done()
            : new OutboxEnd.Again(TimeSpan.FromSeconds(2), "the gateway did not say");
    }
}
