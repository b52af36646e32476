using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_webhook_signature
{
    private const string File = "signature-vectors.json";

    public static TheoryData<string> Ids => Vectors.Ids(File);

    [Theory, MemberData(nameof(Ids))]
    public void Case_31_is_judged_as_the_vendors_own_library_judges_it(string id)
    {
        var v = Vectors.One(File, id);
        Judge(v, [v.GetProperty("authToken").GetString()!]).ShouldBe(v.GetProperty("valid").GetBoolean(), v.GetProperty("why").GetString());
    }

    [Theory, MemberData(nameof(Ids))]
    public void Case_32_is_judged_alike_while_two_tokens_are_valid(string id)
    {
        var v = Vectors.One(File, id);
        Judge(v, ["another-token", v.GetProperty("authToken").GetString()!]).ShouldBe(v.GetProperty("valid").GetBoolean());
    }

    [Theory, MemberData(nameof(Ids))]
    public void is_refused_without_a_token_or_with_another_one(string id)
    {
        var v = Vectors.One(File, id);
        Judge(v, [""]).ShouldBeFalse();
        Judge(v, []).ShouldBeFalse();
        Judge(v, ["not-" + v.GetProperty("authToken").GetString()]).ShouldBeFalse();
    }

    [Fact]
    public void all_thirty_seven_vectors_are_there() => Ids.Count.ShouldBe(37);

    [Theory]
    [InlineData("a=%zz"), InlineData("a=%e"), InlineData("%"), InlineData("%4")]
    public void a_broken_percent_escape_is_no_form(string raw) => FormFields.Parse(Encoding.ASCII.GetBytes(raw)).ShouldBeNull();

    [Fact]
    public void a_form_with_too_many_fields_is_no_form() =>
        FormFields.Parse(Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Repeat("a=1", FormFields.FieldsMax + 1)))).ShouldBeNull();

    [Fact]
    public void names_that_differ_in_case_stay_apart()
    {
        var form = FormFields.Parse("body=x&Body=y"u8)!;
        form["body"].ShouldBe("x");
        form["Body"].ShouldBe("y");
        form["BODY"].ShouldBeNull();
    }

    [Fact]
    public void a_form_survives_encoding_and_decoding() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<string?[]>(values =>
        {
            var clean = values.Select(v => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(v ?? ""))).ToArray();
            var encoded = FormFields.Encode(clean.Select((v, i) => new KeyValuePair<string, string>($"n{i}", v)));
            return FormFields.Parse(Encoding.UTF8.GetBytes(encoded))!.All.Select(f => f.Value).SequenceEqual(clean);
        }));

    private static bool Judge(JsonElement v, string[] tokens)
    {
        var body = Encoding.UTF8.GetBytes(v.TryGetProperty("rawBody", out var raw) ? raw.GetString()! : "");
        var url = v.GetProperty("url").GetString()!;
        var signature = v.GetProperty("signature").GetString();
        return v.GetProperty("kind").GetString() == "json"
            ? TwilioSignature.AcceptsJson(tokens, signature, url, body)
            : TwilioSignature.AcceptsForm(tokens, signature, url, FormFields.Parse(body)!);
    }
}
