using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hotline.Api.Tests.Paging;

namespace Hotline.Api.Tests.Calls;

public sealed class A_call_that_a_call_centre_tells_of : IAsyncLifetime
{
    private CallWorld world = null!;

    public async ValueTask InitializeAsync() => world = await CallWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task is_told_by_its_account_alone_and_by_no_person()
    {
        foreach (var user in new[] { "duty", "school", "admin", "operator" })
            (await (await world.As(user)).PostAsJsonAsync("/api/calls", new { callId = "1", @event = "ringing" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden, user);
        (await world.Get("/api/calls", "callcentre")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Get("/api/calls", "school")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task is_heard_once_per_event_also_when_told_at_once()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Told("a-1", "ringing", new { from = CallWorld.Public })));
        ids.Distinct().ShouldHaveSingleItem();
        var version = (await world.Call(ids[0]))["version"]!.GetValue<int>();
        await world.Told("a-1", "ringing", new { from = CallWorld.Public });
        (await world.Call(ids[0]))["version"]!.GetValue<int>().ShouldBe(version);
        await world.Told("a-1", "answered", new { answeredBy = "duty" });
        (await world.Call(ids[0]))["takenBy"]!["name"]!.ToString().ShouldBe("duty");
    }

    [Fact]
    public async Task that_drops_owes_a_call_back_by_a_clock_that_pages_and_is_tried_until_somebody_is_reached()
    {
        var id = await world.Told("b-1", "ringing", new { from = CallWorld.Public });
        await world.Told("b-1", "dropped");
        (await world.Owed()).ShouldContain(id);
        await world.Telephones.Advance(TimeSpan.FromMinutes(6));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["callId"]?.ToString() == id && p["why"]!.ToString() == "call-owed"), "it pages");
        await world.Telephones.UntilText(PagingWorld.Duty);
        (await world.Telephones.Texts(PagingWorld.Duty))[0].ShouldContain("来电待办");

