using System.Collections.Immutable;
using System.Globalization;
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

/// <summary>A call-back was asked for: rings the officer's own telephone, which then is joined with the caller's.</summary>
public sealed class CallBackDue(
    Line line, LineDocuments documents, IEventStore store, StreamKinds kinds, Contacts contacts, TwilioClient gateway, TwilioSettings settings, ILogger<CallBackDue> log) : ITimerHandler
{
    private static readonly TimeSpan RingFor = TimeSpan.FromSeconds(30);

    public string Kind => CallBackTimer.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var attempt = long.Parse(timer.Payload!, CultureInfo.InvariantCulture);
        var call = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, timer.Stream, cancel);
        if (call.Call?.Backs.FirstOrDefault(b => b.Attempt == attempt) is not { How: null } back) return;
        var contact = await contacts.Of(back.By, cancel);
        var number = contact is null ? null : await contacts.NumberOf(contact, cancel);
        var how = !CallingBack.MayDial(call.Call.Received, settings) ? CallBackFared.NotAbroad
            : number is not { } to ? CallBackFared.NoTelephone
            : await gateway.PlaceCall(new(to, documents.Bridge("voice-bridge", call.Id, attempt), documents.Bridge("voice-bridge-status", call.Id, attempt), RingFor), CancellationToken.None) switch
            {
                // An unknown end may ring a second time, or not at all: the officer sees which, and the clock goes on.
                Submitted.Accepted or Submitted.Unknown => CallBackFared.Dialling,
                Submitted.Rejected no => Refused(call.Id, no),
                _ => throw new InvalidOperationException("The gateway takes no calls just now; the timer fires again."),
            };
        await line.Fared(call.Id, attempt, how);
    }

    private string Refused(Guid call, Submitted.Rejected no)
    {
        log.Refused(call, no.Class.ToString());
        return CallBackFared.Refused;
    }
}
