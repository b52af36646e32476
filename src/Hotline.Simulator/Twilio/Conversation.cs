using System.Globalization;
using System.Xml.Linq;

namespace Hotline.Simulator.Twilio;

/// <summary>How a verb ended: go on, turn to another document, leave the queue, or the line is dead.</summary>
public abstract record Flow
{
    public sealed record Onward : Flow;
    public sealed record Turn(TwimlSource To) : Flow;
    public sealed record Left : Flow;
    public sealed record Bridged(VoiceCall With, TwimlSource? First) : Flow;
    public sealed record Over : Flow;
}

/// <summary>Runs the documents of one call: says, gathers, redirects, enqueues, dials, records.</summary>
public sealed class Conversation(World world, Webhooks webhooks, Exchange exchange, VoiceCall call)
{
    const int DocumentsMax = 500;
    static readonly TimeSpan WaitMusicFor = TimeSpan.FromSeconds(10);
    static readonly Flow Onward = new Flow.Onward();
    static readonly Flow Over = new Flow.Over();
    string? here;

    public async Task Run(TwimlSource source, CancellationToken cancel)
    {
        TwimlSource? next = source;
        for (var count = 0; next is not null && count < DocumentsMax; count++)
        {
            if (await Load(next, cancel) is not { } document) return;
            var rejected = call.Inbound && call.AnsweredAt is null
                && document.Verbs is [{ Name.LocalName: "Reject" }, ..];
            if (rejected) return;
            if (call.Inbound && call.AnsweredAt is null) exchange.PickUp(call, machine: false);
            next = await Perform(document.Verbs, cancel) is Flow.Turn turn ? turn.To : null;
        }
    }

    async Task<Twiml?> Load(TwimlSource source, CancellationToken cancel)
    {
        var (document, error, why) = await Fetch(source, cancel);
        if (document is not null) return document;
        world.Log("twiml-error", new { call.Sid, source.Url, error, why });
        if (source.FallbackUrl is { } fallback)
        {
            List<KeyValuePair<string, string>> extra =
                [new("ErrorCode", $"{error}"), new("ErrorUrl", source.Url ?? "")];
            return await Load(new(fallback, Extra: extra), cancel);
        }
        world.Change(() => call.Said.Add("An application error has occurred. Goodbye."));
        return null;
    }

    async Task<(Twiml? Document, int Error, string Why)> Fetch(TwimlSource source, CancellationToken cancel)
    {
        if (source.Inline is { } inline) return Parsed(inline);
        if (Resolve(source.Url!) is not { } url) return (null, 11100, $"does not resolve: {source.Url}");
        here = url;
        var answer = await webhooks.Send(
            url, source.Method, [.. exchange.Parameters(call), .. source.Extra ?? []], cancel);
        if (!answer.Good)
            return (null, answer.Failure == "timeout" ? 11205 : 11200, answer.Failure ?? $"HTTP {answer.Status}");
        if (answer.Body.Length == 0) return (new([], 0, ""), 0, "");
        return answer.ContentType is "text/xml" or "application/xml" or "text/html"
            ? Parsed(answer.Body) : (null, 12300, $"content type {answer.ContentType}");
    }

    static (Twiml?, int, string) Parsed(string text) =>
        Twiml.Voice(text) is { Error: 0 } good ? (good, 0, "") : (null, Twiml.Voice(text).Error, Twiml.Voice(text).Why);

    string? Resolve(string url) => Uri.TryCreate(url, UriKind.Absolute, out var whole)
        && whole.Scheme is "http" or "https" ? url
        : here is not null && Uri.TryCreate(new Uri(here), url, out var resolved) ? resolved.AbsoluteUri : null;

