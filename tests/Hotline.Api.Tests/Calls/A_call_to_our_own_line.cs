using System.Net;
using System.Net.Http.Json;
using Hotline.Api.Tests.Paging;
using Hotline.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Calls;

public sealed class A_call_to_our_own_line : IAsyncLifetime
{
    private CallWorld world = null!;

    public async ValueTask InitializeAsync() => world = await CallWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    private Task<HttpResponseMessage> Queues(object rule) => world.Telephones.Phones.PutAsJsonAsync("/control/queues", rule);

    [Fact]
    public async Task rings_whoever_is_on_duty_who_takes_it_by_a_key_and_owes_its_outcome()
    {
        await world.Queued();
        await world.Telephones.UntilRings(PagingWorld.Duty);
        await world.Telephones.Do(PagingWorld.Duty, "answer");
        await world.Line(PagingWorld.Duty, call => call["listening"]!.GetValue<bool>(), "the officer is asked for a key");
        await world.Telephones.Do(PagingWorld.Duty, "press", new { digits = "1" });
        var id = (await world.Only())["id"]!.ToString();
        await world.UntilState(id, "Answered");
        (await world.Call(id))["takenBy"]!["name"]!.ToString().ShouldBe("duty");
        await world.Telephones.Do(CallWorld.Public, "hangup");
        await world.UntilState(id, "OutcomeOwed");
        await world.Over(PagingWorld.Duty);
        (await world.Heard(PagingWorld.Duty)).ShouldNotContain("4155550199");
        await world.Taken($"/api/calls/{id}", "RecordCounselling");
        (await world.Owed()).ShouldBeEmpty();
    }

    [Fact]
    public async Task that_the_officer_does_not_pick_up_rings_whoever_leads_the_shift_too()
    {
        await world.Telephones.Switch(PagingWorld.Duty, new { reject = true });
        await world.Queued();
        (await world.Telephones.Rings(PagingWorld.Supervisor)).ShouldBeFalse("the officer comes first");
        await world.Telephones.Advance(TimeSpan.FromSeconds(31));
        await world.Telephones.UntilRings(PagingWorld.Supervisor);
        await world.Telephones.Do(PagingWorld.Supervisor, "answer");
        await world.Line(PagingWorld.Supervisor, call => call["listening"]!.GetValue<bool>(), "the supervisor is asked for a key");
        await world.Telephones.Do(PagingWorld.Supervisor, "press", new { digits = "1" });
        await world.UntilState((await world.Only())["id"]!.ToString(), "Answered");
    }

    /// <summary>A drill that failed makes a telephone doubtful, not dead.</summary>
    [Fact]
    public async Task rings_an_officer_who_did_not_answer_a_drill()
    {
        var contacts = world.Telephones.Services.GetRequiredService<Hotline.Duty.Contacts>();
        var officer = (await contacts.Of(Hotline.Security.DemoAccounts.AccountId("duty"), default))!;
        await contacts.SetCall(officer, Hotline.Duty.Contact.DrillFailed, world.Telephones.Clock.Now);
        await world.Queued();
        await world.Telephones.UntilRings(PagingWorld.Duty);
    }

    [Fact]
    public async Task while_the_gateway_hangs_on_calls_holds_up_no_emergency()
    {
        await world.Telephones.Fault("hang-before", on: "calls", times: 20);
        await world.Queued();
        await PagingWorld.Until(async () => (await world.Telephones.Log("fault")).Count > 0, "the gateway hangs on the officer's call", 10);
        await world.Telephones.Page();
        await PagingWorld.Until(async () => (await world.Telephones.Texts(PagingWorld.Duty)).Count > 0, "the text of the emergency arrives", 5);
        (await world.Only())["state"]!.ToString().ShouldBe("Waiting");
        await world.Telephones.Phones.DeleteAsync("/control/faults");
        await world.Telephones.Advance(TimeSpan.FromSeconds(31));
        await world.Telephones.UntilRings(PagingWorld.Duty);
    }

    [Fact]
    public async Task for_whom_the_gateway_rings_nobody_is_an_alarm()
    {
        await world.Telephones.Fault("401", on: "calls", times: 20);
        await world.Queued();
        var id = (await world.Only())["id"]!.ToString();
        await PagingWorld.Until(
            async () => (await world.Call(id))["clocks"]!.AsArray().Any(c => c!["code"]!.ToString() == "call-unserved"), "nobody serves it", 10);
    }

    [Fact]
    public async Task is_greeted_in_Chinese_and_goes_on_in_English_on_a_key()
    {
        await world.Queued(key: "9");
        var heard = await world.Heard(CallWorld.Public);
        heard.ShouldContain("您好，这里是儿童保护热线");
        heard.ShouldContain("Please hold");
    }

