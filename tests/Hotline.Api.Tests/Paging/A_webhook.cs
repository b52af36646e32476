using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

public sealed class A_webhook : IAsyncLifetime
{
    private const string Token = "f4b1d0c7a9e84f2c9d6e3b5a7c8d9e0f";
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_31_without_the_right_signature_is_refused_and_has_no_effect()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        var path = "/webhooks/twilio/sms";
        var body = $"MessageSid=SM{new string('1', 32)}&From=%2B14155550101&To=%2B15005550006&Body=1a";
        var right = Sign(path, body);
        (await Post(path, body, null)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post(path, body, "")).ShouldBe(HttpStatusCode.Forbidden);
        (await Post(path, body, right[..^2] + "x=")).ShouldBe(HttpStatusCode.Forbidden);
        (await Post(path, body.Replace("1a", "2a", StringComparison.Ordinal), right)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post(path + "?x=1", body, right)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post("/webhooks/twilio/voice", body, right)).ShouldBe(HttpStatusCode.Forbidden);
        (await Post(path, body, TwilioSignature.Sign("another", world.Url.ToString().TrimEnd('/') + path, Form(body)))).ShouldBe(HttpStatusCode.Forbidden);
        var https = world.Url.ToString().TrimEnd('/').Replace("http:", "https:", StringComparison.Ordinal) + path;
        (await Post(path, body, TwilioSignature.Sign(Token, https, Form(body)))).ShouldBe(HttpStatusCode.Forbidden);
        (await world.Load(page)).IsRinging.ShouldBeTrue();
        (await Post(path, body, right)).ShouldBe(HttpStatusCode.OK);
        (await world.Load(page)).State.ShouldBe(PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_32_is_trusted_with_either_token_while_they_rotate()
    {
        const string path = "/webhooks/twilio/voice?x=%E7%83%AD&y=it%27s+a";
        const string body = "CallSid=CA1&From=anonymous";
        (await Post(path, body, Sign(path, body))).ShouldBe(HttpStatusCode.OK);
        (await Post(path, body, TwilioSignature.Sign("the-token-before", world.Url.ToString().TrimEnd('/') + path, Form(body)))).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("anonymous"), InlineData("restricted"), InlineData("unavailable"), InlineData("+266696687"), InlineData(""), InlineData("sip:someone@example.org")]
    public async Task Case_51_of_a_caller_who_withholds_the_number_is_answered_as_any_other(string from)
    {
        const string path = "/webhooks/twilio/voice";
        var body = $"CallSid=CA{new string('1', 32)}&From={Uri.EscapeDataString(from)}&CallStatus=ringing&Direction=inbound";
        var (status, document) = await world.Webhook(path, body);
        status.ShouldBe(HttpStatusCode.OK);
        document.ShouldContain("儿童保护热线");
    }

    [Fact]
    public async Task Case_33_that_is_broken_or_huge_gets_a_quick_4xx()
    {
        const string path = "/webhooks/twilio/sms";
        (await Post(path, new string('a', 2_000_000), "x")).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await Post(path, string.Join('&', Enumerable.Repeat("a=1", 5000)), "x")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post(path, "Body=%zz", "x")).ShouldBe(HttpStatusCode.BadRequest);
        (await Post(path, "Body=1", "x", contentType: null)).ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await Post(path, "{}", "x", contentType: "application/json")).ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Case_25_that_comes_late_never_goes_back_from_a_final_word()
    {
        var page = await Untold();
        foreach (var status in new[] { "delivered", "sent", "queued", "undelivered" }) await Status(page, status);
        (await First(page)).ShouldSatisfyAllConditions(a => a.ProviderStatus.ShouldBe("delivered"), a => a.WhyNot.ShouldBeNull());
        await world.Advance(PagingWorld.Pack.Limits.Every);
        var other = await Untold();
        foreach (var status in new[] { "failed&ErrorCode=30008", "sent" }) await Status(other, status);
        (await First(other)).ShouldSatisfyAllConditions(a => a.ProviderStatus.ShouldBe("failed"), a => a.WhyNot.ShouldBe("not-reachable"));
    }

