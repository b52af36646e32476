using System.Xml;
using System.Xml.Linq;

namespace Hotline.Simulator.Twilio;

/// <summary>A document of verbs, or the code of what is wrong with it.</summary>
public sealed record Twiml(IReadOnlyList<XElement> Verbs, int Error, string Why)
{
    const int BytesMax = 64 * 1024;

    static readonly Dictionary<string, string[]> Nesting = new()
    {
        ["Say"] = [],
        ["Play"] = [],
        ["Pause"] = [],
        ["Gather"] = ["Say", "Play", "Pause"],
        ["Redirect"] = [],
        ["Hangup"] = [],
        ["Reject"] = [],
        ["Enqueue"] = [],
        ["Leave"] = [],
        ["Dial"] = ["Number", "Queue"],
        ["Record"] = [],
    };

    /// <summary>Reads a voice document as strictly as the service: 12100 not XML, 12200 unknown verb or wrong
    /// nesting.</summary>
    public static Twiml Voice(string text)
    {
        if (text.Length > BytesMax) return new([], 11750, "the document is over 64 KB");
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF')), settings);
            var root = XDocument.Load(reader).Root!;
            if (root.Name.LocalName != "Response") return new([], 12100, $"the root is <{root.Name.LocalName}>");
            foreach (var verb in root.Elements())
            {
                if (!Nesting.TryGetValue(verb.Name.LocalName, out var inside))
                    return new([], 12200, $"unknown verb <{verb.Name.LocalName}>");
                if (verb.Elements().FirstOrDefault(child => !inside.Contains(child.Name.LocalName)) is { } wrong)
                    return new([], 12200, $"<{wrong.Name.LocalName}> may not stand in <{verb.Name.LocalName}>");
            }
            return new([.. root.Elements()], 0, "");
        }
        catch (XmlException trouble)
        {
            return new([], 12100, trouble.Message);
        }
    }

    /// <summary>The texts of a messaging document, each with the number it goes to when that is said.</summary>
    public static IEnumerable<(string? To, string Text)> Messages(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        try
        {
            return [.. XDocument.Parse(text).Root!.Elements("Message")
                .Select(message => ((string?)message.Attribute("to"), message.Element("Body")?.Value
                    ?? message.Value))];
        }
        catch (XmlException)
        {
            return [];
        }
    }
}