    [Fact]
    public async Task Case_51_with_a_withheld_number_is_taken_like_any_other_and_leaves_a_trace()
    {
        string[] spellings = ["anonymous", "Restricted", "unavailable", "+266696687", "sip:anonymous@anonymous.invalid", "Unknown"];
        foreach (var shownAs in spellings)
        {
            await world.Queued(shownAs);
            await world.Telephones.Do(CallWorld.Public, "hangup");
            await world.Over(CallWorld.Public);
        }
        await PagingWorld.Until(
            async () => (await world.Get("/api/calls?state=Untraceable")).Body["items"]!.AsArray().Count == spellings.Length, "each leaves a trace");
        var calls = (await world.Get("/api/calls")).Body["items"]!.AsArray();
        calls.ShouldAllBe(c => c!["withheld"]!.GetValue<bool>() && !c["repeat"]!.GetValue<bool>());
        (await world.Call(calls[0]!["id"]!.ToString()))["steps"]!.AsArray().ShouldContain(s => s!["trigger"]!.ToString() == "ExamineTrace");
    }

    [Fact]
    public async Task Case_51_that_hangs_up_at_the_menu_in_the_queue_or_while_recording_leaves_a_trace_and_a_call_back_owed()
    {
        await world.Ring(from: "+14155550111");
        await world.Telephones.Do("+14155550111", "hangup");
        await world.Queued();
        await world.Telephones.Do(CallWorld.Public, "hangup");
        await Queues(new { most = 0 });
        await world.Ring(from: "+14155550112");
        await world.Telephones.Do("+14155550112", "press", new { digits = "1" });
        await world.Line("+14155550112", call => call["said"]!.AsArray().Any(s => s!.ToString().Contains("留言")) && call["listening"]!.GetValue<bool>(), "is recorded");
        await world.Telephones.Do("+14155550112", "hangup");
        await PagingWorld.Until(
            async () => (await world.Get("/api/calls?state=CallBackOwed")).Body["items"]!.AsArray().Count == 3, "three call-backs are owed");
    }

