using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Api.Tests.Paging;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Duty;

/// <summary>Ling shares the desk with the demo's duty officer.</summary>
public sealed class A_second_duty_officer : IAsyncLifetime
{
    private static readonly Guid Duty = DemoAccounts.AccountId("duty");
    private static readonly Guid Ling = DemoAccounts.AccountId("ling");
    private const string LingPhone = "+14155550111";
    private PagingWorld world = null!;
    private HttpClient supervisor = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        await using var hire = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "insert into hotline.accounts (id, user_name, display_name, password_hash, roles, division, organisation_id, demo, created_at) "
            + "select $1, 'ling', '凌', password_hash, roles, division, organisation_id, true, created_at from hotline.accounts where user_name = 'duty'");
        hire.Parameters.Add(new() { Value = Ling });
        await hire.ExecuteNonQueryAsync();
        var contacts = world.Services.GetRequiredService<Contacts>();
        await contacts.Keep(Ling, "ling", Roles.DutyOfficer, "440199", PhoneNumber.Parse(LingPhone)!.Value, world.Clock.Now, default);
        await DutyDemo.Vouch(world.Services.GetRequiredService<Writer>(), (await contacts.Of(Ling, default))!, world.Clock.Now);
        supervisor = await world.SignedIn("supervisor");
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task takes_turns_and_is_paged_in_hers()
    {
        var today = DateOnly.FromDateTime(world.Clock.Now.UtcDateTime.AddHours(8));
        var rotation = new { people = new[] { Ling, Duty }, starts = today.ToString("yyyy-MM-dd"), daysEach = 1, from = "00:00", to = "24:00" };
        await supervisor.Plan(new { division = "440199", role = "DutyOfficer", timeZone = "Asia/Shanghai", shifts = Array.Empty<object>(), rotations = new[] { rotation } })
            .Should(HttpStatusCode.OK);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["ling"]);
        (await Now(world.Clock.Now.AddDays(1))).OnDuty("DutyOfficer").ShouldBe(["duty"]);
        // What was planned since does not rewrite who was on duty before.
        (await Now(world.Clock.Now.AddSeconds(-30))).GetProperty("items").EnumerateArray()
            .Where(i => i.GetProperty("role").GetString() == "DutyOfficer").SelectMany(i => i.GetProperty("now").EnumerateArray())
            .ShouldNotContain(p => p.GetProperty("user").GetString() == "ling");
        await world.Page();
        await world.UntilText(LingPhone);
        (await world.Texts(PagingWorld.Duty)).ShouldBeEmpty();
        await supervisor.Plan(new { division = "440199", role = "DutyOfficer", timeZone = "Asia/Shanghai", shifts = Array.Empty<object>(), rotations = new[] { rotation with { daysEach = 0 } } })
            .Should(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task is_asked_before_she_takes_a_shift()
    {
        using var duty = await world.SignedIn("duty");
        using var ling = await world.SignedIn("ling");
        var (from, until) = (world.Clock.Now, world.Clock.Now.AddHours(2));
        var path = $"/api/duty/rosters/{DutyCalls.Roster}/swaps";
        await duty.Keyed(path, new { taker = DemoAccounts.AccountId("school"), from, until }).Should(HttpStatusCode.UnprocessableEntity);
        await ling.Keyed(path, new { taker = Duty, from, until }).Should(HttpStatusCode.UnprocessableEntity); // she has no shift to give
        var asked = await duty.Keyed(path, new { taker = Ling, from, until }, "swap-1").Should(HttpStatusCode.OK);
        (await duty.Keyed(path, new { taker = Ling, from, until }, "swap-1").Should(HttpStatusCode.OK)).GetProperty("swaps").GetArrayLength().ShouldBe(1);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["duty"]);
        var swap = asked.GetProperty("swaps")[0].GetProperty("id").GetGuid();
        await duty.PostAsync($"{path}/{swap}/accept", null).Should(HttpStatusCode.Forbidden);
        await ling.PostAsync($"{path}/{swap}/perhaps", null).Should(HttpStatusCode.NotFound);
        await ling.PostAsync($"{path}/{swap}/accept", null).Should(HttpStatusCode.OK);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["ling"]);
        (await Now(until)).OnDuty("DutyOfficer").ShouldBe(["duty"]);
        await duty.PostAsync($"{path}/{swap}/withdraw", null).Should(HttpStatusCode.Conflict);
        await world.Page();
        await world.UntilText(LingPhone);
    }

    [Fact]
    public async Task covers_a_colleague_who_is_away()
    {
        using var duty = await world.SignedIn("duty");
        var (from, until) = (world.Clock.Now, world.Clock.Now.AddDays(2));
        var refused = await duty.Keyed("/api/duty/absences", new { from, until }).Should(HttpStatusCode.UnprocessableEntity);
        refused.GetProperty("type").GetString().ShouldBe("urn:hotline:roster-has-gaps");
        await supervisor.Keyed($"/api/duty/rosters/{DutyCalls.Roster}/overrides", new { people = new[] { Ling, Duty }, from, until }).Should(HttpStatusCode.OK);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["ling", "duty"]);
        var away = await duty.Keyed("/api/duty/absences", new { from, until }, "away").Should(HttpStatusCode.OK);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["ling"]);
        var absence = away.GetProperty("items")[0].GetProperty("absences")[0].GetProperty("id").GetGuid();
        using var ling = await world.SignedIn("ling");
        await ling.DeleteAsync($"/api/duty/absences/{absence}").Should(HttpStatusCode.Forbidden);
        await supervisor.DeleteAsync($"/api/duty/absences/{absence}").Should(HttpStatusCode.OK);
        (await Now()).OnDuty("DutyOfficer").ShouldBe(["ling", "duty"]);
        await duty.DeleteAsync($"/api/duty/absences/{absence}").Should(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task reads_her_duty_in_a_calendar_program_until_she_revokes_it()
    {
        using var duty = await world.SignedIn("duty");
        (await duty.GetFromJsonAsync<JsonElement>("/api/duty/calendar")).GetProperty("made").GetBoolean().ShouldBeFalse();
        var first = (await duty.PostAsync("/api/duty/calendar", null).Should(HttpStatusCode.OK)).GetProperty("url").GetString()!;
        var path = new Uri(first).PathAndQuery;
        using var program = new HttpClient { BaseAddress = world.Url };
        using (var answer = await program.GetAsync(path))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/calendar");
            var feed = await answer.Content.ReadAsStringAsync();
            feed.ShouldStartWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
            feed.Replace("\r\n ", "").ShouldContain("SUMMARY:值班 · Duty: 热线值班员 Duty officer 440199");
        }
        var second = new Uri((await duty.PostAsync("/api/duty/calendar", null).Should(HttpStatusCode.OK)).GetProperty("url").GetString()!).PathAndQuery;
        await program.GetAsync(path).Should(HttpStatusCode.NotFound);
        (await program.GetAsync(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await program.GetAsync($"/api/duty/rosters/{DutyCalls.Roster}/calendar.ics")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var roster = await duty.GetStringAsync($"/api/duty/rosters/{DutyCalls.Roster}/calendar.ics");
        roster.Replace("\r\n ", "").ShouldContain("热线值班员 Duty officer: 值班员");
        (await duty.DeleteAsync("/api/duty/calendar")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await program.GetAsync(second).Should(HttpStatusCode.NotFound);
        var secret = second[^20..^4];
        world.Lines.ShouldNotContain(line => line.Text.Contains(secret));
    }

    private Task<JsonElement> Now(DateTimeOffset? at = null) =>
        supervisor.GetFromJsonAsync<JsonElement>("/api/duty/now?division=440199" + (at is { } when ? $"&at={Uri.EscapeDataString(when.ToString("O"))}" : ""));
}
