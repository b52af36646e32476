using System.Text.Json;
using System.Xml.Linq;
using FsCheck.Fluent;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_spoken_document
{
    private const string File = "twiml-vectors.json";

    public static TheoryData<string> Ids => Vectors.Ids(File);

    [Theory, MemberData(nameof(Ids))]
    public void equals_what_the_vendors_library_prints(string id)
    {
        var v = Vectors.One(File, id);
        var ours = Twiml.Document(v.GetProperty("steps").EnumerateArray().Select(Build));
        var expected = v.GetProperty("xml").GetString()!;
        ours[..38].ShouldBe(expected[..38]);
        XNode.DeepEquals(Sorted(XElement.Parse(ours)), Sorted(XElement.Parse(expected))).ShouldBeTrue(ours);
    }

    [Fact]
    public void is_proved_on_seventeen_vectors() => Ids.Count.ShouldBe(17);

    [Fact]
    public void asks_for_a_key_the_way_the_gateway_reads_it()
    {
        var document = Twiml.Document(
            Twiml.GatherKey("https://hotline.example.org/a?x=1&y=2", 8, Twiml.Say("请按 1")), Twiml.Pause(1), Twiml.Hangup);
        document.ShouldBe(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather action=\"https://hotline.example.org/a?x=1&amp;y=2\" "
            + "method=\"POST\" numDigits=\"1\" timeout=\"8\" input=\"dtmf\" actionOnEmptyResult=\"true\">"
            + "<Say language=\"zh-CN\">请按 1</Say></Gather><Pause length=\"1\" /><Hangup /></Response>");
    }

    [Fact]
    public void Case_50_survives_any_text() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<string?>(text =>
            XElement.Parse(Twiml.Document(Twiml.Say(text ?? ""), Twiml.Say("\0\u0001<&\ud800x"))).Elements().Count() == 2));

    private static Verb Build(JsonElement step)
    {
        var name = step.GetProperty("verb").GetString()!;
        var verb = new Verb(char.ToUpperInvariant(name[0]) + name[1..], step.TryGetProperty("text", out var text) ? text.GetString() : null);
        foreach (var attribute in step.GetProperty("attributes").EnumerateObject())
            verb = attribute.Value.ValueKind switch
            {
                JsonValueKind.Number => verb.With(attribute.Name, attribute.Value.GetInt32()),
                JsonValueKind.True or JsonValueKind.False => verb.With(attribute.Name, attribute.Value.GetBoolean()),
                _ => verb.With(attribute.Name, attribute.Value.GetString()!),
            };
        return step.TryGetProperty("children", out var children)
            ? verb with { Children = [.. children.EnumerateArray().Select(Build)] }
            : verb;
    }

    private static XElement Sorted(XElement element) =>
        new(element.Name, element.Attributes().OrderBy(a => a.Name.LocalName, StringComparer.Ordinal),
            element.Nodes().Select(n => n is XElement child ? Sorted(child) : n));
}