    [Theory]
    [InlineData("""{"most":0}"""), InlineData("""{"broken":true}""")]
    public async Task Case_52_to_a_queue_that_is_full_or_broken_may_leave_a_message_and_is_an_alarm(string rule)
    {
        await world.Telephones.Phones.PutAsync("/control/queues", new StringContent(rule, System.Text.Encoding.UTF8, "application/json"));
        await world.Ring();
        await world.Telephones.Do(CallWorld.Public, "press", new { digits = "1" });
        await world.Line(CallWorld.Public, call => call["said"]!.AsArray().Any(s => s!.ToString().Contains("留言会被录音")) && call["listening"]!.GetValue<bool>(), "may leave a message");
        await world.Telephones.Do(CallWorld.Public, "press", new { digits = "#" });
        await world.Over(CallWorld.Public);
        var call = await world.Only();
        (call["state"]!.ToString(), call["recorded"]!.GetValue<bool>()).ShouldBe(("CallBackOwed", true));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "call-unserved"), "an alarm", 30);
        await world.Telephones.UntilText(PagingWorld.Supervisor);
    }

    [Fact]
    public async Task Case_53_while_nobody_on_duty_can_be_reached_is_never_just_cut_off()
    {
        await world.Telephones.Switch(PagingWorld.Duty, new { off = true });
        await world.Queued();
        await world.Telephones.Advance(TimeSpan.FromSeconds(50));
        await world.Telephones.UntilText(PagingWorld.Supervisor);
        await world.Telephones.Advance(TimeSpan.FromSeconds(50));
        await world.Line(CallWorld.Public, call => call["said"]!.AsArray().Any(s => s!.ToString().Contains("留言")) && call["listening"]!.GetValue<bool>(), "may leave a message");
        await world.Telephones.Do(CallWorld.Public, "press", new { digits = "#" });
        await world.Over(CallWorld.Public);
        (await world.Only())["state"]!.ToString().ShouldBe("CallBackOwed");
        (await world.Heard(CallWorld.Public)).ShouldContain("我们会尽快给您回电");
    }

    [Fact]
    public async Task while_the_database_is_away_hears_a_document_and_may_leave_a_message()
    {
        await using (await world.Telephones.Outage())
        {
            (await world.Telephones.Do(CallWorld.Public, "call", new { })).ShouldBe(HttpStatusCode.Created);
            await world.Line(CallWorld.Public, call => call["listening"]!.GetValue<bool>(), "hears the menu");
            await world.Telephones.Do(CallWorld.Public, "press", new { digits = "1" });
            await world.Line(CallWorld.Public, call => call["said"]!.AsArray().Any(s => s!.ToString().Contains("留言")), "may leave a message");
        }
        await world.Telephones.Do(CallWorld.Public, "press", new { digits = "#" });
        await world.Over(CallWorld.Public);
        (await world.Only())["state"]!.ToString().ShouldBe("CallBackOwed");
        (await world.Heard(CallWorld.Public)).ShouldNotContain("application error");
    }

    [Fact]
    public async Task is_called_back_by_one_button_that_joins_both_and_shows_no_number()
    {
        await world.Ring();
        await world.Telephones.Do(CallWorld.Public, "hangup");
        var id = (await world.Only())["id"]!.ToString();
        await world.UntilState(id, "CallBackOwed");
        await world.Taken($"/api/calls/{id}", "PlaceCallBack");
        await world.Telephones.UntilRings(PagingWorld.Duty);
        await world.Telephones.Do(PagingWorld.Duty, "answer");
        await world.Line(PagingWorld.Duty, call => call["listening"]!.GetValue<bool>(), "the officer is asked for a key");
        await world.Telephones.Do(PagingWorld.Duty, "press", new { digits = "1" });
        await world.Telephones.UntilRings(CallWorld.Public);
        (await world.Telephones.Phone(CallWorld.Public)).GetProperty("call").GetProperty("other").GetString().ShouldBe("+15005550006", "the caller sees our number");
        await world.Telephones.Do(CallWorld.Public, "answer");
        await world.Line(CallWorld.Public, call => call["status"]!.ToString() == "in-progress", "they talk");
        await world.Telephones.Do(CallWorld.Public, "hangup");
        await PagingWorld.Until(async () => (await world.Call(id))["trace"]!.ToJsonString().Contains("joined"), "the trace tells it");
        (await world.Call(id)).ToJsonString().ShouldNotContain("4155550199");
        world.Telephones.Lines.ShouldNotContain(l => l.Text.Contains("4155550199"));
        await world.Taken($"/api/calls/{id}", "RecordReached");
    }

    [Fact]
    public async Task that_cannot_be_reached_when_called_back_is_tried_again_by_the_clock()
    {
        await world.Ring();
        await world.Telephones.Do(CallWorld.Public, "hangup");
        var id = (await world.Only())["id"]!.ToString();
        await world.UntilState(id, "CallBackOwed");
        await world.Telephones.Switch(CallWorld.Public, new { off = true });
        await world.Telephones.Switch(PagingWorld.Duty, new { autoAnswer = true, autoKey = "1" });
        await world.Taken($"/api/calls/{id}", "PlaceCallBack");
        await PagingWorld.Until(
            async () => (await world.Call(id))["clocks"]!.AsArray().Any(c => c!["code"]!.ToString() == "call-again" && c["state"]!.ToString() == "Running"), "tried again later");
        (await world.Call(id))["trace"]!.ToJsonString().ShouldContain("not reached");
    }
}

public sealed class A_call_whose_webhook_fails
{
    [Fact]
    public async Task Case_51_and_who_hangs_up_at_once_is_found_by_asking_the_gateway()
    {
        await using var world = await CallWorld.Start();
        await using (await world.Telephones.Outage())
        {
            await world.Ring();
            await world.Telephones.Do(CallWorld.Public, "hangup");
            await world.Over(CallWorld.Public);
            await PagingWorld.Until(
                async () => (await world.Telephones.Log("webhook")).Any(w => w.GetProperty("detail").ToString().Contains("call-status") && w.GetProperty("detail").ToString().Contains("500")),
                "the callback found nobody either");
        }
        (await world.Owed()).ShouldBeEmpty();
        var watch = world.Telephones.Services.GetRequiredService<LineWatch>();
        await watch.Look(world.Telephones.Clock.Now.AddHours(-1), default);
        var before = (await world.Only())["version"]!.GetValue<int>();
        await watch.Look(world.Telephones.Clock.Now.AddHours(-1), default);
        var call = await world.Only();
        (call["state"]!.ToString(), call["version"]!.GetValue<int>()).ShouldBe(("CallBackOwed", before));
    }

    [Fact]
    public async Task Case_54_is_taken_by_the_fallback_document_and_leaves_a_trace()
    {
        await using var world = await CallWorld.Start(heard: false);
        await world.Ring();
        await world.Line(CallWorld.Public, call => call["listening"]!.GetValue<bool>(), "may leave a message");
        (await world.Heard(CallWorld.Public)).ShouldNotContain("application error");
        await world.Telephones.Do(CallWorld.Public, "press", new { digits = "#" });
        await world.Over(CallWorld.Public);
        var call = await world.Only();
        (call["state"]!.ToString(), call["recorded"]!.GetValue<bool>()).ShouldBe(("CallBackOwed", true));
    }
}
