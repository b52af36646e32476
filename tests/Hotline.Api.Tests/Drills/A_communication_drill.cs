using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Api.Tests.Duty;
using Hotline.Api.Tests.Paging;
using Hotline.Paging;
using Hotline.Security;

namespace Hotline.Api.Tests.Drills;

/// <summary>The county's duty room tries whether a page reaches everybody.</summary>
public sealed partial class A_communication_drill : IAsyncLifetime
{
    private static readonly TimeSpan AnswerWithin = PagingWorld.Pack.Duty.Drill.AnswerWithin;
    private PagingWorld world = null!;
    private HttpClient supervisor = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        supervisor = await world.SignedIn("supervisor");
        // Ten in the morning: at night a drill lets those sleep who are not at the desk.
        var china = world.Clock.Now.ToOffset(TimeSpan.FromHours(8));
        await world.Advance(new DateTimeOffset(china.Date.AddHours(34), TimeSpan.FromHours(8)) - world.Clock.Now);
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task tells_who_answered_how_soon_and_by_what_and_takes_the_channels_that_brought_no_answer()
    {
        var drill = await Start(new { });
        foreach (var phone in new[] { PagingWorld.Duty, PagingWorld.Supervisor, PagingWorld.County }) await world.UntilText(phone);
        var text = (await world.Texts(PagingWorld.Duty)).Single();
        text.ShouldContain("演练·通信测试");
        await world.Reply(PagingWorld.Duty, Code().Match(text).Groups[1].Value + "a");
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[^1].ShouldStartWith("演练：已登记您收到");
        await world.Advance(TimeSpan.FromMinutes(2));
        await world.UntilRings(PagingWorld.County);
        await world.Do(PagingWorld.County, "answer");
        await world.Do(PagingWorld.County, "press", new { digits = "1" });
        await PagingWorld.Until(async () => Of(await Get(drill), "county").GetProperty("outcome").GetString() == "answered", "county answered");
        await world.UntilRings(PagingWorld.Supervisor);
        (await world.Rings(PagingWorld.Duty)).ShouldBeFalse();
        await world.Advance(AnswerWithin);
        await UntilState(drill, "Ended");

        var report = await Get(drill);
        report.GetProperty("outcomes").GetRawText().ShouldBe("""{"answered":2,"not-rung":1,"delivered":1}""");
        Of(report, "police").GetProperty("whyNot").GetString().ShouldBe("no-number");
        Of(report, "duty").GetProperty("channel").GetString().ShouldBe("sms");
        Of(report, "duty").GetProperty("seconds").GetInt32().ShouldBeLessThan(60);
        Of(report, "county").GetProperty("channel").GetString().ShouldBe("call");
        Of(report, "county").GetProperty("seconds").GetInt32().ShouldBeInRange(120, 240);
        Of(report, "supervisor").GetProperty("off").GetRawText().ShouldBe("""["sms","call"]""");
        report.GetProperty("drill").GetProperty("answered").GetInt32().ShouldBe(2);
        report.GetProperty("channels").EnumerateArray().Single(c => c.GetProperty("channel").GetString() == "sms").GetProperty("tried").GetInt32().ShouldBe(3);

        // Shown, told once, and reached all the same: a doubtful telephone is better than none.
        (await Person("supervisor")).GetProperty("smsOff").GetString().ShouldBe("drill-failed");
        await PagingWorld.Until(async () => (await world.Texts(PagingWorld.Supervisor)).Any(t => t.Contains("优先·演练未通")), "the coordinator is told");
        var pages = (await supervisor.GetFromJsonAsync<JsonElement>("/api/pages")).GetProperty("items").EnumerateArray().ToList();
        pages.Count(p => p.GetProperty("exercise").GetBoolean()).ShouldBe(3);
        pages.Single(p => !p.GetProperty("exercise").GetBoolean()).GetProperty("why").GetString().ShouldBe("drill-failed");
        pages.ShouldAllBe(p => p.GetProperty("drill").GetGuid() == drill);
    }

