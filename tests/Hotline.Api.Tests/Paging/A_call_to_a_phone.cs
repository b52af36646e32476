using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Hotline.Paging;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

public sealed class A_call_to_a_phone : IAsyncLifetime
{
    private PagingWorld world = null!;
    private Guid page;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [_, { SentAt: not null }], "the call is known");
    }

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_46_in_which_nobody_presses_a_key_ends_without_an_answer()
    {
        await world.Do(PagingWorld.Duty, "answer");
        for (var silence = 0; silence < 8 && (await Call()).WhyNot is null; silence++)
        {
            await Listening();
            await world.Advance(TimeSpan.FromSeconds(8));
        }
        await PagingWorld.Until(async () => (await Call()).WhyNot == "no-key-pressed", "it is over");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_44_that_nobody_takes_is_over_after_its_rings_and_the_plan_goes_on()
    {
        await world.Advance(TimeSpan.FromSeconds(40));
        await PagingWorld.Until(async () => (await Call()) is { ProviderStatus: "no-answer", WhyNot: not null }, "it rang out");
        await world.Advance(TimeSpan.FromMinutes(3));
        await world.UntilText(PagingWorld.Supervisor);
    }

    [Fact]
    public async Task Case_46_says_it_again_for_the_star_and_hanging_up_is_no_answer()
    {
        await world.Do(PagingWorld.Duty, "answer");
        await Listening();
        await world.Do(PagingWorld.Duty, "press", new { digits = "*" });
        await PagingWorld.Until(async () => await Said("重听请按星号") == 2, "said again");
        await world.Do(PagingWorld.Duty, "hangup");
        await PagingWorld.Until(async () => (await Call()).WhyNot == "no-key-pressed", "it is over");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    [Fact]
    public async Task Case_47_whose_key_comes_after_another_person_took_it_says_so()
    {
        using var supervisor = await world.SignedIn("supervisor");
        (await supervisor.PostAsync($"/api/pages/{page}/acknowledge", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var (status, document) = await world.Webhook(await Target(), "Digits=1");
        status.ShouldBe(HttpStatusCode.OK);
        document.ShouldContain("已由值班长");
        (await world.Load(page)).AcknowledgedBy!.Role.ShouldBe("DutySupervisor");
    }

    [Fact]
    public async Task Case_48_is_judged_by_the_last_word_however_the_callbacks_are_ordered()
    {
        var call = (await Call()).Id;
        var path = $"/webhooks/twilio/call-status?page={page:N}&attempt={call:N}";
        foreach (var (number, said) in new[] { (3, "completed"), (1, "ringing"), (2, "in-progress"), (0, "initiated") })
            (await world.Webhook(path, $"CallSid=CA{new string('5', 32)}&CallStatus={said}&SequenceNumber={number}")).Status.ShouldBe(HttpStatusCode.NoContent);
        ((await Call()).ProviderStatus, (await Call()).WhyNot).ShouldBe(("completed", "no-key-pressed"));
    }

    [Fact]
    public async Task Case_49_answered_while_the_database_is_slow_keeps_the_key_and_asks_again()
    {
        string document;
        var target = await Target();
        await using (var slow = await world.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync())
        await using (await slow.BeginTransactionAsync())
        {
            await using var hold = new NpgsqlCommand("lock table public.mt_events, public.mt_streams in access exclusive mode", slow);
            await hold.ExecuteNonQueryAsync();
            var began = TimeProvider.System.GetTimestamp();
            document = (await world.Webhook(target, "Digits=1")).Body;
            TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        }
        var again = new Uri(XDocument.Parse(document).Descendants("Redirect").Single().Value).PathAndQuery;
        again.ShouldContain("digits=1");
        (await world.Webhook(again, "CallStatus=in-progress")).Body.ShouldContain("已为您登记接警");
        await world.UntilState(page, PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_50_says_something_in_valid_words_whatever_it_is_sent()
    {
        foreach (var digits in new[] { "%3C%26%3E", "%00%01", "%F0%9F%91%8D", "11111111111111111111111111111111111111" })
        {
            var (status, document) = await world.Webhook(await Target(), "Digits=" + digits);
            status.ShouldBe(HttpStatusCode.OK);
            XDocument.Parse(document).Descendants("Say").ShouldNotBeEmpty();
        }
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    private async Task<string> Target() => $"/webhooks/twilio/page-call?page={page:N}&attempt={(await Call()).Id:N}";

    private async Task<PageAttempt> Call() => (await world.Load(page)).Attempts.First(a => a.Channel == "call");

    private Task Listening() => PagingWorld.Until(
        async () => (await world.Phone(PagingWorld.Duty)).GetProperty("call") is not { ValueKind: JsonValueKind.Object } call || call.GetProperty("listening").GetBoolean(),
        "the call listens");

    private async Task<int> Said(string words) =>
        (await world.Phone(PagingWorld.Duty)).GetProperty("call") is { ValueKind: JsonValueKind.Object } call
            ? call.GetProperty("said").EnumerateArray().Count(s => s.GetString()!.Contains(words, StringComparison.Ordinal)) : 0;
}