        var path = $"/api/calls/{id}";
        await world.Taken(path, "RecordNotReached");
        (await world.Ringing()).ShouldNotContain(p => p["callId"]!.ToString() == id, "a step on the call is an answer");
        (await world.Call(id))["clocks"]!.AsArray().ShouldContain(c => c!["code"]!.ToString() == "call-again" && c["state"]!.ToString() == "Running");
        await world.Telephones.Advance(TimeSpan.FromMinutes(16));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "call-again"), "the next try pages too");

        (await world.Taken(path, "RecordReached"))["state"]!.ToString().ShouldBe("Reached");
        await world.Telephones.Advance(TimeSpan.FromMinutes(61));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "call-welfare"), "the welfare check is owed");
        (await world.Taken(path, "RecordWelfare", "duty", ("how", "SpokeFreely")))["isOpen"]!.GetValue<bool>().ShouldBeFalse();
        (await world.Owed()).ShouldNotContain(id);
    }

    [Fact]
    public async Task never_shows_the_number_in_a_list_a_view_a_text_or_a_log()
    {
        var id = await world.Told("c-1", "ringing", new { from = CallWorld.Public });
        await world.Told("c-1", "dropped");
        await world.Telephones.Advance(TimeSpan.FromMinutes(6));
        await world.Telephones.UntilText(PagingWorld.Duty);
        const string Digits = "4155550199";
        (await world.Call(id)).ToJsonString().ShouldNotContain(Digits);
        (await world.Get("/api/calls")).Body.ToJsonString().ShouldNotContain(Digits);
        (await world.Telephones.Texts(PagingWorld.Duty)).ShouldAllBe(t => !t.Contains(Digits));
        world.Telephones.Lines.ShouldNotContain(l => l.Text.Contains(Digits));
        var look = await (await world.As("duty")).PostAsJsonAsync($"/api/calls/{id}/look", new { why = "回拨" });
        (await look.Content.ReadAsStringAsync()).ShouldNotContain(Digits);
    }

    [Fact]
    public async Task becomes_a_report_with_the_callers_number_that_nobody_saw()
    {
        var id = await world.Told("d-1", "ringing", new { from = CallWorld.Public });
        await world.Told("d-1", "answered", new { answeredBy = "duty" });
        await world.Told("d-1", "ended");
        (await world.Call(id))["state"]!.ToString().ShouldBe("OutcomeOwed");
        var closed = await world.Taken(
            $"/api/calls/{id}", "RecordNewReport", "duty", ("category", "DV"), ("situation", "邻居家每晚打孩子"), ("lifeThreat", "yes"), ("childAge", 6));
        closed["outcome"]!.ToString().ShouldBe("NewReport");
        var led = closed["led"]!.AsArray().Single()!;
        led["kind"]!.ToString().ShouldBe("report");
        var (status, report) = await world.Get($"/api/reports/{led["number"]}");
        (status, report["triage"]!.ToString()).ShouldBe((HttpStatusCode.OK, "T1"));
        report["cases"]!.AsArray().ShouldHaveSingleItem();
        await world.Telephones.UntilText(PagingWorld.Duty);
        (await world.Ringing()).ShouldContain(p => p["why"]!.ToString() == "new-report");
    }

    [Fact]
    public async Task that_tells_of_a_case_is_told_to_the_case()
    {
        var first = await world.Told("e-1", "answered", new { from = CallWorld.Public, answeredBy = "duty" });
        var report = (await world.Taken($"/api/calls/{first}", "RecordNewReport", "duty", ("category", "DV"), ("lifeThreat", "yes")))["led"]![0]!;
        var @case = (await world.Get($"/api/reports/{report["number"]}")).Body["cases"]![0]!["id"]!.ToString();
        var second = await world.Told("e-2", "answered", new { from = "anonymous", answeredBy = "duty" });
        var told = await world.Taken($"/api/calls/{second}", "RecordCaseUpdate", "duty", ("case", @case), ("text", "孩子今天没有上学"));
        told["led"]![0]!["id"]!.ToString().ShouldBe(@case);
        var timeline = (await world.Get($"/api/cases/{@case}/timeline")).Body;
        timeline["items"]!.AsArray().ShouldContain(i => i!["type"]!.ToString() == "call_told");
        timeline.ToJsonString().ShouldNotContain("没有上学", customMessage: "what was said is sealed");
    }

    [Fact]
    public async Task from_one_number_twice_owes_a_call_back_for_a_wrong_number_and_only_one()
    {
        var first = await world.Told("f-1", "dropped", new { from = CallWorld.Public });
        var second = await world.Told("f-2", "answered", new { from = CallWorld.Public, answeredBy = "duty" });
        await world.UntilState(first, "Closed");
        var seen = await world.Call(second);
        seen["repeat"]!.GetValue<bool>().ShouldBeTrue();
        seen["others"]!.AsArray().Single()!["id"]!.ToString().ShouldBe(first);
        (await world.Taken($"/api/calls/{second}", "RecordWrongNumber"))["state"]!.ToString().ShouldBe("CallBackOwed");
        var stranger = await world.Told("f-3", "answered", new { from = "+14155550198", answeredBy = "duty" });
        (await world.Taken($"/api/calls/{stranger}", "RecordWrongNumber"))["state"]!.ToString().ShouldBe("Closed");
        var withheld = await world.Told("f-4", "answered", new { from = "anonymous", answeredBy = "duty" });
        (await world.Call(withheld))["repeat"]!.GetValue<bool>().ShouldBeFalse("two who withhold their number are not one person");
        (await world.Taken($"/api/calls/{withheld}", "RecordSilent"))["state"]!.ToString().ShouldBe("Untraceable");
    }

    [Fact]
    public async Task is_its_operators_own_until_the_outcome_is_handed_in_and_nothing_after()
    {
        var own = await world.Told("g-1", "answered", new { from = CallWorld.Public, answeredBy = "operator" });
        var anothers = await world.Told("g-2", "answered", new { from = "+14155550198", answeredBy = "duty" });
        (await world.Owed("operator")).ShouldBe([own]);
        (await world.Get($"/api/calls/{anothers}", "operator")).Status.ShouldBe(HttpStatusCode.NotFound);
        var offered = (await world.Call(own, "operator"))["steps"]!.AsArray().Select(s => s!["trigger"]!.ToString()).ToList();
        offered.ShouldContain("RecordNewReport");
        offered.ShouldNotContain("RecordCaseUpdate", "no number of a case is shown to an operator");
        var report = (await world.Taken($"/api/calls/{own}", "RecordNewReport", "operator", ("category", "Neglect")))["led"]![0]!["number"]!.ToString();
        (await world.Get($"/api/calls/{own}", "operator")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await world.Owed("operator")).ShouldBeEmpty();
        (await world.Get($"/api/reports/{report}", "operator")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await world.Get("/api/cases", "operator")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Get($"/api/reports/{report}", "duty")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task keeps_a_recording_by_its_reference_alone_and_an_interpreter_by_a_clock()
    {
        var id = await world.Told("h-1", "answered", new { from = CallWorld.Public, answeredBy = "duty" });
        await world.Told("h-1", "recording", new { recording = new { reference = "rec/2026/h-1", announced = true } });
        var seen = await world.Call(id);
        seen["recorded"]!.GetValue<bool>().ShouldBeTrue();
        seen.ToJsonString().ShouldNotContain("rec/2026");
        await world.Taken($"/api/calls/{id}", "AskInterpreter", "duty", ("kind", "SignLanguage"));
        await world.Telephones.Advance(TimeSpan.FromMinutes(11));
        await PagingWorld.Until(async () => (await world.Ringing()).Any(p => p["clock"]?.ToString() == "interpreter-found"), "nobody came to translate");
    }
}