    [Fact]
    public async Task gives_a_channel_back_to_whom_a_code_proves_it()
    {
        var drill = await Start(new { channels = new[] { "sms" }, roster = DutyCalls.Roster });
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(AnswerWithin + TimeSpan.FromSeconds(1));
        await UntilState(drill, "Ended");
        var duty = DemoAccounts.AccountId("duty");
        (await Person("duty")).GetProperty("smsOff").GetString().ShouldBe("drill-failed");
        using var officer = await world.SignedIn("duty");
        await officer.PostAsync($"/api/duty/people/{duty}/code", null).Should(HttpStatusCode.OK);
        await world.UntilText(PagingWorld.Duty, 2);
        var code = SixDigits().Match((await world.Texts(PagingWorld.Duty))[^1]).Value;
        var back = await officer.PostAsJsonAsync($"/api/duty/people/{duty}/code/confirm", new { code }).Should(HttpStatusCode.OK);
        back.TryGetProperty("smsOff", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task rings_each_person_once_however_many_nodes_and_restarts_and_never_begins_twice()
    {
        await world.AddNode();
        await world.AddNode();
        var at = world.Clock.Now.AddHours(1);
        var planned = await supervisor.Keyed("/api/drills", new { at, repeat = true, channels = new[] { "sms" } }).Should(HttpStatusCode.OK);
        var drill = Id(planned);
        (await Keyed(new { at, channels = new[] { "sms" } }, HttpStatusCode.Conflict)).ShouldBe("drill-planned-already");
        await world.Advance(TimeSpan.FromHours(1));
        await UntilState(drill, "Running");
        await world.Restart();
        foreach (var phone in new[] { PagingWorld.Duty, PagingWorld.Supervisor, PagingWorld.County }) await world.UntilText(phone);
        await supervisor.PostAsync($"/api/drills/{drill}/start", null).Should(HttpStatusCode.Conflict);
        await world.Advance(AnswerWithin + TimeSpan.FromSeconds(1));
        await UntilState(drill, "Ended");
        foreach (var phone in new[] { PagingWorld.Duty, PagingWorld.County })
            (await world.Texts(phone)).Count(t => t.Contains("演练")).ShouldBe(1);
        var all = (await supervisor.GetFromJsonAsync<JsonElement>("/api/drills")).GetProperty("items").EnumerateArray().ToList();
        all.Count.ShouldBe(2);
        all[0].GetProperty("state").GetString().ShouldBe("Planned");
        all[0].GetProperty("at").GetDateTimeOffset().ShouldBe(at + PagingWorld.Pack.Duty.Drill.RepeatEvery, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task stands_behind_every_real_page_and_is_told_with_none()
    {
        // Two real pages of lower urgency: the second waits its minute, and the drill waits behind it.
        await world.Page("T3");
        await world.UntilText(PagingWorld.Duty);
        var second = await world.Page("T3");
        await PagingWorld.Until(async () => (await world.Load(second)).Attempts is [{ ReleaseAt: not null }], "it waits");
        var drill = await Start(new { channels = new[] { "sms" }, roster = DutyCalls.Roster });
        var own = Guid.Empty;
        await PagingWorld.Until(async () => Of(await Get(drill), "duty").TryGetProperty("page", out var page) && page.TryGetGuid(out own), "rung");
        await PagingWorld.Until(async () => (await world.Load(own)).Attempts is [{ DelayedWhy: "real-first" }], "the drill waits");
        await world.Advance(PagingWorld.Pack.Limits.Every + TimeSpan.FromSeconds(2));
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[1].ShouldNotContain("演练");
        await world.Advance(PagingWorld.Pack.Limits.Every + TimeSpan.FromSeconds(2));
        await world.UntilText(PagingWorld.Duty, 3);
        var texts = await world.Texts(PagingWorld.Duty);
        texts[2].ShouldContain("演练");
        texts.ShouldAllBe(t => !t.Contains("个呼叫"));
        // Nor does it hold one up: the next real one is free at once.
        await world.Advance(PagingWorld.Pack.Limits.Every - TimeSpan.FromSeconds(1));
        await world.Page("T3");
        await world.UntilText(PagingWorld.Duty, 4);
    }

    [Fact]
    public async Task is_for_supervisors_of_the_place_and_asks_for_sense()
    {
        using var officer = await world.SignedIn("duty");
        await officer.Keyed("/api/drills", new { }).Should(HttpStatusCode.Forbidden);
        (await officer.GetFromJsonAsync<JsonElement>("/api/drills")).GetProperty("mayRun").GetBoolean().ShouldBeFalse();
        using var school = await world.SignedIn("school");
        (await school.GetAsync("/api/drills")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await supervisor.PostAsJsonAsync("/api/drills", new { }).Should(HttpStatusCode.BadRequest);
        foreach (var (body, field) in new (object, string)[]
        {
            (new { division = "440300" }, "division"), (new { roster = Guid.NewGuid() }, "roster"), (new { role = "Auditor" }, "role"), (new { who = "all" }, "who"),
            (new { channels = new[] { "pigeon" } }, "channels"), (new { channels = Array.Empty<string>() }, "channels"), (new { at = "soon" }, "at"),
            (new { at = world.Clock.Now.AddMinutes(-1) }, "at"), (new { at = world.Clock.Now.AddDays(400) }, "at"),
        })
            (await supervisor.Keyed("/api/drills", body).Should(HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(field);
        (await supervisor.GetAsync($"/api/drills/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        using var city = await world.SignedIn("city");
        var drill = Id(await city.Keyed("/api/drills", new { role = "CitySupervisor" }, "once").Should(HttpStatusCode.OK));
        Id(await city.Keyed("/api/drills", new { role = "CitySupervisor" }, "once").Should(HttpStatusCode.OK)).ShouldBe(drill);
        (await supervisor.GetAsync($"/api/drills/{drill}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await world.UntilText(PagingWorld.City);
        // Another person's drill cannot be answered on the console.
        var page = (await city.GetFromJsonAsync<JsonElement>($"/api/drills/{drill}")).GetProperty("people")[0].GetProperty("page").GetGuid();
        await world.Advance(TimeSpan.FromMinutes(1));
        (await Refusal(city, new { role = "CitySupervisor" }, HttpStatusCode.Conflict)).ShouldBe("drill-under-way");
        (await city.PostAsync($"/api/drills/{drill}/cancel", null).Should(HttpStatusCode.OK)).GetProperty("drill").GetProperty("state").GetString().ShouldBe("Cancelled");
        await world.UntilState(page, PageFile.Stopped);
        (await world.Texts(PagingWorld.City)).Count.ShouldBe(1);
        (await city.PostAsync($"/api/drills/{drill}/start", null).Should(HttpStatusCode.Conflict)).GetProperty("type").GetString().ShouldBe("urn:hotline:drill-over");
    }

    [Fact]
    public async Task is_answered_by_nobody_in_anothers_place()
    {
        var drill = await Start(new { roster = DutyCalls.Roster });
        await world.UntilText(PagingWorld.Duty);
        var page = Of(await Get(drill), "duty").GetProperty("page").GetGuid();
        var refused = await supervisor.PostAsync($"/api/pages/{page}/acknowledge", null).Should(HttpStatusCode.Forbidden);
        refused.GetProperty("type").GetString().ShouldBe("urn:hotline:page-not-yours");
        using var officer = await world.SignedIn("duty");
        await officer.PostAsync($"/api/pages/{page}/acknowledge", null).Should(HttpStatusCode.OK);
        await world.Advance(AnswerWithin + TimeSpan.FromSeconds(1));
        await UntilState(drill, "Ended");
        Of(await Get(drill), "duty").GetProperty("channel").GetString().ShouldBe("console");
        (await Person("duty")).TryGetProperty("smsOff", out _).ShouldBeFalse();
        await world.Advance(TimeSpan.FromDays(2));
        (await world.Load(page)).State.ShouldBe(PageFile.Acknowledged);
    }

    private async Task<Guid> Start(object body) => Id(await supervisor.Keyed("/api/drills", body).Should(HttpStatusCode.OK));

    private static Guid Id(JsonElement report) => report.GetProperty("drill").GetProperty("id").GetGuid();

    private Task<string?> Keyed(object body, HttpStatusCode status) => Refusal(supervisor, body, status);

    private static async Task<string?> Refusal(HttpClient client, object body, HttpStatusCode status) =>
        (await client.Keyed("/api/drills", body).Should(status)).GetProperty("type").GetString()?["urn:hotline:".Length..];

    private Task<JsonElement> Get(Guid drill) => supervisor.GetFromJsonAsync<JsonElement>($"/api/drills/{drill}");

    private static JsonElement Of(JsonElement report, string user) => report.GetProperty("people").EnumerateArray()
        .Single(p => p.GetProperty("person").GetProperty("user").GetString() == user);

    private Task UntilState(Guid drill, string state) =>
        PagingWorld.Until(async () => (await Get(drill)).GetProperty("drill").GetProperty("state").GetString() == state, $"the drill is {state}");

    private async Task<JsonElement> Person(string user) => (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/people"))
        .GetProperty("items").EnumerateArray().Single(p => p.GetProperty("user").GetString() == user);

    [GeneratedRegex(@"回复(\d+)a")]
    private static partial Regex Code();

    [GeneratedRegex(@"\d{6}")]
    private static partial Regex SixDigits();
}
