using System.Globalization;
using Hotline.Simulator.Phones;

namespace Hotline.Simulator.Twilio;

/// <summary>Rings phones and keeps the line: the life of a call from dialling to its last status callback.</summary>
public sealed class Exchange(World world, Webhooks webhooks, IHostApplicationLifetime life)
{
    static readonly TimeSpan AutoAnswerAfter = TimeSpan.FromSeconds(2);
    static readonly TimeSpan MachineAnswersAfter = TimeSpan.FromSeconds(15);
    static readonly TimeSpan DialFor = TimeSpan.FromSeconds(0.2);

    public void Start(VoiceCall call) => _ = Guarded(call, Outbound);

    /// <summary>A phone calls the hotline.</summary>
    public VoiceCall Inbound(Phone phone, string to, string? shownAs)
    {
        var options = world.Options;
        var call = new VoiceCall
        {
            Sid = world.Sids.New("CA"),
            Direction = "inbound",
            From = shownAs ?? phone.Number,
            CallerPhone = phone.Number,
            To = to,
            CreatedAt = world.Clock.Now,
            Status = "ringing",
            StatusCallback = new Uri(options.HotlineUrl, "/webhooks/twilio/call-status").AbsoluteUri,
            Source = new(new Uri(options.HotlineUrl, "/webhooks/twilio/voice").AbsoluteUri,
                FallbackUrl: options.VoiceFallbackUrl),
        };
        world.Add(call);
        world.Change(() => phone.Current = call);
        world.Log("call", new { call.Sid, call.From, call.To, inbound = true });
        _ = Guarded(call, async (incoming, cancel) =>
        {
            await Conversation(incoming).Run(incoming.Source!, cancel);
            await Finish(incoming, incoming.AnsweredAt is null ? "busy" : "completed", null);
        });
        return call;
    }

    async Task Guarded(VoiceCall call, Func<VoiceCall, CancellationToken, Task> life_)
    {
        try
        {
            await life_(call, life.ApplicationStopping);
        }
        catch (OperationCanceledException)
        {
            // The simulator stops and with it every line.
        }
        catch (Exception trouble)
        {
            world.Log("error", new { call.Sid, trouble = trouble.ToString() });
            await Finish(call, "failed", null);
        }
    }

    async Task Outbound(VoiceCall call, CancellationToken cancel)
    {
        if (await Ring(call, cancel) && call.Source is { } source)
        {
            await Conversation(call).Run(source, cancel);
            await Finish(call, "completed", null);
        }
    }

    /// <summary>True when somebody, or a machine, took the call; otherwise it is over.</summary>
    internal async Task<bool> Ring(VoiceCall call, CancellationToken cancel)
    {
        if (await Next(call, world.Clock.Now + DialFor, cancel) is CallSignal.End early)
            return await Finish(call, early.Status, null);
        Tell(call, "initiated", "initiated");
        var phone = world.Phone(call.To);
        if (phone is null or { Switches.Off: true } or { Switches.NoCoverage: true })
            return await Finish(call, "failed", 480);
        var free = world.Change(() =>
        {
            if (phone.Switches.Reject || phone.Current is not null) return false;
            phone.Current = call;
            call.Status = "ringing";
            return true;
        });
        if (!free) return await Finish(call, "busy", 486);
        Tell(call, "ringing", "ringing");
        return await Answered(call, phone, cancel);
    }

    async Task<bool> Answered(VoiceCall call, Phone phone, CancellationToken cancel)
    {
        var ringsUntil = world.Clock.Now + call.RingFor;
        var automatic = phone.Switches switch
        {
            { AutoAnswer: true } => world.Clock.Now + AutoAnswerAfter,
            { Voicemail: true } => world.Clock.Now + MachineAnswersAfter,
            _ => DateTimeOffset.MaxValue,
        };
        while (true)
        {
            var signal = await Next(call, automatic < ringsUntil ? automatic : ringsUntil, cancel)
                ?? (automatic < ringsUntil ? new CallSignal.Answer(phone.Switches is { AutoAnswer: false }) : null);
            switch (signal)
            {
                case null:
                    return await Finish(call, "no-answer", 487);
                case CallSignal.Decline or CallSignal.HangUp:
                    return await Finish(call, "busy", 486);
                case CallSignal.End end:
                    return await Finish(call, end.Status, 487);
                case CallSignal.Answer answer:
                    PickUp(call, answer.Machine);
                    return true;
            }
        }
    }