    [Fact]
    public async Task Case_26_that_comes_three_times_at_once_is_kept_once_and_told_so_thrice()
    {
        var page = await Untold();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Status(page, "delivered")));
        var events = await world.Services.GetRequiredService<IEventStore>().Read(page);
        events.Count(e => e.Type == "attempt_reported" && e.Data.Contains("delivered", StringComparison.Ordinal)).ShouldBe(1);
        await using var kept = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select count(*) from hotline.page_callbacks");
        (await kept.ExecuteScalarAsync()).ShouldBe(1L);
    }

    [Fact]
    public async Task Case_29_without_an_error_code_is_made_better_by_one_that_has_it_and_by_none_that_has_not()
    {
        var page = await Untold();
        await Status(page, "undelivered");
        (await First(page)).WhyNot.ShouldBe("not-delivered");
        await Status(page, "undelivered&ErrorCode=30003");
        (await First(page)).WhyNot.ShouldBe("not-reachable");
        await Status(page, "undelivered");
        (await First(page)).WhyNot.ShouldBe("not-reachable");
    }

    [Fact]
    public async Task Case_28_about_something_that_is_not_ours_has_no_effect()
    {
        var path = $"/webhooks/twilio/message-status?page={Guid.NewGuid():N}&attempt={Guid.NewGuid():N}";
        var body = $"MessageSid=SM{new string('9', 32)}&MessageStatus=delivered";
        (await Post(path, body, Sign(path, body))).ShouldBe(HttpStatusCode.NoContent);
        const string bare = "/webhooks/twilio/message-status";
        (await Post(bare, body, Sign(bare, body))).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Case_40_of_nonsense_is_answered_five_times_and_a_strangers_never()
    {
        for (var i = 0; i < 10; i++) await world.Reply(PagingWorld.Duty, $"我在路上 {new string('!', i)}");
        await world.UntilText(PagingWorld.Duty, 5);
        (await world.Texts(PagingWorld.Duty)).Count.ShouldBe(5);
        await world.Reply("+14155550199", "1a");
        (await world.Texts("+14155550199")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_38_of_a_bare_word_works_only_for_one_open_page()
    {
        await world.Reply(PagingWorld.Duty, "a");
        await world.UntilText(PagingWorld.Duty);
        (await world.Texts(PagingWorld.Duty))[^1].ShouldContain("没有等您接警");
        var first = await world.Page();
        await world.UntilText(PagingWorld.Duty, 2);
        await world.Advance(PagingWorld.Pack.Limits.Every);
        var second = await world.Page();
        await world.UntilText(PagingWorld.Duty, 3);
        await world.Reply(PagingWorld.Duty, "确认");
        await world.UntilText(PagingWorld.Duty, 4);
        (await world.Texts(PagingWorld.Duty))[^1].ShouldContain("多个呼叫");
        (await world.Load(first)).IsRinging.ShouldBeTrue();
        (await world.Load(second)).IsRinging.ShouldBeTrue();
        await world.Reply(PagingWorld.Duty, "1a");
        await PagingWorld.Until(async () => (await world.Load(first)).IsRinging != (await world.Load(second)).IsRinging, "one is taken");
        await world.Reply(PagingWorld.Duty, "a");
        await world.UntilState(first, PageFile.Acknowledged);
        await world.UntilState(second, PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_41_with_one_id_in_parallel_has_one_effect_and_one_answer()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        var form = $"MessageSid=SM{new string('7', 32)}&From={Uri.EscapeDataString(PagingWorld.Duty)}&To=%2B15005550006&Body=1a";
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Webhook("/webhooks/twilio/sms", form)));
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.OK);
        answers.Count(a => a.Body.Contains("<Message>", StringComparison.Ordinal)).ShouldBe(1);
        (await world.Services.GetRequiredService<IEventStore>().Read(page)).Count(e => e.Type == "page_acknowledged").ShouldBe(1);
        (await world.Webhook("/webhooks/twilio/sms", form)).Body.ShouldNotContain("<Message>");
    }

    [Fact]
    public async Task Cases_36_37_41_takes_no_other_page_and_repeated_or_late_replies_change_nothing()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Reply(PagingWorld.Supervisor, "1a");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
        await world.Reply(PagingWorld.Duty, "1a", copies: 3);
        await world.UntilState(page, PageFile.Acknowledged);
        // The gateway prints the answer to one of the three copies; which one is chance.
        var told = (await world.Texts(PagingWorld.Duty)).Count;
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "delivered" }], "the last callback is in");
        var version = (await world.Load(page)).Version;
        await world.Reply(PagingWorld.Duty, "1a");
        // The answer to the copies may be on its way still, so the last text need not be the one.
        await PagingWorld.Until(
            async () => (await world.Texts(PagingWorld.Duty)).Skip(told).Any(text => text.Contains("已由值班员", StringComparison.Ordinal)),
            "told who has it");
        (await world.Load(page)).Version.ShouldBe(version);
    }

    /// <summary>A page whose text went out, and of which the gateway tells nothing.</summary>
    private async Task<Guid> Untold()
    {
        await world.Callbacks(false);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "it went out");
        return page;
    }

    private async Task<PageAttempt> First(Guid page) => (await world.Load(page)).Attempts[0];

    private async Task Status(Guid page, string status)
    {
        var path = $"/webhooks/twilio/message-status?page={page:N}&attempt={(await First(page)).Id:N}";
        var body = $"MessageSid=SM{new string('5', 32)}&MessageStatus={status}";
        (await Post(path, body, Sign(path, body))).ShouldBe(HttpStatusCode.NoContent);
    }

    private string Sign(string target, string body) => TwilioSignature.Sign(Token, world.Url.ToString().TrimEnd('/') + target, Form(body));

    private static FormFields Form(string body) => FormFields.Parse(Encoding.UTF8.GetBytes(body))!;

    private async Task<HttpStatusCode> Post(string target, string body, string? signature, string? contentType = "application/x-www-form-urlencoded")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, world.Url.ToString().TrimEnd('/') + target);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        if (signature is not null) request.Headers.TryAddWithoutValidation("X-Twilio-Signature", signature);
        using var answer = await world.Api.SendAsync(request);
        return answer.StatusCode;
    }
}
