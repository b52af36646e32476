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

    [Theory]
    [InlineData("cut-after"), InlineData("500-after"), InlineData("500-before"), InlineData("html"), InlineData("half-body"), InlineData("empty"), InlineData("cut-before")]
    public async Task Cases_2_3_4_13_an_unclear_answer_leaves_exactly_one_text(string fault)
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
    public async Task Case_2_for_calls_too_rings_once_and_is_adopted()
    {
        await world.Fault("cut-after", on: "calls");
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(2));
        await world.UntilRings(PagingWorld.Duty);
        await PagingWorld.Until(
            async () => (await world.Load(page)).Attempts.Any(a => a is { Channel: "call", SentAt: not null }), "the call is adopted", 30);
        await world.Do(PagingWorld.Duty, "answer");
        await PagingWorld.Until(
            async () => await world.Do(PagingWorld.Duty, "press", new { digits = "1" }) == System.Net.HttpStatusCode.Accepted, "the key is pressed");
        await world.UntilState(page, PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_44_busy_and_declined_calls_do_not_stop_the_climb()
    {
        await world.Switch(PagingWorld.Duty, new { reject = true });
        var page = await world.Page();
        await world.Advance(TimeSpan.FromMinutes(2));
        await PagingWorld.Until(
            async () => (await world.Load(page)).Attempts.Any(a => a is { Channel: "call", WhyNot: "busy" or "no-answer" }), "the call came back", 40);
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
    public async Task Cases_7_8_a_worker_that_dies_after_its_request_leaves_one_text_to_the_next()
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
    public async Task Case_6_slower_than_the_plan_does_not_hold_up_the_next_person()
    {
        await world.Fault("hang-before", times: 3);
        await world.Page();
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilRings(PagingWorld.Supervisor);
    }
}
