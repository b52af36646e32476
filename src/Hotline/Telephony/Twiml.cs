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
