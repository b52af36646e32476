using Hotline.Effects;
using Hotline.Paging;
using Hotline.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Hotline.Api.Tests.Paging;

public sealed class A_gateway_that_fails : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public Task Case_2_and_is_cut_off_after_it_took_the_text_leaves_one() => LeavesOneText("cut-after");

    [Fact]
    public Task Case_3_with_a_500_after_it_took_the_text_leaves_one() => LeavesOneText("500-after");

    [Theory]
    [InlineData("500-before"), InlineData("cut-before")]
    public Task Case_4_before_it_took_the_text_is_asked_again_after_a_look(string fault) => LeavesOneText(fault);

    [Theory]
    [InlineData("html"), InlineData("half-body"), InlineData("empty")]
    public Task Case_13_and_answers_nonsense_leaves_one_text(string fault) => LeavesOneText(fault);

    private async Task LeavesOneText(string fault)
    {
        await world.Fault(fault);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "the attempt is settled", 30);
        await world.UntilText(PagingWorld.Duty);
        (await world.Texts(PagingWorld.Duty)).Count.ShouldBe(1);
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_5_that_asks_to_wait_is_asked_again_and_not_sooner()
    {
        await world.Fault("429", retryAfter: 2);
        var began = TimeProvider.System.GetTimestamp();
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(2));
        (await world.Texts(PagingWorld.Duty)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_5_that_says_no_time_is_asked_at_growing_waits_and_the_next_channel_does_not_wait_for_it()
    {
        await world.Fault("429", times: 4);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Log("fault")).Count == 4, "turned away four times", 40);
        var at = (await world.Log("fault")).Select(f => f.GetProperty("at").GetDateTimeOffset()).ToList();
        var waits = at.Zip(at.Skip(1), (a, b) => b - a).ToList();
        waits[^1].ShouldBeGreaterThan(waits[0]);
        await world.Fault("429", times: 100);
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_6_and_told_late_that_it_took_the_text_sends_no_second_one()
    {
        await world.Fault("hang-after");
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts[0].SentAt is not null, "the late success is recorded", 40);
        (await world.Texts(PagingWorld.Duty)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_10_that_refuses_our_token_is_one_alarm_and_the_pages_go_on()
    {
        await world.Fault("401", on: "any", times: 1000);
        Guid[] pages = [await world.Page(), await world.Page(), await world.Page()];
        // What waits for its turn waits on the moved clock.
        var left = 30;
        await PagingWorld.Until(async () =>
        {
            if (left-- > 0) await world.Advance(TimeSpan.FromSeconds(5));
            return (await Task.WhenAll(pages.Select(world.Load))).All(p => p.PlanIsThrough && p.Attempts.All(a => a.WhyNot == "gateway-set-up"));
        }, "all refused", 40);
        world.Lines.Count(l => l.Event == 4204).ShouldBe(2, "one for texts and one for calls");
        await world.Phones.DeleteAsync("/control/faults");
        await world.Advance(PagingWorld.Pack.Escalations["base"].RepeatEvery);
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(PagingWorld.Pack.Limits.Every);
        await PagingWorld.Until(
            async () => (await Task.WhenAll(pages.Select(world.Load))).All(p => p.Attempts.Any(a => a is { Role: "DutyOfficer", Channel: "sms", SentAt: not null })), "all of them");
    }

    [Fact]
    public Task Case_11_that_filters_a_text_never_gets_it_again_and_the_channel_changes_at_once() => NeverAgain(30007, "blocked-by-provider", atOnce: true);

    [Fact]
    public Task Case_14_that_names_a_code_nobody_knows_is_judged_by_its_class() => NeverAgain(2031, "not-reachable", atOnce: false);

    private async Task NeverAgain(int code, string why, bool atOnce)
    {
        await world.Delivery(PagingWorld.Duty, new { status = "sent" }, new { status = "undelivered", errorCode = code });
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ WhyNot: not null }, ..], "it came back");
        (await world.Load(page)).Attempts[0].WhyNot.ShouldBe(why);
        if (!atOnce) await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        (await world.Log("text")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_12_that_could_not_reach_a_phone_reaches_it_in_a_later_round()
    {
        await world.Switch(PagingWorld.Duty, new { noCoverage = true });
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "sent" }], "it is on its way");
        foreach (var minutes in new[] { 2, 3, 5, 5 }) await world.Advance(TimeSpan.FromMinutes(minutes));
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts[0].WhyNot == "not-reachable", "out of coverage");
        await PagingWorld.Until(async () => (await world.Load(page)).PlanIsThrough, "the plan is through");
        (await world.Texts(PagingWorld.Duty)).ShouldBeEmpty();
        await world.Switch(PagingWorld.Duty, new { noCoverage = false });
        await world.Advance(PagingWorld.Pack.Escalations["base"].RepeatEvery);
        await world.UntilText(PagingWorld.Duty);
        (await world.Load(page)).Attempts.Count(a => a is { Role: "DutyOfficer", Channel: "sms" }).ShouldBe(2, "one for each round");
    }

    [Fact]
    public async Task Case_22_lets_a_text_expire_when_the_page_climbs()
    {
        await world.Switch(PagingWorld.Duty, new { off = true });
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "sent" }], "it waits for the phone");
        (await world.Load(page)).Attempts[0].ValiditySeconds.ShouldBe(120);
        await world.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(5));
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts[0] is { ProviderStatus: "undelivered", WhyNot: "not-reachable" }, "expired");
        await world.Advance(TimeSpan.FromMinutes(3));
        await world.UntilText(PagingWorld.Supervisor);
    }

    [Fact]
    public async Task Case_34_while_our_database_is_away_is_told_so_and_asked_afterwards()
    {
        await world.Callbacks(false);
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "it went out");
        var attempt = (await world.Load(page)).Attempts[0].Id;
        var (path, form) = ($"/webhooks/twilio/message-status?page={page:N}&attempt={attempt:N}", $"MessageSid=SM{new string('5', 32)}&MessageStatus=delivered");
        await using (await world.Outage()) ((int)(await world.Webhook(path, form)).Status).ShouldBeGreaterThanOrEqualTo(500);
        await world.Advance(PagingWorld.Pack.Ringing.AskProviderAfter);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts[0].DeliveredAt is not null, "mended", 40);
    }

    [Theory]
    [InlineData("reject"), InlineData("off"), InlineData("noCoverage")]
    public async Task Case_44_busy_and_failed_calls_do_not_stop_the_climb(string how)
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Switch(PagingWorld.Duty, new Dictionary<string, bool> { [how] = true });
        await world.Advance(PagingWorld.FirstCall);
        await PagingWorld.Until(
            async () => (await world.Load(page)).Attempts.Any(a => a is { Channel: "call", WhyNot: not null }), "the call came back", 40);
        await world.Advance(TimeSpan.FromMinutes(3));
        await world.UntilText(PagingWorld.Supervisor);
    }

    [Fact]
    public async Task Case_39_a_phone_that_opted_out_is_reached_by_its_other_channel_and_gets_no_text()
    {
        await world.Reply(PagingWorld.Duty, "STOP ");
        var page = await world.Page();
        await world.UntilRings(PagingWorld.Duty);
        (await world.Texts(PagingWorld.Duty)).ShouldBeEmpty();
        (await world.Load(page)).Attempts.ShouldAllBe(a => a.Channel == "call");
    }

    [Theory]
    [InlineData("+15005550009"), InlineData("+15005550001")]
    public async Task Case_9_a_number_that_cannot_take_texts_is_asked_once(string number)
    {
        await world.Number("duty", number);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ WhyNot: "number-invalid" }, ..], "refused");
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts.Any(a => a.Role == "DutyOfficer" && a.Channel == "call"), "by call");
        (await world.Services.GetRequiredService<Hotline.Duty.Contacts>().Of(Hotline.Security.DemoAccounts.AccountId("duty"), default))!.SmsOff.ShouldBe("number-invalid");
        var second = await world.Page();
        await PagingWorld.Until(async () => !(await world.Load(second)).Attempts.IsEmpty, "rung otherwise");
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilText(PagingWorld.Supervisor);
        (await world.Log("refused")).Count(r => r.GetProperty("detail").GetProperty("what").GetString() == "text").ShouldBe(1);
    }

    [Fact]
    public async Task Case_9_a_dead_number_sends_the_page_to_the_next_person_at_once()
    {
        // The gateway refuses it as opted out, and we have not heard of it.
        await world.Phones.PostAsync($"/phones/{Uri.EscapeDataString(PagingWorld.Duty)}/reply",
            new StringContent("""{"text":"STOP","copies":1}""", System.Text.Encoding.UTF8, "application/json"));
        var contacts = world.Services.GetRequiredService<Hotline.Duty.Contacts>();
        var contact = (await contacts.Of(Hotline.Security.DemoAccounts.AccountId("duty"), default))!;
        await contacts.SetSms(contact, null, world.Clock.Now);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ WhyNot: "opted-out" }, ..], "refused");
        await world.UntilRings(PagingWorld.Duty);
        (await contacts.Of(contact.Person, default))!.SmsOff.ShouldBe("opted-out");
    }

    [Fact]
    public async Task Case_7_a_worker_that_dies_after_its_request_leaves_one_text_to_the_next()
    {
        await using var quiet = await PagingWorld.Start(relay: false);
        var page = await quiet.Page();
        var store = quiet.Services.GetRequiredService<IEventStore>();
        await PagingWorld.Until(async () => (await quiet.Load(page)).Attempts.Length == 1, "planned");
        var item = (await store.LeaseOutbox("dying", TimeSpan.FromSeconds(1), 10)).Single();
        var sms = quiet.Services.GetServices<IOutboxHandler>().Single(h => h.Topic == Topics.Sms);
        await quiet.Fault("hang-after");
        using (var death = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await Should.ThrowAsync<OperationCanceledException>(sms.Deliver(item, death.Token));
        await quiet.AddNode();
        await PagingWorld.Until(async () => (await quiet.Load(page)).Attempts is [{ SentAt: not null }], "taken over", 40);
        await quiet.UntilText(PagingWorld.Duty);
        (await quiet.Texts(PagingWorld.Duty)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_8_two_workers_take_the_same_page_and_one_text_arrives()
    {
        await world.AddNode();
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ ProviderStatus: "delivered" }], "delivered");
        (await world.Log("text")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_6_slower_than_the_plan_does_not_hold_up_the_next_person()
    {
        await world.Fault("hang-before", times: 3);
        await world.Page();
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilRings(PagingWorld.Supervisor);
    }
}
