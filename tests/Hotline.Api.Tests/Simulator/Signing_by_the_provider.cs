using System.Text;
using System.Text.Json.Nodes;
using Hotline.Simulator.Twilio;

namespace Hotline.Api.Tests.Simulator;

public sealed class Signing_by_the_provider
{
    const string File = "signature-vectors.json";

    public static IEnumerable<TheoryDataRow<string>> Vectors => TwilioFiles.Ids(File);

    [Theory]
    [MemberData(nameof(Vectors))]
    public void agrees_with_the_official_library(string id)
    {
        var vector = TwilioFiles.Vector(File, id);
        var valid = (bool)vector["valid"]!;
        // With or without a port: the sender signs its own form of the address, and a false one is judged as received.
        var url = (valid ? (string?)vector["signedUrl"] : null) ?? (string)vector["url"]!;
        var form = vector["form"] is JsonArray fields
            ? fields.Select(field => KeyValuePair.Create((string)field![0]!, (string)field[1]!)) : [];
        var own = Signature.Of((string)vector["authToken"]!, url, form);
        var same = own == (string?)vector["signature"] && BodyIsAsSigned(vector);
        same.ShouldBe(valid);
    }

    static bool BodyIsAsSigned(JsonNode vector) => (string?)vector["kind"] != "json"
        || ((string)vector["url"]!).Contains(
            "bodySHA256=" + Signature.BodyHash(Encoding.UTF8.GetBytes((string)vector["rawBody"]!)),
                StringComparison.Ordinal);
}

public sealed class Counting_segments
{
    const string File = "segment-vectors.json";

    public static IEnumerable<TheoryDataRow<string>> Vectors => TwilioFiles.Ids(File);

    [Theory]
    [MemberData(nameof(Vectors))]
    public void agrees_with_the_published_calculator(string id)
    {
        var vector = TwilioFiles.Vector(File, id);
        Segments.Of((string)vector["text"]!).ShouldBe(((string)vector["encoding"]!, (int)vector["segments"]!));
    }
}

public sealed class Reading_TwiML
{
    const string File = "twiml-vectors.json";

    public static IEnumerable<TheoryDataRow<string>> Voice => TwilioFiles.Vectors(File)
        .Where(vector => (string?)vector!["kind"] == "voice")
            .Select(vector => new TheoryDataRow<string>((string)vector!["id"]!));

    [Theory]
    [MemberData(nameof(Voice))]
    public void takes_what_the_official_library_prints(string id) =>
        Twiml.Voice((string)TwilioFiles.Vector(File, id)["xml"]!).Why.ShouldBe("");

    [Theory]
    [InlineData("<Response><Shout>x</Shout></Response>", 12200)]
    [InlineData("<Response><Gather><Redirect>/x</Redirect></Gather></Response>", 12200)]
    [InlineData("<Response><Say>x</Response>", 12100)]
    [InlineData("<Answer/>", 12100)]
    public void refuses_what_the_service_refuses(string xml, int code) => Twiml.Voice(xml).Error.ShouldBe(code);

    [Fact]
    public void a_messaging_document_gives_its_texts() =>
        Twiml.Messages((string)TwilioFiles.Vector(File, "sms-reply-two")["xml"]!).Select(message => message.Text)
            .ShouldBe(["A & B", "<值班>"]);
}
