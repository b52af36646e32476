using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;

namespace Hotline.Calls;

/// <summary>How a call-back fared. Pure.</summary>
public static class CallingBack
{
    /// <summary>The number of a call that another line took would leave the country with the first digit dialled: not before the
    /// operator has recorded on what legal basis. A call to our own line came that way by itself.</summary>
    public static bool MayDial(CallReceived call, TwilioSettings gateway) => call.Centre is null || !gateway.IsPagingOnly || gateway.BaseUrl.IsLoopback;

    public static Decision Decide(StreamKind kind, CaseFile call, long attempt, string how, Pack pack, DateTimeOffset now)
    {
        // What is over stays over: the officer's own line ends after the two were joined, too.
        if (call.Call?.Backs.FirstOrDefault(b => b.Attempt == attempt) is not { IsUnderWay: true } back || back.How == how) return new Decision.Nothing();
        ImmutableArray<Happening> fared = [new CallBackFared(attempt, how)];
        return new Decision.Accepted(Writing.To(kind, call.Id, call, how == CallBackFared.NotReached
            ? fared.AddRange(Hearing.Take(pack, Stepping.Fold(call, fared, now), "RecordNotReached", now)) : fared));
    }
}

/// <summary>An outbox payload: ids only.</summary>
public sealed record BackRef(Guid Call, long Attempt)
{
    public const string Topic = "telephone.call-back";

    public OutboxMessage Message(Guid id) => new(id, Topic, JsonSerializer.Serialize(this, Codec.Json), Urgency: LineUrgency.SomebodyWaits);

    public static BackRef Of(OutboxItem item) =>
        JsonSerializer.Deserialize<BackRef>(item.Payload, Codec.Json) ?? throw new InvalidOperationException("An empty payload.");
}

/// <summary>A call-back was asked for.</summary>
public sealed class CallBackDue(Writer writer, IIds ids) : ITimerHandler
{
    public string Kind => CallBackTimer.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var back = new BackRef(timer.Stream, long.Parse(timer.Payload!, CultureInfo.InvariantCulture));
        await writer.Write(null, now, _ => Task.FromResult<Decision>(
            new Decision.Accepted() { Outbox = [back.Message(ids.New())], Timers = [new TimerChange.Cancel(timer.Key)] }));
    }
}

/// <summary>Rings the officer's own telephone, which then is joined with the caller's. Not in the timer itself, where a gateway that
/// hangs would hold up every other timer.</summary>
public sealed class BackDialling(
    Line line, LineDocuments documents, IEventStore store, StreamKinds kinds, Contacts contacts, TwilioClient gateway, TwilioSettings settings,
    ILogger<BackDialling> log) : IOutboxHandler
{
    private static readonly TimeSpan RingFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(5);

    public string Topic => BackRef.Topic;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (id, attempt) = BackRef.Of(item);
        var call = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, id, cancel);
        if (call.Call?.Backs.FirstOrDefault(b => b.Attempt == attempt) is not { How: null } back) return new OutboxEnd.Done();
        var contact = await contacts.Of(back.By, cancel);
        var number = contact is null ? null : await contacts.NumberOf(contact, cancel);
        if (!CallingBack.MayDial(call.Call.Received, settings)) return await Fared(id, attempt, CallBackFared.NotAbroad);
        if (number is not { } to) return await Fared(id, attempt, CallBackFared.NoTelephone);
        var documentsOf = (string name) => documents.Bridge(name, id, attempt);
        switch (await gateway.PlaceCall(new(to, documentsOf("voice-bridge"), documentsOf("voice-bridge-status"), RingFor), CancellationToken.None))
        {
            case Submitted.NotProcessed no:
                return new OutboxEnd.Again(no.RetryAfter ?? AgainAfter, "not processed");
            case Submitted.Rejected no:
                log.Refused(id, no.Class.ToString());
                return await Fared(id, attempt, CallBackFared.Refused);
            // An unknown end may ring a second time, or not at all: the officer sees which, and the clock goes on.
            default:
                return await Fared(id, attempt, CallBackFared.Dialling);
        }
    }

    private async Task<OutboxEnd> Fared(Guid call, long attempt, string how)
    {
        await line.Fared(call, attempt, how);
        return new OutboxEnd.Done();
    }
}
