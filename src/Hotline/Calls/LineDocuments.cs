using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>What a caller on our own line hears, and what the telephone does meanwhile. Pure: each can be given from memory, while the
/// database is slow or away, since a caller must never hear an error.</summary>
public sealed class LineDocuments(TwilioSettings settings)
{
    /// <summary>Long enough to reach for a key, short enough for a child in danger.</summary>
    private const int KeySeconds = 2;
    private const int HoldSeconds = 10;
    private const int MessageSecondsMax = 180;
    private const int SilenceSeconds = 10;
    private const int OfficerKeySeconds = 8;
    private const int CallerRingsSeconds = 45;
    private const string EnglishKey = "9";

    public string Welcome() => Twiml.Document(
        Twiml.GatherKey(To("voice-menu"), KeySeconds, Twiml.Say(LineTexts.WelcomeZh), Twiml.Say(LineTexts.WelcomeEn, "en-US")),
        Twiml.Redirect(To("voice-menu")));

    public string FieldMenu() => Twiml.Document(
        Twiml.GatherKey(To("voice-field"), OfficerKeySeconds, Twiml.Say(LineTexts.FieldMenu)), Twiml.Redirect(To("voice-field")));

    public static string? Language(string? digits) => digits == EnglishKey ? LineTexts.English : null;

    public string Queued(string division, LineTexts texts) => Twiml.Document(
        Said(texts, texts.Wait), Twiml.Enqueue(QueueOf(division), To("voice-wait", texts), To("voice-left", texts)),
        // Whoever falls out of the queue without a word of its action still is not cut off.
        Twiml.Redirect(To("voice-message", texts)));

    /// <summary>Heard again and again while a caller waits, up to the pack's limit; then the caller may leave a message.</summary>
    public static string Waiting(LineTexts texts, bool longEnough) => longEnough
        ? Twiml.Document(Twiml.Leave) : Twiml.Document(Said(texts, texts.StillWaiting), Twiml.Pause(HoldSeconds));

    public string Message(LineTexts texts) => Twiml.Document(
        Said(texts, texts.LeaveMessage), Twiml.Record(To("voice-recorded", texts), MessageSecondsMax, SilenceSeconds), Twiml.Redirect(To("voice-recorded", texts)));

    public static string Thanks(LineTexts texts, bool recorded) => Twiml.Document(Said(texts, recorded ? texts.Recorded : texts.Nothing), Twiml.Hangup);

    /// <summary>Given while the server or its database is away, from a host beside it: still takes the call, and names no call of ours.</summary>
    public string Fallback() => Twiml.Document(
        Twiml.Say(LineTexts.WelcomeZh), Twiml.Say(LineTexts.WelcomeEn, "en-US"), Said(LineTexts.Of(null), LineTexts.Of(null).LeaveMessage),
        Said(LineTexts.Of(LineTexts.English), LineTexts.Of(LineTexts.English).LeaveMessage),
        Twiml.Record(To("voice-recorded"), MessageSecondsMax, SilenceSeconds), Said(LineTexts.Of(null), LineTexts.Of(null).Nothing), Twiml.Hangup);

    public string OfficerAsked(Guid call, Guid person) => Asked(LineTexts.OfficerCall, To("voice-officer-key", ("call", call), ("person", person)));

    public string OfficerTakes(string division, Guid person) => Twiml.Document(
        Twiml.Say(LineTexts.OfficerJoining), Twiml.DialQueue(QueueOf(division), To("voice-joined", ("person", person))), Twiml.Say(LineTexts.BridgeOver), Twiml.Hangup);

    public string BridgeAsked(Guid call, long attempt) => Asked(LineTexts.BridgeAsk, Bridge("voice-bridge-key", call, attempt));

    /// <summary>The caller sees our number, and the officer hears no other.</summary>
    public string Bridged(Guid call, long attempt, PhoneNumber caller) => Twiml.Document(
        Twiml.Say(LineTexts.OfficerJoining), Twiml.DialNumber(caller, settings.From, Bridge("voice-bridged", call, attempt), CallerRingsSeconds));

    public static string Told(string what) => Twiml.Document(Twiml.Say(what), Twiml.Hangup);

    public string Bridge(string path, Guid call, long attempt) =>
        settings.Webhook(path, [new("call", call.ToString("N")), new("attempt", attempt.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    public string To(string path, params IEnumerable<(string Name, Guid Id)> ids) =>
        settings.Webhook(path, ids.Select(i => new KeyValuePair<string, string>(i.Name, i.Id.ToString("N"))));

    private string To(string path, LineTexts texts) => settings.Webhook(path, [new("lang", texts.Short)]);

    private static string Asked(string what, string action) =>
        Twiml.Document(Twiml.GatherKey(action, OfficerKeySeconds, Twiml.Say(what)), Twiml.Say(LineTexts.OfficerTooLate), Twiml.Hangup);

    private static Verb Said(LineTexts texts, string what) => Twiml.Say(what, texts.Language);

    private static string QueueOf(string division) => "hotline-" + division;
}
