using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Hotline.Telephony;

/// <summary>What the gateway is told to do with a call or a message, as its XML.</summary>
public static class Twiml
{
    public const string ContentType = "text/xml; charset=utf-8";
    public const string Chinese = "zh-CN";

    public static string Document(params IEnumerable<Verb> verbs) =>
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
        + new XElement("Response", verbs.Select(v => v.ToXml())).ToString(SaveOptions.DisableFormatting);

    public static Verb Say(string text, string language = Chinese) => new Verb("Say", text).With("language", language);

    public static Verb Pause(int seconds) => new Verb("Pause").With("length", seconds);

    public static Verb Hangup { get; } = new("Hangup");

    public static Verb Redirect(string url) => new Verb("Redirect", url).With("method", "POST");

    /// <summary>Asks for one key while the children are said. The action is called too when nobody presses, so that a
    /// silent call leaves a trace.</summary>
    public static Verb GatherKey(string action, int timeoutSeconds, params IEnumerable<Verb> children) =>
        new Verb("Gather") { Children = [.. children] }
            .With("action", action).With("method", "POST").With("numDigits", 1).With("timeout", timeoutSeconds)
            .With("input", "dtmf").With("actionOnEmptyResult", true);

    /// <summary>Lets the caller wait in a queue; <paramref name="wait"/> is heard meanwhile, <paramref name="action"/> told how the wait ended.</summary>
    public static Verb Enqueue(string queue, string wait, string action) => new Verb("Enqueue", queue)
        .With("waitUrl", wait).With("waitUrlMethod", "POST").With("action", action).With("method", "POST");

    public static Verb Leave { get; } = new("Leave");

    /// <summary>Takes whoever waits longest out of a queue; that caller is given <paramref name="url"/> first.</summary>
    public static Verb DialQueue(string queue, string url) => new Verb("Dial") { Children = [new Verb("Queue", queue).With("url", url).With("method", "POST")] };

    /// <summary>Joins the line with a number. It shows our own number there.</summary>
    public static Verb DialNumber(PhoneNumber number, string callerId, string action, int timeoutSeconds) =>
        new Verb("Dial") { Children = [new Verb("Number", number.E164)] }
            .With("action", action).With("method", "POST").With("callerId", callerId).With("timeout", timeoutSeconds);

    /// <summary>Records what is said after the tone, up to a key or a silence. A silent caller falls through to the next verb.</summary>
    public static Verb Record(string action, int secondsMax, int silenceSeconds) => new Verb("Record")
        .With("action", action).With("method", "POST").With("maxLength", secondsMax).With("timeout", silenceSeconds)
        .With("finishOnKey", "#").With("playBeep", true);

    public static Verb Message(string text) => new("Message", text);
}

/// <summary>One element of a TwiML document.</summary>
public sealed record Verb(string Name, string? Text = null)
{
    public ImmutableArray<KeyValuePair<string, string>> Attributes { get; init; } = [];

    public ImmutableArray<Verb> Children { get; init; } = [];

    public Verb With(string name, string value) => this with { Attributes = Attributes.Add(new(name, value)) };

    public Verb With(string name, int value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    public Verb With(string name, bool value) => With(name, value ? "true" : "false");

    internal XElement ToXml() => new(
        Name,
        Attributes.Select(a => new XAttribute(a.Key, Clean(a.Value))),
        Text is null ? null : Clean(Text),
        Children.Select(c => c.ToXml()));

    /// <summary>Control characters have no place in XML, escaped or not; the rest of the text must still be said.</summary>
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => !r.IsBmp || XmlConvert.IsXmlChar((char)r.Value)).Select(r => r.ToString()));
}
