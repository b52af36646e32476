using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Security;

namespace Hotline.Api.Tests.Paging;

public sealed class The_duty_room : IAsyncLifetime
{
    private static readonly Guid DutyRoster = DemoAccounts.AccountId("roster:440199:DutyOfficer");
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task says_who_is_on_duty_now_to_those_who_work_there()
    {
        using var duty = await world.SignedIn("duty");
        var now = await duty.GetFromJsonAsync<JsonElement>("/api/duty/now?division=440199");
        now.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("role").GetString()).ShouldBe(
            ["CountyOfficer", "DutyOfficer", "DutySupervisor"]);
        now.GetProperty("items")[1].GetProperty("now")[0].GetProperty("user").GetString().ShouldBe("duty");
        now.GetRawText().ShouldNotContain("5550101");
        using var school = await world.SignedIn("school");
        (await school.GetAsync("/api/duty/now")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await duty.GetFromJsonAsync<JsonElement>("/api/duty/now?division=110101")).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task changes_a_roster_by_its_version_and_shows_the_gap_it_leaves()
    {
        using var supervisor = await world.SignedIn("supervisor");
        using var duty = await world.SignedIn("duty");
        var body = new { division = "440199", role = "DutyOfficer", timeZone = "Asia/Shanghai", shifts = new[] { Shift("duty") } };
        (await Put(supervisor, body, null)).StatusCode.ShouldBe(HttpStatusCode.PreconditionRequired);
        (await Put(duty, body, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Put(supervisor, body, "\"7\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        (await Put(supervisor, body with { shifts = [Shift("school")] }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Put(supervisor, body with { timeZone = "Mars/Olympus" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Put(supervisor, body with { division = "110101" }, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var unseen = await Put(supervisor, body, "\"1\"");
        unseen.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await unseen.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("gaps").GetArrayLength().ShouldBeGreaterThan(0);
        var done = await Put(supervisor, new { body.division, body.role, body.timeZone, body.shifts, acknowledgeGaps = true }, "\"1\"");
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await done.Content.ReadFromJsonAsync<JsonElement>();
        shown.GetProperty("version").GetInt64().ShouldBe(2);
        shown.GetProperty("gaps").GetArrayLength().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task puts_somebody_else_on_duty_for_a_while_and_the_page_goes_there()
    {
        using var supervisor = await world.SignedIn("supervisor");
        var roster = DemoAccounts.AccountId("roster:440199:DutySupervisor");
        var over = new { person = DemoAccounts.AccountId("supervisor"), from = world.Clock.Now.AddMinutes(-1), until = world.Clock.Now.AddHours(1) };
        (await Override(supervisor, roster, over, null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await Override(supervisor, roster, over, "k1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var again = await Override(supervisor, roster, over, "k1");
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("overrides").GetArrayLength().ShouldBe(1);
        (await Override(supervisor, roster, over with { until = over.until.AddHours(1) }, "k1")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await Override(supervisor, roster, over with { person = DemoAccounts.AccountId("school") }, "k2")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Override(supervisor, roster, over with { until = over.from }, "k3")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task with_an_empty_shift_lets_the_page_climb_at_once()
    {
        using var supervisor = await world.SignedIn("supervisor");
        var nobody = new { division = "440199", role = "DutyOfficer", timeZone = "Asia/Shanghai", shifts = Array.Empty<object>(), acknowledgeGaps = true };
        (await Put(supervisor, nobody, "\"1\"")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await world.UntilText(PagingWorld.Supervisor); // of the hours that nobody covers
        var page = await world.Page();
        await world.UntilText(PagingWorld.Supervisor, 2);
        (await world.Load(page)).Attempts.ShouldAllBe(a => a.Role == "DutySupervisor");
    }

    private static object Shift(string user) => new { person = DemoAccounts.AccountId(user), days = new[] { 1, 2, 3, 4, 5 }, from = "08:00", to = "20:00" };

    private static async Task<HttpResponseMessage> Put(HttpClient client, object body, string? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/duty/rosters/{DutyRoster}") { Content = JsonContent.Create(body) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> Override(HttpClient client, Guid roster, object body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/duty/rosters/{roster}/overrides") { Content = JsonContent.Create(body) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