    async Task<Flow> Perform(IEnumerable<XElement> verbs, CancellationToken cancel)
    {
        foreach (var verb in verbs)
        {
            var flow = verb.Name.LocalName switch
            {
                "Say" or "Play" => await Say(verb, cancel),
                "Pause" => await Wait(Seconds(verb, "length", 1), cancel),
                "Gather" => await Gather(verb, cancel),
                "Redirect" => new Flow.Turn(new(verb.Value.Trim(), (string?)verb.Attribute("method") ?? "POST")),
                "Enqueue" => await Enqueue(verb, cancel),
                "Leave" => new Flow.Left(),
                "Dial" => await Dial(verb, cancel),
                "Record" => await Record(verb, cancel),
                _ => Over, // Hangup, and Reject where it is too late to reject
            };
            if (flow is not Flow.Onward) return flow;
        }
        return Onward;
    }

    Task<Flow> Say(XElement verb, CancellationToken cancel) => Wait(Speak(verb), cancel);

    TimeSpan Speak(XElement verb)
    {
        var text = verb.Name.LocalName == "Play" ? $"♪ {verb.Value.Trim()}" : verb.Value;
        world.Change(() => call.Said.Add(text));
        world.Log("said", new { call.Sid, text });
        return TimeSpan.FromSeconds(text.Length * world.Options.SpeechSecondsPerCharacter);
    }

    // Keys pressed while nobody listens are lost, as on the real line.
    async Task<Flow> Wait(TimeSpan span, CancellationToken cancel)
    {
        var until = world.Clock.Now + span;
        while (true)
        {
            switch (await exchange.Next(call, until, cancel))
            {
                case null: return Onward;
                case { } signal when Interrupts(signal) is { } flow: return flow;
            }
        }
    }

    static Flow? Interrupts(CallSignal signal) => signal switch
    {
        CallSignal.HangUp or CallSignal.End or CallSignal.Decline => Over,
        CallSignal.Redirect redirect => new Flow.Turn(redirect.To),
        CallSignal.Bridge bridge => new Flow.Bridged(bridge.With, bridge.First),
        _ => null,
    };

    async Task<Flow> Gather(XElement verb, CancellationToken cancel)
    {
        var most = (int?)verb.Attribute("numDigits") ?? int.MaxValue;
        var finish = (string?)verb.Attribute("finishOnKey") ?? "#";
        var patience = Seconds(verb, "timeout", 5);
        var digits = "";
        world.Change(() => call.Listening = true);
        AutoPress();
        var speech = verb.Elements().Aggregate(TimeSpan.Zero, (sum, inner) =>
            sum + (inner.Name.LocalName == "Pause" ? Seconds(inner, "length", 1) : Speak(inner)));
        var until = world.Clock.Now + speech + patience;
        for (var done = false; !done;)
        {
            var signal = await exchange.Next(call, until, cancel);
            if (signal is null) break;
            if (Interrupts(signal) is { } flow) return Deaf(flow);
            if (signal is not CallSignal.Press press) continue;
            foreach (var key in press.Digits)
            {
                world.Change(() => call.Pressed += key);
                if (done || finish.Contains(key))
                {
                    done = true;
                    continue;
                }
                digits += key;
                done = digits.Length >= most;
            }
            until = world.Clock.Now + patience;
        }
        var asks = digits.Length > 0 || (bool?)verb.Attribute("actionOnEmptyResult") == true;
        return Deaf(asks ? Action(verb, [new("Digits", digits)]) ?? Onward : Onward);
    }

    Flow Deaf(Flow flow)
    {
        world.Change(() => call.Listening = false);
        return flow;
    }

    void AutoPress()
    {
        if (world.Phone(call.PhoneNumber) is { Switches: { AutoAnswer: true, AutoKey: { Length: > 0 } key } })
            call.Signal(new CallSignal.Press(key));
    }

