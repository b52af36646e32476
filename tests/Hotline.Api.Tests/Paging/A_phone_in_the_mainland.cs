using System.Net;
using System.Net.Http.Json;
using Hotline.Paging;
using Hotline.Security;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class A_phone_in_the_mainland : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start(templates: true);
        // The plan's first target is a text to somebody in the mainland.
        await world.Number("county", "+14155550150");
        await world.Number("duty", PagingWorld.County);
    }

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_19_is_reached_by_its_own_gateway_and_can_answer_there()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.County);
        var text = (await world.Texts(PagingWorld.County)).Single();
        text.ShouldStartWith("【儿童保护热线】立即·新报告，编号");
        text.ShouldContain("回复1a");
        text.ShouldNotContain("http");
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ Gateway: "template", ProviderStatus: "delivered", DeliveredAt: not null }], "delivered");
        using var duty = await world.SignedIn("duty");
        (await duty.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/pages/{page}")).GetProperty("attempts")[0].GetProperty("gateway").GetString().ShouldBe("template");
        await world.Reply(PagingWorld.County, "１ａ", copies: 3);
        await world.UntilState(page, PageFile.Acknowledged);
        (await world.Load(page)).Attempts[0].AnsweredAt.ShouldNotBeNull();
        world.Lines.ShouldContain(l => l.Event == 4211);
        world.Lines.ShouldContain(l => l.Event == 4213);
    }

    [Theory]
    [InlineData("cut-after"), InlineData("500-after"), InlineData("500-before"), InlineData("html"), InlineData("half-body"), InlineData("empty")]
    public async Task Cases_2_3_4_13_gets_exactly_one_text_after_an_unclear_answer(string fault)
    {
        await world.Callbacks(false);
        await world.Fault(fault, on: "template");
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "the attempt is settled", 30);
        await world.UntilText(PagingWorld.County);
        (await world.Texts(PagingWorld.County)).Count.ShouldBe(1);
        (await world.Load(page)).Attempts[0].Gateway.ShouldBe("template");
    }

    [Fact]
    public async Task Case_10_is_reached_from_abroad_when_its_gateway_refuses_us_with_one_alarm_and_at_home_again_later()
    {
        await world.Fault("401", on: "template", times: 1000);
        var first = await world.Page();
        await world.UntilText(PagingWorld.County);
        await world.Advance(PagingWorld.Pack.Limits.Every);
        Guid[] pages = [first, await world.Page()];
        await PagingWorld.Until(
            async () => (await Task.WhenAll(pages.Select(world.Load))).All(p => p.Attempts is [{ Gateway: "twilio", SentAt: not null, WhyNot: null }, ..]), "by the other", 40);
        world.Lines.Count(l => l.Event == 4204).ShouldBe(1);
        (await world.Texts(PagingWorld.County)).ShouldAllBe(t => !t.Contains("回复", StringComparison.Ordinal));
        await world.Phones.DeleteAsync("/control/faults");
        await world.Advance(PagingWorld.Pack.Gateways.TryAgainAfter);
        var later = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(later)).Attempts is [{ Gateway: "template" }, ..], "at home again");
    }

    [Fact]
    public async Task Case_10_abroad_stays_with_its_gateway_while_the_mainlands_refuses_us()
    {
        await world.Number("duty", PagingWorld.Duty);
        await world.Fault("401", on: "template", times: 1000);
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        (await world.Log("fault")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_5_waits_once_for_a_gateway_that_turns_it_away_and_then_takes_the_other()
    {
        await world.Fault("429", on: "template", times: 1000);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ Gateway: "twilio", SentAt: not null }], "by the other", 40);
        (await world.Log("fault")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Case_6_is_not_left_waiting_for_a_gateway_that_has_fallen_silent()
    {
        await world.Callbacks(false);
        await world.Fault("500-after", on: "template");
        await world.Fault("500-before", on: "template", times: 1000);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Log("fault")).Count > 1, "looked for");
        await world.Advance(TimeSpan.FromSeconds(61));
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ Gateway: "twilio", SentAt: not null, MaybeDouble: true }, ..], "by the other, and said so", 40);
    }

    [Fact]
    public async Task Case_12_that_is_out_of_coverage_is_told_so_by_the_receipt()
    {
        await world.Switch(PagingWorld.County, new { noCoverage = true });
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "accepted" }], "it is on its way");
        await world.Advance(TimeSpan.FromSeconds(30));
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "undelivered", WhyNot: "not-reachable" }, ..], "told");
    }

    [Fact]
    public async Task Case_30_is_asked_for_where_no_receipt_comes()
    {
        await world.Callbacks(false);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }, ..], "it went out");
        await world.Advance(PagingWorld.Pack.Ringing.AskProviderAfter);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts[0] is { ProviderStatus: "delivered" }, "the gateway was asked");
    }

    [Fact]
    public async Task Cases_26_31_is_believed_by_the_key_alone_and_each_receipt_once()
    {
        await world.Callbacks(false);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "it went out");
        var attempt = (await world.Load(page)).Attempts[0];
        var receipt = $$"""[{"out_id":"nobody's"},{"out_id":"{{attempt.Id:N}}","biz_id":"b^0","success":false,"err_code":"MOBILE_IN_BLACK"},{"out_id":"{{Guid.NewGuid():N}}","biz_id":"c^0","success":true},7]""";
        (await Push("receipts", receipt, "another-key")).ShouldBe(HttpStatusCode.Forbidden);
        (await Push("receipts", receipt, "")).ShouldBe(HttpStatusCode.Forbidden);
        (await world.Load(page)).Attempts[0].WhyNot.ShouldBeNull();
        foreach (var end in await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Push("receipts", receipt)))) end.ShouldBe(HttpStatusCode.OK);
        (await world.Load(page)).Attempts[0].WhyNot.ShouldBe("number-invalid");
        (await world.Services.GetRequiredService<Hotline.Duty.Contacts>().Of(DemoAccounts.AccountId("duty"), default))!.SmsOff.ShouldBe("number-invalid");
        (await Push("receipts", "{")).ShouldBe(HttpStatusCode.BadRequest);
        (await Push("receipts", "{}")).ShouldBe(HttpStatusCode.BadRequest);
        (await Push("receipts", new string(' ', 2_000_000))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Case_24_leaves_no_number_key_or_text_in_any_log_line()
    {
        await world.Fault("500-after", on: "template");
        var page = await world.Page();
        await world.UntilText(PagingWorld.County);
        await world.Reply(PagingWorld.County, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
        foreach (var secret in new[] { "10000000103", "demo-secret", PagingWorld.PushKey, "儿童保护", (await world.Load(page)).Attempts[0].Reference })
            world.Lines.Where(l => l.Text.Contains(secret, StringComparison.Ordinal)).Select(l => l.Text).ShouldBeEmpty(secret);
    }

    private async Task<HttpStatusCode> Push(string what, string body, string key = PagingWorld.PushKey)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await world.Api.PostAsync($"/webhooks/template/{what}?key={Uri.EscapeDataString(key)}", content);
        return answer.StatusCode;
    }
}
