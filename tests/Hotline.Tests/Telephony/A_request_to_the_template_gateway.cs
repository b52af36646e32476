using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Hotline.Hosting;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

public sealed class A_request_to_the_template_gateway
{
    private static readonly PhoneNumber County = PhoneNumber.Parse("+8610000000103")!.Value;
    private static readonly TemplateText Text = new(County, "SMS_1", Texts.PageParts("K7QF3", "T1", "new-report", 12, 1), "0123456789abcdef0123456789abcdef");

    // The vendor's own worked examples of the signature.
    [Theory]
    [InlineData("testSecret", "zJDF+Lrzhj/ThnlvIToysFRq6t4=",
        "AccessKeyId=testId&Action=SendSms&Format=XML&OutId=123&PhoneNumbers=15300000001&RegionId=cn-hangzhou&SignName=阿里云短信测试专用"
        + "&SignatureMethod=HMAC-SHA1&SignatureNonce=45e25e9b-0a6f-4070-8c85-2956eda1b466&SignatureVersion=1.0&TemplateCode=SMS_71390007"
        + "&TemplateParam={\"customer\":\"test\"}&Timestamp=2017-07-12T02:42:19Z&Version=2017-05-25")]
    [InlineData("testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY=",
        "Timestamp=2016-02-23T12:46:24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions&SignatureMethod=HMAC-SHA1"
        + "&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26&SignatureVersion=1.0")]
    public void is_signed_as_the_vendor_signs(string secret, string expected, string query)
    {
        var fields = query.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
        TemplateSignature.Of(secret, "GET", fields).ShouldBe(expected);
    }

    [Fact]
    public async Task names_a_template_and_its_parts_and_carries_no_words_of_ours()
    {
        FormFields? seen = null;
        var client = Client(form =>
        {
            seen = form;
            return Json(200, """{"Message":"OK","RequestId":"1","Code":"OK","BizId":"9006^0"}""");
        });
        (await client.Send(Text)).ShouldBe(new Submitted.Accepted("9006^0", "accepted"));
        (seen!["PhoneNumbers"], seen["TemplateCode"], seen["SignName"], seen["OutId"]).ShouldBe(("10000000103", "SMS_1", "儿童保护热线", Text.OutId));
        JsonSerializer.Deserialize<Dictionary<string, string>>(seen["TemplateParam"]!).ShouldBe(
            new Dictionary<string, string> { ["urgency"] = "立即", ["why"] = "新报告", ["reference"] = "K7QF3", ["code"] = "12" });
        seen["Signature"].ShouldBe(TemplateSignature.Of("secret", "POST", seen.All));
    }

    [Theory]
    [InlineData(200, "isv.MOBILE_NUMBER_ILLEGAL", ErrorClass.PermanentAddress), InlineData(200, "isv.SMS_TEMPLATE_ILLEGAL", ErrorClass.SetUp)]
    [InlineData(404, "InvalidAccessKeyId.NotFound", ErrorClass.SetUp), InlineData(400, "SignatureDoesNotMatch", ErrorClass.SetUp)]
    [InlineData(200, "isv.BLACK_KEY_CONTROL_LIMIT", ErrorClass.Policy), InlineData(200, "isv.A_WORD_OF_2031", ErrorClass.Request)]
    public async Task that_is_refused_says_the_class(int status, string word, ErrorClass expected) =>
        (await Client(_ => Json(status, $$"""{"Code":"{{word}}","Message":"","RequestId":"1"}""")).Send(Text))
            .ShouldBeOfType<Submitted.Rejected>().Class.ShouldBe(expected);

    [Theory]
    [InlineData(200, "<html>", true), InlineData(502, "<html>", true), InlineData(200, "", true), InlineData(500, """{"Code":"isp.SYSTEM_ERROR"}""", true)]
    [InlineData(200, """{"Code":"OK"}""", true), InlineData(400, """{"Code":"Throttling.User"}""", false), InlineData(429, "", false)]
    [InlineData(200, """{"Code":"isv.BUSINESS_LIMIT_CONTROL"}""", false)]
    public async Task whose_answer_tells_nothing_is_unknown_and_one_turned_away_is_not(int status, string body, bool unknown)
    {
        var end = await Client(_ => Json(status, body)).Send(Text);
        if (unknown) end.ShouldBeOfType<Submitted.Unknown>();
        else end.ShouldBeOfType<Submitted.NotProcessed>();
    }

    [Fact]
    public async Task is_found_again_by_our_own_id_on_both_days_around_midnight()
    {
        List<string?> days = [];
        var client = Client(form =>
        {
            days.Add(form["SendDate"]);
            return Json(200, """{"Code":"OK","TotalCount":"0","SmsSendDetailDTOs":{"SmsSendDetailDTO":[{"OutId":"other","SendStatus":3},{"OutId":"mine","SendStatus":2,"ErrCode":"MOBILE_IN_BLACK","SendDate":"2026-11-22 00:01:00"}]}}""");
        });
        var midnight = new DateTimeOffset(2026, 11, 22, 0, 1, 0, TimeSpan.FromHours(8));
        (await client.Find(County, "mine", midnight)).ShouldBe((true, new TemplateSeen("mine", "undelivered", "MOBILE_IN_BLACK", midnight)));
        (await client.Find(County, "nobody's", midnight)).ShouldBe((true, null));
        days.ShouldBe(["20261121", "20261121", "20261122"]);
        (await Client(_ => Json(500, "")).Find(County, "mine", midnight)).ShouldBe((false, null));
    }

    [Fact]
    public async Task to_another_country_never_leaves()
    {
        var abroad = Text with { To = PhoneNumber.Parse("+14155550101")!.Value };
        (await Client(_ => throw new InvalidOperationException("it left")).Send(abroad)).ShouldBeOfType<Submitted.Rejected>();
    }

    private static TemplateClient Client(Func<FormFields, HttpResponseMessage> answer)
    {
        var settings = new TemplateSettings
        {
            BaseUrl = new("https://gateway.example.org/"), AccessKeyId = "id", AccessKeySecret = "secret", SignName = "儿童保护热线", PageTemplate = "SMS_1",
            BundleTemplate = "SMS_2",
            PushKey = "push",
        };
        return new(new HttpClient(new Answering(answer)), settings, new SystemIds(), TimeProvider.System);
    }

    private sealed class Answering(Func<FormFields, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            answer(FormFields.Parse(await request.Content!.ReadAsByteArrayAsync(cancel))!);
    }

    private static HttpResponseMessage Json(int status, string body) =>
        new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