    async Task<Flow> Enqueue(XElement verb, CancellationToken cancel)
    {
        var since = world.Clock.Now;
        var name = verb.Value.Trim();
        if (world.Queues.Refusal(world.Calls(other => other.Queue == name && !other.Over).Length) is { } refused)
            return Action(verb, [new("QueueResult", refused), new("QueueTime", "0")]) ?? Onward;
        world.Change(() => call.Queue = name);
        var flow = Onward;
        while (flow is Flow.Onward) flow = await Hold(verb, name, since, cancel);
        world.Change(() => call.Queue = null);
        if (flow is Flow.Bridged bridged) flow = await Taken(bridged, cancel);
        var result = flow switch
        {
            Flow.Left => "leave",
            Flow.Turn => "redirected",
            _ => joinedOnce ? "bridged" : "hangup",
        };
        var waited = (int)(world.Clock.Now - since).TotalSeconds;
        var told = Action(verb, [new("QueueResult", result), new("QueueTime", $"{waited}")]);
        if (flow is Flow.Left or Flow.Onward) return told ?? Onward;
        if (told is Flow.Turn turn) await Fetch(turn.To, cancel);
        return flow;
    }

    // What the dialler's <Queue url> gives is run on the caller before the two are joined.
    async Task<Flow> Taken(Flow.Bridged bridged, CancellationToken cancel)
    {
        if (bridged.First is { } first && (await Fetch(first, cancel)).Document is { } document)
            await Perform(document.Verbs, cancel);
        return await Together(bridged.With, cancel);
    }

    bool joinedOnce;

    async Task<Flow> Hold(XElement verb, string name, DateTimeOffset since, CancellationToken cancel)
    {
        var waiting = world.Calls(other => other.Queue == name && !other.Over);
        var round = world.Clock.Now + WaitMusicFor;
        if ((string?)verb.Attribute("waitUrl") is { Length: > 0 } wait)
        {
            List<KeyValuePair<string, string>> extra =
            [
                new("QueuePosition", $"{waiting.IndexOf(call) + 1}"), new("CurrentQueueSize", $"{waiting.Length}"),
                new("QueueTime", $"{(int)(world.Clock.Now - since).TotalSeconds}"), new("AvgQueueTime", "0"),
            ];
            var before = here;
            var method = (string?)verb.Attribute("waitUrlMethod") ?? "POST";
            var (document, _, _) = await Fetch(new(wait, method, Extra: extra), cancel);
            here = before;
            if (document is not null
                && await Perform(document.Verbs, cancel) is var flow and not Flow.Onward) return flow;
        }
        var rest = round - world.Clock.Now;
        return rest > TimeSpan.Zero ? await Wait(rest, cancel) : Onward;
    }

    async Task<Flow> Dial(XElement verb, CancellationToken cancel)
    {
        var patience = Seconds(verb, "timeout", 30);
        var inner = verb.Elements().FirstOrDefault();
        var (other, status) = inner?.Name.LocalName == "Queue"
            ? await FromQueue(inner, patience, cancel)
            : await Number((inner?.Value ?? verb.Value).Trim(), (string?)verb.Attribute("callerId"), patience, cancel);
        var flow = other is null ? Onward : await Together(other, cancel);
        if (flow is Flow.Turn) return flow;
        var told = Action(verb, [new("DialCallStatus", status), new("DialCallSid", other?.Sid ?? "")]);
        return flow is Flow.Over ? flow : told ?? Onward;
    }

    async Task<(VoiceCall? Other, string Status)> FromQueue(XElement queue, TimeSpan patience, CancellationToken cancel)
    {
        var name = queue.Value.Trim();
        var url = (string?)queue.Attribute("url") is { } given ? Resolve(given) : null;
        var before = url is null ? null
            : new TwimlSource(url, (string?)queue.Attribute("method") ?? "POST", Extra: [new("DequeingCallSid", call.Sid)]);
        var until = world.Clock.Now + patience;
        while (world.Clock.Now < until)
        {
            if (world.Calls(waiting => waiting.Queue == name && !waiting.Over) is [var first, ..])
            {
                Join(first);
                first.Signal(new CallSignal.Bridge(call, before));
                return (first, "completed");
            }
            if (await Wait(TimeSpan.FromSeconds(1), cancel) is not Flow.Onward) break;
        }
        return (null, "no-answer");
    }