    internal void PickUp(VoiceCall call, bool machine)
    {
        world.Change(() =>
        {
            call.Status = "in-progress";
            call.AnsweredAt = world.Clock.Now;
            if (call.MachineDetection) call.AnsweredBy = machine ? "machine_start" : "human";
        });
        Tell(call, "answered", "in-progress");
    }

    Conversation Conversation(VoiceCall call) => new(world, webhooks, this, call);

    /// <summary>Ends the call once; the answer is false so that <see cref="Ring"/> can return it.</summary>
    internal async Task<bool> Finish(VoiceCall call, string status, int? sip)
    {
        var first = world.Change(() =>
        {
            if (call.Over) return false;
            call.Status = status;
            call.EndedAt = world.Clock.Now;
            call.Listening = false;
            call.Queue = null;
            if (world.Phone(call.PhoneNumber) is { } phone && phone.Current == call) phone.Current = null;
            return true;
        });
        if (!first) return false;
        call.Ended.TrySetResult();
        world.Log("call-over", new { call.Sid, call.To, status, call.Seconds });
        Tell(call, "completed", status, sip);
        await call.Told;
        return false;
    }

    void Tell(VoiceCall call, string happening, string status, int? sip = null)
    {
        if (call.StatusCallback is not { } url || !world.Callbacks || !call.Events.Contains(happening)) return;
        List<KeyValuePair<string, string>> form =
        [
            .. Parameters(call),
            new("CallbackSource", "call-progress-events"),
            new("SequenceNumber", call.Sequence++.ToString(CultureInfo.InvariantCulture)),
            new("Timestamp", Rfc2822.Of(world.Clock.Now)),
        ];
        form[form.FindIndex(field => field.Key == "CallStatus")] = new("CallStatus", status);
        if (happening == "completed")
        {
            form.Add(new("CallDuration", call.Seconds.ToString(CultureInfo.InvariantCulture)));
            form.Add(new("Duration", ((call.Seconds + 59) / 60).ToString(CultureInfo.InvariantCulture)));
        }
        if (sip is { } code) form.Add(new("SipResponseCode", code.ToString(CultureInfo.InvariantCulture)));
        var before = call.Told;
        call.Told = Post();

        async Task Post()
        {
            await before;
            await webhooks.Send(url, call.StatusCallbackMethod, form, life.ApplicationStopping);
        }
    }

    /// <summary>What every request about a call carries.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Parameters(VoiceCall call)
    {
        yield return new("AccountSid", world.Options.AccountSid);
        yield return new("ApiVersion", "2010-04-01");
        yield return new("CallSid", call.Sid);
        yield return new("CallStatus", world.Read(() => call.Status));
        yield return new("Called", call.To);
        yield return new("Caller", call.From);
        yield return new("Direction", call.Direction);
        yield return new("From", call.From);
        yield return new("To", call.To);
        if (call.AnsweredBy is { } by) yield return new("AnsweredBy", by);
    }

    /// <summary>The next thing that happens to the call; null when the moment comes first.</summary>
    internal async Task<CallSignal?> Next(VoiceCall call, DateTimeOffset? until, CancellationToken cancel)
    {
        if (call.Signals.Reader.TryRead(out var waiting)) return waiting;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var due = until is { } moment && moment < DateTimeOffset.MaxValue
            ? world.Clock.Until(moment, stop.Token) : Task.Delay(Timeout.InfiniteTimeSpan, stop.Token);
        await Task.WhenAny(call.Signals.Reader.WaitToReadAsync(stop.Token).AsTask(), due);
        await stop.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        return call.Signals.Reader.TryRead(out var signal) ? signal : null;
    }
}
