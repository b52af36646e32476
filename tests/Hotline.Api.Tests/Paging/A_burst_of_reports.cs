using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Paging;
using Hotline.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

public sealed class A_burst_of_reports : IAsyncLifetime
{
    private static readonly TimeSpan Every = PagingWorld.Pack.Limits.Every;
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Case_21_of_forty_in_a_minute_is_one_text_and_one_for_all_that_waited_and_one_reply_takes_them()
    {
        var first = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        var rest = new List<Guid>();
        for (var report = 0; report < 38; report++) rest.Add(await world.Page(triage: report % 2 == 0 ? "T1" : "T2"));
        var newest = await world.Page();
        rest.Add(newest);
        await UntilAll(rest, a => a is { DelayedUntil: not null, ReleaseAt: not null, SentAt: null }, "they wait");
        await world.Advance(Every);
        await UntilAll(rest, a => a is { SentAt: not null, Bundled: 39 }, "they went out together");
        await world.UntilText(PagingWorld.Duty, 2);
        var texts = await world.Texts(PagingWorld.Duty);
        texts.Count.ShouldBe(2);
        texts[1].ShouldContain("39个呼叫，最急：立即·新报告，编号" + (await Attempt(newest)).Reference + "。");
        await UntilAll(rest, a => a is { ProviderStatus: "delivered", DeliveredAt: not null }, "each shows that it arrived");
        using var duty = await world.SignedIn("duty");
        var shown = (await duty.GetFromJsonAsync<JsonElement>($"/api/pages/{rest[0]}")).GetProperty("attempts")[0];
        shown.GetProperty("bundled").GetInt32().ShouldBe(39);
        shown.GetProperty("delayedWhy").GetString().ShouldBe("contact-limit");
        var code = System.Text.RegularExpressions.Regex.Match(texts[1], "回复([0-9]+a)全部接警").Groups[1].Value;
        await world.Reply(PagingWorld.Duty, code);
        foreach (var page in rest) await world.UntilState(page, PageFile.Acknowledged);
        (await world.Load(first)).IsRinging.ShouldBeTrue("it was told of by itself");
        (await world.Load(newest)).Attempts[0].AnsweredAt.ShouldNotBeNull();
        await PagingWorld.Until(async () => (await world.Texts(PagingWorld.Duty)).Any(t => t.Contains("共39个", StringComparison.Ordinal)), "it is told so once");
        (await world.Log("text")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Case_21_is_led_by_an_emergency_that_does_not_wait_for_lesser_ones()
    {
        await world.Page(triage: "T2");
        await world.UntilText(PagingWorld.Duty);
        var second = await world.Page(triage: "T2");
        await UntilAll([second], a => a.ReleaseAt is not null, "it waits");
        var emergency = await world.Page();
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[1].ShouldContain("2个呼叫，最急：立即·新报告，编号" + (await Attempt(emergency)).Reference);
        await UntilAll([second, emergency], a => a is { Bundled: 2 }, "both went");
        // Its own place in the message is gone: one answer takes the rest all the same.
        await world.Services.GetRequiredService<IEventStore>().Append(new StoreCommand
        {
            Id = Guid.NewGuid(), At = world.Clock.Now, Rows = [Bundles.WaitsNoMore((await Attempt(emergency)).Id)],
        });
        await world.Reply(PagingWorld.Duty, System.Text.RegularExpressions.Regex.Match((await world.Texts(PagingWorld.Duty))[1], "回复([0-9]+a)全部接警").Groups[1].Value);
        await world.UntilState(second, PageFile.Acknowledged);
        await PagingWorld.Until(async () => (await world.Texts(PagingWorld.Duty)).Any(t => t.Contains("共1个", StringComparison.Ordinal)), "and it is told so", 20);
    }

    [Fact]
    public async Task of_one_household_is_one_message_as_the_first_rings_again_and_what_comes_for_others_is_not_held_by_it()
    {
        var household = Guid.CreateVersion7();
        var first = await world.Page(triage: "T2", household: household);
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(Every);
        var second = await world.Page(triage: "T2", household: household);
        await UntilAll([second], a => a is { ReleaseAt: not null, DelayedWhy: "same-household" }, "it waits for its household");
        var stranger = await world.Page(triage: "T2", household: Guid.CreateVersion7());
        await world.UntilText(PagingWorld.Duty, 2);
        await UntilAll([second, stranger], a => a is { Bundled: 2 }, "what waits goes with whatever goes first");
        var code = System.Text.RegularExpressions.Regex.Match((await world.Texts(PagingWorld.Duty))[1], "回复([0-9]+a)全部接警").Groups[1].Value;
        await world.Reply(PagingWorld.Duty, code);
        await world.UntilState(second, PageFile.Acknowledged);
        await world.UntilState(stranger, PageFile.Acknowledged);
        (await world.Load(first)).IsRinging.ShouldBeTrue("it has an answer of its own");

        var alarms = world.Services.GetRequiredService<AlarmBudget>();
        async Task<AlarmsView> OfDuty() => (await alarms.Of(_ => true, default)).People.Single(p => p.Role == "DutyOfficer");
        var few = await OfDuty();
        (few.Recent, few.Overrun).ShouldBe((2, false));
        // Five calls more within the hour, as turns leave them.
        await world.Services.GetRequiredService<IEventStore>().Append(new StoreCommand
        {
            Id = Guid.NewGuid(), At = world.Clock.Now,
            Rows = [.. Enumerable.Range(1, 5).Select(n => Bundles.Turn(few.Person, Channels.Call, new(n, world.Clock.Now.AddMinutes(-10 * n), false, Guid.NewGuid(), null)))],
        });
        (await OfDuty()).Overrun.ShouldBeTrue("somebody else should take over");
        (await alarms.Of(_ => false, default)).People.ShouldBeEmpty();
    }

    [Fact]
    public async Task Case_21_waits_while_its_page_is_answered_elsewhere_and_is_then_not_told()
    {
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        var page = await world.Page();
        await UntilAll([page], a => a.ReleaseAt is not null, "it waits");
        using var duty = await world.SignedIn("duty");
        (await duty.PostAsJsonAsync($"/api/pages/{page}/acknowledge", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await world.Advance(Every);
        await UntilAll([page], a => a is { WhyNot: "answered-first" }, "dropped because it was answered");
        (await world.Log("text")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Case_21_whose_message_fails_leaves_nobody_untold()
    {
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        Guid[] rest = [await world.Page(), await world.Page(), await world.Page()];
        await UntilAll(rest, a => a.ReleaseAt is not null, "they wait");
        await world.Fault("cut-after");
        await world.Advance(Every);
        await UntilAll(rest, a => a is { SentAt: not null, Bundled: 3 }, "adopted, and all hear of it");
        (await world.Log("text")).Count.ShouldBe(2);
        await world.Delivery(PagingWorld.Duty, new { status = "sent" }, new { status = "undelivered", errorCode = 30007 });
        Guid[] more = [await world.Page(), await world.Page()];
        await UntilAll(more, a => a.ReleaseAt is not null, "they wait");
        await world.Advance(Every);
        await UntilAll(more, a => a is { WhyNot: "blocked-by-provider" }, "all hear why not", 40);
        await PagingWorld.Until(async () => (await world.Load(more[0])).NextStep > 1 && (await world.Load(more[1])).NextStep > 1, "and all climb at once");
    }

    [Fact]
    public async Task Case_21_is_one_call_too_whose_key_takes_them_all()
    {
        await world.Reply(PagingWorld.Duty, "STOP");
        // None of these climbs within the minute that they wait.
        await world.Page("T2");
        await world.UntilRings(PagingWorld.Duty);
        await world.Do(PagingWorld.Duty, "reject");
        Guid[] rest = [await world.Page("T2"), await world.Page("T2"), await world.Page("T2")];
        await UntilAll(rest, a => a is { Channel: "call", ReleaseAt: not null }, "they wait");
        await world.Advance(Every);
        await world.UntilRings(PagingWorld.Duty);
        await world.Do(PagingWorld.Duty, "answer");
        await PagingWorld.Until(async () => await world.Do(PagingWorld.Duty, "press", new { digits = "1" }) == HttpStatusCode.Accepted, "the key is pressed");
        foreach (var page in rest) await world.UntilState(page, PageFile.Acknowledged);
        // The first page may have come to its own next call meanwhile, and goes along.
        (await world.Phone(PagingWorld.Duty)).GetRawText().ShouldMatch("共 [34] 个呼叫");
    }

    [Fact]
    public async Task at_night_that_can_wait_lets_sleep_who_is_not_at_the_desk()
    {
        var night = PagingWorld.Pack.Limits.Quiet.From.ToTimeSpan() + TimeSpan.FromHours(1);
        var here = world.Clock.Now.ToOffset(TimeSpan.FromHours(8)).TimeOfDay;
        await world.Advance(night > here ? night - here : night - here + TimeSpan.FromDays(1));
        var page = await world.Page(triage: "T3", plan: "common-superior");
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts.Any(a => a is { Role: "CountyOfficer", DelayedWhy: "quiet-hours" }), "it waits for the morning");
        (await world.Texts(PagingWorld.County)).ShouldBeEmpty();
        var urgent = await world.Page(plan: "common-superior");
        await world.UntilText(PagingWorld.County);
        (await world.Texts(PagingWorld.County)).Single().ShouldContain("立即");
        (await world.Load(urgent)).IsRinging.ShouldBeTrue();
    }

    private async Task<PageAttempt> Attempt(Guid page) => (await world.Load(page)).Attempts[0];

    private Task UntilAll(IReadOnlyCollection<Guid> pages, Func<PageAttempt, bool> holds, string what, int seconds = 30) => PagingWorld.Until(async () =>
    {
        foreach (var page in pages)
            if ((await world.Load(page)).Attempts is not [var first, ..] || !holds(first)) return false;
        return true;
    }, what, seconds);
}
