using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Api.Tests.Paging;
using Hotline.Duty;
using Hotline.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Duty;

/// <summary>Wen was hired today: an account, and nothing else yet.</summary>
public sealed partial class Somebody_new_at_the_desk : IAsyncLifetime
{
    private static readonly Guid Wen = DemoAccounts.AccountId("wen");
    private const string WenPhone = "+14155550112";
    private PagingWorld world = null!;
    private HttpClient supervisor = null!;
    private HttpClient wen = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        await using var hire = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "insert into hotline.accounts (id, user_name, display_name, password_hash, roles, division, organisation_id, demo, created_at) "
            + "select $1, 'wen', '文', password_hash, roles, division, organisation_id, true, created_at from hotline.accounts where user_name = 'duty'");
        hire.Parameters.Add(new() { Value = Wen });
        await hire.ExecuteNonQueryAsync();
        (supervisor, wen) = (await world.SignedIn("supervisor"), await world.SignedIn("wen"));
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        wen.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task is_put_on_duty_once_the_telephone_is_verified_and_the_training_recorded()
    {
        (await Refused()).ShouldContain("没有登记电话");
        await wen.PutAsJsonAsync($"/api/duty/people/{Wen}/contact", new { phone = "12" }).Should(HttpStatusCode.UnprocessableEntity);
        await wen.PutAsJsonAsync($"/api/duty/people/{Wen}/contact", new { phone = PagingWorld.Duty }).Should(HttpStatusCode.UnprocessableEntity);
        await wen.PutAsJsonAsync($"/api/duty/people/{DemoAccounts.AccountId("duty")}/contact", new { phone = WenPhone }).Should(HttpStatusCode.Forbidden);
        var kept = await wen.PutAsJsonAsync($"/api/duty/people/{Wen}/contact", new { phone = WenPhone }).Should(HttpStatusCode.OK);
        kept.GetRawText().ShouldNotContain("5550112");
        (await Refused()).ShouldContain("尚未用验证码核实");

        await supervisor.PostAsync($"/api/duty/people/{Wen}/code", null).Should(HttpStatusCode.OK);
        await world.UntilText(WenPhone);
        var code = SixDigits().Match((await world.Texts(WenPhone)).Single()).Value;
        await supervisor.PostAsJsonAsync($"/api/duty/people/{Wen}/code/confirm", new { code }).Should(HttpStatusCode.Forbidden);
        await wen.PostAsJsonAsync($"/api/duty/people/{Wen}/code/confirm", new { code = code == "000000" ? "000001" : "000000" }).Should(HttpStatusCode.UnprocessableEntity);
        (await wen.PostAsJsonAsync($"/api/duty/people/{Wen}/code/confirm", new { code }).Should(HttpStatusCode.OK)).GetProperty("verified").GetBoolean().ShouldBeTrue();
        await wen.PostAsJsonAsync($"/api/duty/people/{Wen}/code/confirm", new { code }).Should(HttpStatusCode.Conflict);
        (await Refused()).ShouldContain("没有在有效期内的培训记录");

        await wen.PutAsJsonAsync($"/api/duty/people/{Wen}/training", new { on = "2020-01-01" }).Should(HttpStatusCode.Forbidden);
        await supervisor.PutAsJsonAsync($"/api/duty/people/{Wen}/training", new { on = "2020-01-01" }).Should(HttpStatusCode.OK);
        (await Refused()).ShouldContain("没有在有效期内的培训记录");
        var today = world.Clock.Now.ToString("yyyy-MM-dd");
        await supervisor.PutAsJsonAsync($"/api/duty/people/{Wen}/training", new { on = today }).Should(HttpStatusCode.OK);
        await Override().Should(HttpStatusCode.OK);
        (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/now")).OnDuty("DutyOfficer").ShouldBe(["wen"]);

        // Another number is no verified one; who is on duty is paged all the same.
        await wen.PutAsJsonAsync($"/api/duty/people/{Wen}/contact", new { phone = "+14155550199" }).Should(HttpStatusCode.OK);
        (await Refused()).ShouldContain("尚未用验证码核实");
        await world.Page();
        await world.UntilText("+14155550199");
        world.Lines.ShouldNotContain(line => line.Text.Contains(code) || line.Text.Contains("5550112"));
    }

    [Fact]
    public async Task who_opts_out_or_fails_a_drill_loses_the_channel_and_the_coordinator_hears()
    {
        var duty = DemoAccounts.AccountId("duty");
        await world.Reply(PagingWorld.Duty, "STOP");
        await world.UntilText(PagingWorld.Supervisor);
        (await world.Texts(PagingWorld.Supervisor)).Single().ShouldContain("通知渠道停用");
        (await Person(duty)).GetProperty("smsOff").GetString().ShouldBe("opted-out");
        await supervisor.PutAsJsonAsync($"/api/duty/people/{duty}/channels/sms", new { on = true }).Should(HttpStatusCode.Conflict);
        await supervisor.PutAsJsonAsync($"/api/duty/people/{duty}/channels/call", new { on = false }).Should(HttpStatusCode.OK);
        (await Person(duty)).GetProperty("callOff").GetString().ShouldBe("drill-failed");
        var pages = (await supervisor.GetFromJsonAsync<JsonElement>("/api/pages")).GetProperty("items").EnumerateArray().ToList();
        pages.ShouldHaveSingleItem().GetProperty("staff").GetGuid().ShouldBe(duty); // one page tells both
        await supervisor.PutAsJsonAsync($"/api/duty/people/{duty}/channels/call", new { on = true }).Should(HttpStatusCode.OK);
        (await Person(duty)).TryGetProperty("callOff", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task gets_the_code_by_the_mainlands_gateway_where_the_number_is_there()
    {
        await using var mainland = await PagingWorld.Start(templates: true);
        using var county = await mainland.SignedIn("county");
        await county.PostAsync($"/api/duty/people/{DemoAccounts.AccountId("county")}/code", null).Should(HttpStatusCode.OK);
        await mainland.UntilText(PagingWorld.County);
        (await mainland.Texts(PagingWorld.County)).Single().ShouldMatch("^【儿童保护热线】值班联系方式验证码 [0-9]{6}，");
        (await mainland.Log("text")).Last().GetRawText().ShouldContain("\"gateway\":\"template\"");
        foreach (var status in new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests })
            await county.PostAsync($"/api/duty/people/{DemoAccounts.AccountId("county")}/code", null).Should(status);
    }

    private async Task<JsonElement> Person(Guid id) => (await supervisor.GetFromJsonAsync<JsonElement>("/api/duty/people"))
        .GetProperty("items").EnumerateArray().Single(p => p.GetProperty("id").GetGuid() == id);

    private async Task<string> Refused() => (await Override().Should(HttpStatusCode.UnprocessableEntity)).GetProperty("errors").GetRawText();

    private Task<HttpResponseMessage> Override() => supervisor.Keyed(
        $"/api/duty/rosters/{DutyCalls.Roster}/overrides", new { person = Wen, from = world.Clock.Now, until = world.Clock.Now.AddHours(4) });

    [GeneratedRegex(@"\d{6}")]
    private static partial Regex SixDigits();
}
