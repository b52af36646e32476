using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;

namespace Hotline.Calls;

/// <summary>Our own line: what it tells becomes events as any call centre's do. What is written may be slow or fail, and the caller
/// still hears a document in time.</summary>
public sealed class Line(
    Switchboard switchboard, LineDocuments documents, OnLine online, Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies,
    Desks desks, Contacts contacts, FieldReports field, IVault vault, IBusinessClock clock, ILogger<Line> log) : IInboundLine
{
    /// <summary>The gateway waits 15 s for a document, a frightened caller less.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);
    private const string WaitsMost = "call-queue-most";

    public async Task<string> Arrives(FormFields form)
    {
        // Somebody of ours who is on the way or on the spot has a menu of their own; the line is one key further.
        if (await Within(() => OnTheSpot(form), "staff") is not null) return documents.FieldMenu();
        return await Greets(form);
    }

    private async Task<string> Greets(FormFields form)
    {
        await Within(() => Hear(form, TelephoneEvent.Ringing), "ringing");
        return documents.Welcome();
    }

    public async Task<string> FieldKey(FormFields form)
    {
        if (FieldWord.OfKey(form["Digits"]) is not { } said) return await Greets(form);
        return LineDocuments.Told(await Within(
            async () => await OnTheSpot(form) is { } who ? await field.Take(who.Person, who.User, [who.Role], new(said, "")) : null, "field") ?? LineTexts.FieldNotKept);
    }

    private async Task<Contact?> OnTheSpot(FormFields form) =>
        CallerId.Read(form["From"]) is { } number && await contacts.Calling(number, CancellationToken.None) is { } contact
        && (await field.Of(contact.Person)).Count > 0 ? contact : null;

    /// <summary>The language is chosen, or none: on to the queue, where somebody is there to be rung.</summary>
    public async Task<string> Enters(FormFields form)
    {
        var texts = LineTexts.Of(LineDocuments.Language(form["Digits"]));
        var queued = await Within(
            async () =>
            {
                var division = await Division(form["To"]);
                var people = await online.In(division, late: false, CancellationToken.None);
                await Hear(form, TelephoneEvent.Held, also: people.Count == 0 ? ["NobodyServes", "Drop"] : []);
                return people.Count == 0 ? null : documents.Queued(division, texts);
            },
            "held");
        return queued ?? documents.Message(texts);
    }

    public string Waits(FormFields form, string? language)
    {
        var most = policies.Current.Periods.TryGetValue(WaitsMost, out var rule) ? Clock.DueAt(rule.Length, clock.Now, policies.Current.Calendar).DueAt - clock.Now : TimeSpan.MaxValue;
        return LineDocuments.Waiting(LineTexts.Of(language), int.TryParse(form["QueueTime"], out var waited) && waited >= most.TotalSeconds);
    }

    /// <summary>How the wait ended. Whoever talked has talked, whoever hung up is called back; a queue that is full or broken is an
    /// alarm, and the caller is never cut off for it.</summary>
    public async Task<string> Leaves(FormFields form, string? language)
    {
        switch (form["QueueResult"])
        {
            case "bridged" or "bridging-in-process":
                await Within(() => Hear(form, TelephoneEvent.Ended), "ended");
                return Twiml.Document();
            case "hangup":
                await Within(() => Hear(form, TelephoneEvent.Dropped), "dropped");
                return Twiml.Document();
            case "leave":
                await Within(() => Hear(form, TelephoneEvent.Dropped), "left");
                return documents.Message(LineTexts.Of(language));
            case var broken:
                log.QueueFailed(broken ?? "");
                await Within(() => Hear(form, $"queue {broken}", also: ["NobodyServes", "Drop"]), "queue");
                return documents.Message(LineTexts.Of(language));
        }
    }

    /// <summary>A message was left, or only a silence; either way somebody is called back.</summary>
    public async Task<string> Recorded(FormFields form, string? language)
    {
        var recording = form["RecordingSid"];
        await Within(
            async () =>
            {
                if (recording is not null)
                    await switchboard.Hear(await Centre(form["To"]), new(form["CallSid"]!, TelephoneEvent.Recording) { From = form["From"], RecordingReference = recording, RecordingAnnounced = true });
                await Hear(form, TelephoneEvent.Dropped);
            },
            "recorded");
        return LineDocuments.Thanks(LineTexts.Of(language), recording is not null);
    }

    /// <summary>The last word of the gateway on a call to us, also of one whose documents never reached us.</summary>
    public async Task Over(string sid, string? from, string? to) =>
        await switchboard.Hear(await Centre(to), new(sid, TelephoneEvent.Ended) { From = from });

    /// <summary>An officer's telephone was picked up: there is somebody to take, or there was.</summary>
    public async Task<string> OfficerAnswers(Guid call, Guid person) =>
        await Waiting(call) is null ? LineDocuments.Told(LineTexts.OfficerTooLate) : documents.OfficerAsked(call, person);

    public async Task<string> OfficerPresses(Guid call, Guid person, string? digits) =>
        digits == "1" && await Waiting(call) is { } waiting ? documents.OfficerTakes(waiting.Division, person) : LineDocuments.Told(LineTexts.OfficerTooLate);

    /// <summary>The caller is about to be joined with whoever pressed the key.</summary>
    public async Task<string> Joins(FormFields form, Guid person)
    {
        await Within(
            async () =>
            {
                var contact = await contacts.Of(person, CancellationToken.None);
                await Hear(form, TelephoneEvent.Answered, contact is null ? null : new Actor(contact.Person, contact.User, contact.Role));
            },
            "joined");
        return Twiml.Document();
    }

    public async Task<string> BridgePresses(Guid id, long attempt, string? digits)
    {
        var call = await Load(id);
        if (digits != "1" || call.Call?.Backs.Any(b => b.Attempt == attempt) != true) return LineDocuments.Told(LineTexts.OfficerTooLate);
        return call.Call.Received.Caller is { } value && await vault.Open([value.ValueId]) is { } opened && PhoneNumber.Parse(opened[value.ValueId]) is { } number
            ? documents.Bridged(id, attempt, number) : LineDocuments.Told(LineTexts.BridgeImpossible);
    }

    public string BridgeAnswers(Guid call, long attempt) => documents.BridgeAsked(call, attempt);

    public async Task<string> BridgeOver(Guid id, long attempt, string? status)
    {
        var joined = status is "completed" or "answered";
        await Within(() => Fared(id, attempt, joined ? CallBackFared.Joined : CallBackFared.NotReached), "bridged");
        return LineDocuments.Told(joined ? LineTexts.BridgeOver : LineTexts.BridgeMissed);
    }

    /// <summary>The officer who asked for the call-back did not pick up, or hung up before the key.</summary>
    public async Task BridgeEnds(Guid id, long attempt) => await Fared(id, attempt, CallBackFared.OfficerAway);

    /// <summary>How a call-back fared; who was not reached is tried again by the pack's clock.</summary>
    public Task Fared(Guid id, long attempt, string how) => writer.Write(null, clock.Now, async load =>
    {
        var call = await load.Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
        return CallingBack.Decide(kinds[CallFacts.Kind], call, attempt, how, policies.Of(call), clock.Now);
    });

    private async Task<CaseFile?> Waiting(Guid id) => await Load(id) is { Call: not null, State: "Waiting" } waiting ? waiting : null;

    private Task<CaseFile> Load(Guid id) => new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);

    private async Task<bool> Hear(FormFields form, string what, Actor? who = null, params string[] also)
    {
        if (form["CallSid"] is not { Length: 34 } sid) return false;
        await switchboard.Hear(await Centre(form["To"]), new(sid, what) { From = form["From"] }, who, also);
        return true;
    }

    private async Task<Centre> Centre(string? to) => new(null, await Division(to));

    /// <summary>The division whose line was called: the pack says the numbers; else the first that has a desk.</summary>
    private async Task<string> Division(string? to)
    {
        var line = PhoneNumber.Parse(to);
        var named = line is null ? null : policies.Current.Overlays.FirstOrDefault(o => o.Hotlines.Values.Any(number => PhoneNumber.Parse(number) == line))?.Division;
        return await desks.Handling(named, named ?? "", CancellationToken.None);
    }

    private async Task<T?> Within<T>(Func<Task<T>> work, string what)
    {
        try
        {
            return await Task.Run(work).WaitAsync(AnswerWithin);
        }
        catch (Exception late)
        {
            log.NotHeard(late, what);
            return default;
        }
    }

    private Task Within(Func<Task> work, string what) => Within(async () => { await work(); return true; }, what);
}

internal static partial class LineLog
{
    [LoggerMessage(4701, LogLevel.Error, "The line's {What} was not written down in time; the caller was served from memory")]
    public static partial void NotHeard(this ILogger log, Exception late, string what);

    [LoggerMessage(4702, LogLevel.Error, "The queue of the line failed: {Result}")]
    public static partial void QueueFailed(this ILogger log, string result);

    [LoggerMessage(4703, LogLevel.Warning, "Nobody on duty for call {Call} can be rung")]
    public static partial void NobodyToRing(this ILogger log, Guid call);

    [LoggerMessage(4705, LogLevel.Warning, "The gateway could not be asked who rang; it is asked again")]
    public static partial void WatchStumbled(this ILogger log, Exception broken);

    [LoggerMessage(4704, LogLevel.Error, "The gateway refused a call for {Call}: {Why}")]
    public static partial void Refused(this ILogger log, Guid call, string why);
}