    async Task<(VoiceCall? Other, string Status)> Number(
        string number, string? callerId, TimeSpan patience, CancellationToken cancel)
    {
        var leg = new VoiceCall
        {
            Sid = world.Sids.New("CA"), Direction = "outbound-dial", From = callerId ?? call.From, To = number,
            CreatedAt = world.Clock.Now, ParentSid = call.Sid, RingFor = patience,
        };
        world.Add(leg);
        world.Log("call", new { leg.Sid, leg.From, leg.To, parent = call.Sid });
        if (!await exchange.Ring(leg, cancel)) return (null, leg.Status);
        Join(leg);
        _ = Leg(leg, cancel);
        return (leg, "completed");
    }

    // The dialled leg has no document of its own: it lives until its phone, or the other side, hangs up.
    async Task Leg(VoiceCall leg, CancellationToken cancel)
    {
        while (await exchange.Next(leg, null, cancel) is not (CallSignal.HangUp or CallSignal.End or null)) { }
        await exchange.Finish(leg, "completed", null);
    }

    void Join(VoiceCall other) => world.Change(() =>
    {
        call.JoinedWith = other;
        other.JoinedWith = call;
        joinedOnce = true;
    });

    // Until either side leaves. A dialled leg ends with us; a caller out of a queue goes on with the next verb.
    async Task<Flow> Together(VoiceCall other, CancellationToken cancel)
    {
        joinedOnce = true;
        var flow = Onward;
        while (flow is Flow.Onward && world.Read(() => !other.Over && other.JoinedWith == call))
            flow = await Wait(TimeSpan.FromSeconds(1), cancel);
        world.Change(() => call.JoinedWith = null);
        if (other.ParentSid == call.Sid) other.Signal(new CallSignal.HangUp());
        return flow;
    }

    async Task<Flow> Record(XElement verb, CancellationToken cancel)
    {
        var from = world.Clock.Now;
        var most = from + Seconds(verb, "maxLength", 3600);
        var finish = (string?)verb.Attribute("finishOnKey") ?? "1234567890*#";
        world.Change(() => call.Listening = true);
        CallSignal? signal;
        do signal = await exchange.Next(call, most, cancel);
        while (signal is CallSignal.Press press && !press.Digits.Any(finish.Contains));
        var flow = signal is null ? Onward : Interrupts(signal) ?? Onward;
        var sid = world.Sids.New("RE");
        var told = Action(verb,
        [
            new("RecordingSid", sid), new("RecordingUrl", $"http://127.0.0.1/recordings/{sid}"),
            new("RecordingDuration", $"{(int)(world.Clock.Now - from).TotalSeconds}"),
            new("Digits", signal is CallSignal.Press keys ? keys.Digits : "hangup"),
        ]);
        world.Log("recorded", new { call.Sid, sid });
        // Whoever hangs up has still left a message: the action hears of it.
        if (flow is Flow.Over && told is Flow.Turn turn) await Fetch(turn.To, cancel);
        return Deaf(flow is Flow.Onward ? told ?? Onward : flow);
    }

    Flow? Action(XElement verb, IReadOnlyList<KeyValuePair<string, string>> extra)
    {
        var action = (string?)verb.Attribute("action") ?? (verb.Name.LocalName is "Gather" or "Record" ? here : null);
        return action is null ? null
            : new Flow.Turn(new(action, (string?)verb.Attribute("method") ?? "POST", Extra: extra));
    }

    static TimeSpan Seconds(XElement verb, string name, double otherwise) => TimeSpan.FromSeconds(
        double.TryParse((string?)verb.Attribute(name), CultureInfo.InvariantCulture, out var given) ? given
            : otherwise);
}
