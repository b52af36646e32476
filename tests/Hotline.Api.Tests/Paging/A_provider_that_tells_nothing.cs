using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class A_provider_that_tells_nothing : IAsyncLifetime
{
    private static readonly TimeSpan AskAfter = PagingWorld.Pack.Ringing.AskProviderAfter;
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        await world.Callbacks(false);
    }

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_30_is_asked_after_some_minutes_and_no_more_once_it_has_said_the_end()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        (await First(page)).ProviderStatus.ShouldBe("queued");
        await world.Advance(AskAfter);
        await PagingWorld.Until(async () => await First(page) is { ProviderStatus: "delivered" }, "the provider was asked");
        using var duty = await world.SignedIn("duty");
        var shown = (await duty.GetFromJsonAsync<JsonElement>($"/api/pages/{page}")).GetProperty("attempts")[0];
        shown.GetProperty("askedAt").GetDateTimeOffset().ShouldBe(world.Clock.Now, TimeSpan.FromMinutes(1));
        shown.GetProperty("deliveredAt").ValueKind.ShouldBe(JsonValueKind.String);
        await world.Advance(AskAfter * 4);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts.Last(a => a.Asked > 0).Climb > 1, "later attempts are asked for");
        (await First(page)).Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Case_30_is_asked_by_the_server_that_was_started_anew()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await PagingWorld.Until(async () => await First(page) is { ProviderStatus: "queued" }, "the answer is in");
        await world.Restart();
        await world.Advance(AskAfter);
        await PagingWorld.Until(async () => await First(page) is { ProviderStatus: "delivered", AskedAt: not null }, "asked after the restart");
    }

    [Fact]
    public async Task Case_30_is_asked_for_calls_too()
    {
        await world.Switch(PagingWorld.Duty, new { reject = true });
        var page = await world.Page();
        await world.Advance(PagingWorld.FirstCall);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts.Any(a => a is { Channel: "call", SentAt: not null }), "it is called");
        await world.Advance(AskAfter);
        await PagingWorld.Until(
            async () => (await world.Load(page)).Attempts.First(a => a.Channel == "call") is { WhyNot: "busy" or "no-answer", AskedAt: not null }, "asked");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_29_says_an_error_code_when_asked_and_takes_the_channel_off()
    {
        await world.Delivery(PagingWorld.Duty, new { status = "sent" }, new { status = "undelivered", errorCode = 30005 });
        var page = await world.Page();
        await PagingWorld.Until(async () => await First(page) is { SentAt: not null }, "it went out");
        await world.Advance(AskAfter);
        await PagingWorld.Until(async () => await First(page) is { WhyNot: "number-invalid" }, "the reason is known");
        await PagingWorld.Until(
            async () => (await world.Services.GetRequiredService<Contacts>().Of(DemoAccounts.AccountId("duty"), default))!.SmsOff == "number-invalid", "off");
    }

    [Fact]
    public async Task Case_30_sent_for_ever_ends_without_a_receipt_and_the_page_goes_on()
    {
        await world.Delivery(PagingWorld.Duty, new { status = "sent" });
        var page = await world.Page();
        await PagingWorld.Until(async () => await First(page) is { SentAt: not null }, "it went out");
        for (var asked = 1; asked <= PagingWorld.Pack.Ringing.AskProviderTimes; asked++)
        {
            var expected = asked;
            await world.Advance((await First(page)).AskAt!.Value - world.Clock.Now);
            await PagingWorld.Until(async () => (await First(page)).Asked == expected, $"asked {expected} times", 40);
            await PagingWorld.Until(async () => await First(page) is { ProviderStatus: "sent" }, "it says sent");
        }
        await world.Advance((await First(page)).AskAt!.Value - world.Clock.Now);
        await PagingWorld.Until(async () => await First(page) is { WhyNot: Asking.NoReceipt, AskAt: null }, "the last word");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    private async Task<PageAttempt> First(Guid page)
    {
        await PagingWorld.Until(async () => !(await world.Load(page)).Attempts.IsEmpty, "an attempt is planned");
        return (await world.Load(page)).Attempts[0];
    }
}
