using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Api.Tests.Paging;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Security;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Duty;

/// <summary>The duty officer goes in an hour, and Bao comes.</summary>
public sealed class A_shift_that_ends : IAsyncLifetime
{
    private static readonly Guid Bao = DemoAccounts.AccountId("bao");
    private const string BaoPhone = "+14155550111";
    private PagingWorld world = null!;
    private HttpClient duty = null!;
    private HttpClient bao = null!;
    private HttpClient supervisor = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        await using var hire = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "insert into hotline.accounts (id, user_name, display_name, password_hash, roles, division, organisation_id, demo, created_at) "
            + "select $1, 'bao', '包', password_hash, roles, division, organisation_id, true, created_at from hotline.accounts where user_name = 'duty'");
        hire.Parameters.Add(new() { Value = Bao });
        await hire.ExecuteNonQueryAsync();
        var contacts = world.Services.GetRequiredService<Contacts>();
        await contacts.Keep(Bao, "bao", Roles.DutyOfficer, "440199", PhoneNumber.Parse(BaoPhone)!.Value, world.Clock.Now, default);
        await DutyDemo.Vouch(world.Services.GetRequiredService<Writer>(), (await contacts.Of(Bao, default))!, world.Clock.Now);
        (duty, bao, supervisor) = (await world.SignedIn("duty"), await world.SignedIn("bao"), await world.SignedIn("supervisor"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in new[] { duty, bao, supervisor }) client.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task stays_responsible_until_both_have_read_and_signed_and_the_supervisor_hears_if_they_have_not()
    {
        var page = await world.Page(); // something stands open
        await supervisor.Keyed($"/api/duty/rosters/{DutyCalls.Roster}/overrides", new { person = Bao, from = world.Clock.Now.AddHours(1), until = world.Clock.Now.AddDays(3) })
            .Should(HttpStatusCode.OK);
        (await Open()).ShouldBeEmpty();
        await world.Advance(TimeSpan.FromMinutes(61));
        await PagingWorld.Until(async () => (await Open()).Count == 1, "the hand-over begins");
        var id = (await Open())[0].GetProperty("id").GetGuid();
        (await Now("now"), await Now("held")).ShouldBe(("bao", "duty"));
        await world.Page();
        await world.UntilText(BaoPhone);
        // Who has not handed over is paged too, maybe with what else waited for its turn a minute.
        var left = 15;
        await PagingWorld.Until(async () =>
        {
            if (left-- > 0) await world.Advance(TimeSpan.FromSeconds(5));
            return (await world.Texts(PagingWorld.Duty)).Count >= 2;
        }, "the outgoing shift is told");

        var read = await bao.GetAsync($"/api/duty/handovers/{id}").Should(HttpStatusCode.OK);
        read.GetProperty("briefing").EnumerateArray().Select(i => i.GetProperty("id").GetGuid()).ShouldContain(page);
        await bao.PostAsync($"/api/duty/handovers/{id}/sign", null).Should(HttpStatusCode.OK);
        await world.Advance(TimeSpan.FromMinutes(31));
        await PagingWorld.Until(async () => (await Pages()).Count == 1, "the supervisor is paged");
        (await Open())[0].GetProperty("state").GetString().ShouldBe("Overdue");

        var signed = await duty.PostAsync($"/api/duty/handovers/{id}/sign", null).Should(HttpStatusCode.OK);
        signed.GetProperty("state").GetString().ShouldBe("Signed");
        signed.GetProperty("signatures").GetArrayLength().ShouldBe(2);
        (await Now("now"), await Now("held")).ShouldBe(("bao", ""));
        (await Pages()).Single().GetProperty("state").GetString().ShouldBe(PageFile.Acknowledged);
    }

    [Fact]
    public async Task may_hand_over_before_its_time()
    {
        await bao.Keyed("/api/duty/handovers", new { roster = DutyCalls.Roster, to = new[] { Bao } }).Should(HttpStatusCode.Forbidden);
        await duty.Keyed("/api/duty/handovers", new { roster = DutyCalls.Roster, to = Array.Empty<Guid>() }).Should(HttpStatusCode.UnprocessableEntity);
        var opened = await duty.Keyed("/api/duty/handovers", new { roster = DutyCalls.Roster, to = new[] { Bao } }, "early").Should(HttpStatusCode.OK);
        var again = await duty.Keyed("/api/duty/handovers", new { roster = DutyCalls.Roster, to = new[] { Bao } }, "early").Should(HttpStatusCode.OK);
        again.GetProperty("id").GetGuid().ShouldBe(opened.GetProperty("id").GetGuid());
        var sign = $"/api/duty/handovers/{opened.GetProperty("id")}/sign";
        await supervisor.PostAsJsonAsync(sign, new { side = "Incoming" }).Should(HttpStatusCode.OK);
        (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/now")).OnDuty("DutyOfficer").ShouldBe(["duty"]);
        using var county = await world.SignedIn("county");
        await county.PostAsJsonAsync(sign, new { side = "Outgoing" }).Should(HttpStatusCode.Forbidden);
        using var school = await world.SignedIn("school");
        await school.PostAsync(sign, null).Should(HttpStatusCode.NotFound);
        await duty.PostAsync(sign, null).Should(HttpStatusCode.OK);
        (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/now")).OnDuty("DutyOfficer").ShouldBe(["bao"]);
        // A page that begins later rings: the look at the changed roster is through, and began no second hand-over.
        await world.Page();
        await world.UntilText(BaoPhone);
        (await Open()).ShouldBeEmpty();
    }

    [Fact]
    public async Task leaves_its_notes_promises_and_what_the_press_asked()
    {
        const string words = "答应李老师明早回电";
        var written = await duty.Keyed("/api/duty/log", new { kind = "Promise", text = words, dueAt = world.Clock.Now.AddHours(3) }).Should(HttpStatusCode.OK);
        await duty.Keyed("/api/duty/log", new { kind = "Promise", text = words }).Should(HttpStatusCode.UnprocessableEntity);
        await duty.Keyed("/api/duty/log", new { kind = "Media", text = "问今年报告数" }).Should(HttpStatusCode.UnprocessableEntity);
        await duty.Keyed("/api/duty/log", new { kind = "Media", text = "问今年报告数", outlet = "试点日报", asker = "记者甲", answers = "宣传科" }).Should(HttpStatusCode.OK);
        await duty.Keyed("/api/duty/log", new { text = "电梯维修" }).Should(HttpStatusCode.OK);
        using var school = await world.SignedIn("school");
        await school.GetAsync("/api/duty/log").Should(HttpStatusCode.Forbidden);
        using var police = await world.SignedIn("police");
        await police.GetAsync("/api/duty/log").Should(HttpStatusCode.Forbidden);
        await police.PostAsync($"/api/duty/log/{written.GetProperty("id")}/done", null).Should(HttpStatusCode.NotFound);
        var (first, again) = (await duty.Keyed("/api/duty/log", new { text = "一次" }, "once").Should(HttpStatusCode.OK), await duty.Keyed("/api/duty/log", new { text = "一次" }, "once").Should(HttpStatusCode.OK));
        again.GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());

        var all = (await bao.GetFromJsonAsync<JsonElement>("/api/duty/log")).GetProperty("items").EnumerateArray().ToList();
        all.Select(e => e.GetProperty("kind").GetString()).ShouldBe(["Note", "Note", "Media", "Promise"]);
        (all[3].GetProperty("text").GetString(), all[2].GetProperty("outlet").GetString()).ShouldBe((words, "试点日报"));
        (all[2].GetProperty("asker").GetString(), all[2].GetProperty("answers").GetString()).ShouldBe(("记者甲", "宣传科"));
        var open = await bao.GetFromJsonAsync<JsonElement>("/api/duty/log?open=true&kind=Promise");
        open.GetProperty("items").GetArrayLength().ShouldBe(1);
        var done = await bao.PostAsync($"/api/duty/log/{written.GetProperty("id")}/done", null).Should(HttpStatusCode.OK);
        (done.GetProperty("state").GetString(), done.GetProperty("doneBy").GetString()).ShouldBe(("Done", "包"));
        (await bao.GetFromJsonAsync<JsonElement>("/api/duty/log?open=true&kind=Promise")).GetProperty("items").GetArrayLength().ShouldBe(0);

        // Sealed at rest, and nobody reads it unseen.
        await using var ask = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select (select count(*) from mt_events where data::text like $1), (select count(*) from hotline.looks where what = 'shift-log')");
        ask.Parameters.Add(new() { Value = $"%{words}%" });
        await using var row = await ask.ExecuteReaderAsync();
        await row.ReadAsync();
        row.GetInt64(0).ShouldBe(0);
        row.GetInt64(1).ShouldBeGreaterThan(0);
    }

    private async Task<string> Now(string which) => string.Join(',', (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/now"))
        .GetProperty("items")[1].GetProperty(which).EnumerateArray().Select(p => p.GetProperty("user").GetString()));

    private async Task<List<JsonElement>> Open() =>
        [.. (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/handovers?open=true")).GetProperty("items").EnumerateArray()];

    private async Task<List<JsonElement>> Pages() =>
        [.. (await supervisor.GetFromJsonAsync<JsonElement>("/api/pages")).GetProperty("items").EnumerateArray()
            .Where(p => p.GetProperty("why").GetString() == "handover-unsigned")];
}
