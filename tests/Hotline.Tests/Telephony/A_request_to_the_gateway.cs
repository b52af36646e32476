using System.Net;
using System.Text;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_request_to_the_gateway
{
    private const string Sid = "SM0123456789abcdef0123456789abcdef";
    private static readonly PhoneNumber Duty = PhoneNumber.Parse("+14155550101")!.Value;
    private static readonly OutgoingText Text = new(
        Duty, "【值班】7F0C：回复 1a + & % = 接警\n\"👍\"", "https://hotline.example.org/webhooks/twilio/message-status?attempt=1", TimeSpan.FromMinutes(2));

    [Fact]
    public async Task for_a_text_holds_against_the_description_and_keeps_every_character()
    {
        var (client, seen) = Client((_, _) => Created("queued"));
        (await client.SendText(Text)).ShouldBe(new Submitted.Accepted(Sid, "queued"));
        seen.Forms.Single()["Body"].ShouldBe(Text.Body);
        seen.Forms.Single()["ValidityPeriod"].ShouldBe("120");
        seen.Forms.Single()["From"].ShouldBe("+15005550006");
    }

    [Fact]
    public async Task for_a_call_holds_against_the_description()
    {
        var (client, seen) = Client((_, _) => Created("queued"));
        var call = new OutgoingCall(Duty, "https://hotline.example.org/webhooks/twilio/page-call?attempt=1",
            "https://hotline.example.org/webhooks/twilio/call-status?attempt=1", TimeSpan.FromSeconds(30));
        (await client.PlaceCall(call)).ShouldBeOfType<Submitted.Accepted>();
        seen.Forms.Single().All.Count(f => f.Key == "StatusCallbackEvent").ShouldBe(4);
    }

    [Fact]
    public async Task to_end_list_or_fetch_holds_against_the_description()
    {
        var (client, seen) = Client((request, _) => request.RequestUri!.AbsolutePath.EndsWith("Messages.json", StringComparison.Ordinal)
            ? Json(200, $$"""{"messages":[{"sid":"{{Sid}}","status":"sent","to":"+14155550101","from":"+15005550006","body":"x","error_code":30003,"date_created":"Sat, 21 Nov 2026 01:00:00 +0000"}],"next_page_uri":null}""")
            : Created("completed"));
        (await client.EndCall("CA0123456789abcdef0123456789abcdef")).ShouldBeOfType<Submitted.Accepted>();
        var listed = (await client.ListMessages(Duty, new DateTimeOffset(2026, 11, 21, 0, 59, 0, TimeSpan.Zero))).ShouldNotBeNull();
        listed.Single().ErrorCode.ShouldBe(30003);
        (await client.ListMessages(Duty, new DateTimeOffset(2026, 11, 21, 1, 1, 0, TimeSpan.Zero))).ShouldNotBeNull().ShouldBeEmpty();
        (await client.FetchMessage(Sid)).ShouldNotBeNull().Sid.ShouldBe(Sid);
        seen.Addresses.Count.ShouldBe(4);
    }

    [Fact]
    public async Task for_a_list_follows_pages_but_never_out_of_our_account()
    {
        var next = "/2010-04-01/Accounts/AC" + new string('a', 32) + "/Messages.json?Page=1&PageSize=50";
        var (client, seen) = Client((request, _) => Json(200, request.RequestUri!.Query.Contains("Page=1&", StringComparison.Ordinal)
            ? """{"messages":[],"next_page_uri":"https://elsewhere.example.org/steal"}"""
            : $$"""{"messages":[],"next_page_uri":"{{next}}"}"""));
        (await client.ListMessages(Duty, DateTimeOffset.UnixEpoch)).ShouldNotBeNull();
        seen.Addresses.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(400, """{"code":21610,"message":"","more_info":"","status":400}""", ErrorClass.PermanentAddress)]
    [InlineData(400, """{"code":21612,"message":"","more_info":"","status":400}""", ErrorClass.SetUp)]
    [InlineData(400, """{"code":2031,"message":"","more_info":"","status":400}""", ErrorClass.Request)]
    [InlineData(401, """{"code":20003,"message":"","more_info":"","status":401}""", ErrorClass.SetUp)]
    [InlineData(404, "<html>", ErrorClass.Request)]
    public async Task that_is_refused_says_the_class(int status, string body, ErrorClass expected)
    {
        var (client, _) = Client((_, _) => Json(status, body));
        (await client.SendText(Text)).ShouldBeOfType<Submitted.Rejected>().Class.ShouldBe(expected);
    }

    [Theory]
    [InlineData(500, """{"code":20500,"message":"","more_info":"","status":500}"""), InlineData(502, "<html>bad gateway</html>")]
    [InlineData(200, ""), InlineData(201, """{"sid":"SM01234"""), InlineData(201, "[]"), InlineData(201, """{"sid":5,"status":null}""")]
    public async Task Case_13_whose_answer_tells_nothing_has_an_unknown_outcome(int status, string body)
    {
        var (client, _) = Client((_, _) => Json(status, body));
        (await client.SendText(Text)).ShouldBeOfType<Submitted.Unknown>();
    }

    [Fact]
    public async Task that_is_turned_away_says_how_long_to_wait()
    {
        var (client, _) = Client((_, _) =>
        {
            var no = Json(429, """{"code":20429,"message":"","more_info":"","status":429}""");
            no.Headers.RetryAfter = new(TimeSpan.FromSeconds(2));
            return no;
        });
        (await client.SendText(Text)).ShouldBe(new Submitted.NotProcessed(TimeSpan.FromSeconds(2)));
        var (silent, _) = Client((_, _) => Json(429, ""));
        (await silent.SendText(Text)).ShouldBe(new Submitted.NotProcessed(null));
    }

    [Fact]
    public async Task that_never_left_may_be_repeated_and_one_that_was_cut_may_not()
    {
        var (refused, _) = Client((_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError));
        (await refused.SendText(Text)).ShouldBeOfType<Submitted.NotProcessed>();
        var (cut, _) = Client((_, _) => throw new HttpRequestException(HttpRequestError.ResponseEnded));
        (await cut.SendText(Text)).ShouldBeOfType<Submitted.Unknown>();
        var (slow, _) = Client((_, _) => throw new TaskCanceledException());
        (await slow.SendText(Text)).ShouldBeOfType<Submitted.Unknown>();
    }

    [Fact]
    public async Task Case_17_to_our_own_number_is_refused_before_it_is_sent()
    {
        var (client, seen) = Client((_, _) => Created("queued"));
        (await client.SendText(Text with { To = PhoneNumber.Parse("+15005550006")!.Value })).ShouldBeOfType<Submitted.Rejected>();
        seen.Forms.ShouldBeEmpty();
    }

    private static (TwilioClient, StrictDescription) Client(Func<HttpRequestMessage, FormFields, HttpResponseMessage> answer)
    {
        var seen = new StrictDescription(answer);
        var settings = new TwilioSettings
        {
            BaseUrl = TwilioSettings.RealService, AccountSid = "AC" + new string('a', 32), AuthToken = "token", From = "+15005550006",
            PublicUrl = new("https://hotline.example.org"),
        };
        return (new TwilioClient(new HttpClient(seen), settings, TimeProvider.System), seen);
    }

    private static HttpResponseMessage Created(string status) => Json(201, $$"""{"sid":"{{Sid}}","status":"{{status}}","date_created":null}""");

    private static HttpResponseMessage Json(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
