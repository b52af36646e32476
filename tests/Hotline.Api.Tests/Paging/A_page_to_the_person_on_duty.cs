using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Paging;
using Hotline.Telephony;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

public sealed class A_page_to_the_person_on_duty : IAsyncLifetime
{
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start();

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task Cases_15_35_is_a_text_in_one_segment_that_a_reply_acknowledges()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        var text = (await world.Texts(PagingWorld.Duty)).Single();
        Segments.Of(text).Count.ShouldBe(1);
        text.ShouldContain("回复1a");
        await world.Reply(PagingWorld.Duty, "１ａ");
        await world.UntilState(page, PageFile.Acknowledged);
        var file = await world.Load(page);
        file.AcknowledgedBy!.Role.ShouldBe("DutyOfficer");
        file.AcknowledgedHow.ShouldBe("sms");
        file.Attempts.Single().AnsweredAt.ShouldNotBeNull();
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[1].ShouldContain("已登记您接警");
        await world.Advance(TimeSpan.FromMinutes(12));
        (await world.Load(page)).Attempts.Length.ShouldBe(1);
    }

    [Fact]
    public async Task that_nobody_answers_climbs_to_the_city_and_then_rings_all_for_ever()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(2));
        await world.UntilRings(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(3));
        await world.UntilText(PagingWorld.Supervisor);
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilText(PagingWorld.County);
        (await world.Texts(PagingWorld.County)).Single().ShouldNotContain("回复");
        await world.Advance(TimeSpan.FromMinutes(5));
        await world.UntilText(PagingWorld.City);
        for (var round = 2; round <= 4; round++)
        {
            await world.Advance(TimeSpan.FromMinutes(5));
            var expected = round;
            await world.UntilText(PagingWorld.City, expected);
            await world.UntilText(PagingWorld.Duty, expected);
        }
        var file = await world.Load(page);
        file.IsRinging.ShouldBeTrue();
        file.NextClimbAt.ShouldNotBeNull();
    }

    [Fact]
    public async Task for_an_emergency_goes_out_before_twenty_thousand_messages_that_wait()
    {
        var database = world.Services.GetRequiredService<NpgsqlDataSource>();
        await using var jam = database.CreateCommand("""
            insert into hotline.outbox (id, topic, payload)
            select gen_random_uuid(), 'telephone.sms', json_build_object('page', gen_random_uuid(), 'attempt', gen_random_uuid()) from generate_series(1, 20000)
            """);
        await jam.ExecuteNonQueryAsync();
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await using var waiting = database.CreateCommand("select count(*) from hotline.outbox");
        ((long)(await waiting.ExecuteScalarAsync())!).ShouldBeGreaterThan(5_000);
    }

    [Fact]
    public async Task rings_once_for_a_round_that_fell_due_several_times_in_one_jump()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(61));
        await PagingWorld.Until(async () => (await world.Load(page)).NextClimbAt > world.Clock.Now, "the plan caught up");
        var file = await world.Load(page);
        file.Attempts.Count(a => a.Role == "CitySupervisor" && a.Channel == "sms").ShouldBe(2); // its step, and one round
        file.Attempts.Select(a => a.PlannedAt).ShouldBeInOrder();
    }

    [Fact]
    public async Task of_a_county_without_any_rings_its_neighbour_and_then_whom_the_plan_names()
    {
        var page = await world.Begin(Guid.CreateVersion7(), PagingWorld.Lonely, plan: "others");
        await world.UntilText(PagingWorld.Duty);
        await world.Advance(TimeSpan.FromMinutes(3));
        await world.UntilText(PagingWorld.County);
        (await world.Load(page)).Attempts.Select(a => a.Role).ShouldBe(["DutyOfficer", "CountyOfficer"]);
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
    }

    [Fact]
    public async Task Case_46_is_taken_by_a_pressed_key_and_a_wrong_key_is_told()
    {
        var page = await world.Page();
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        await world.Do(PagingWorld.Duty, "answer");
        await PagingWorld.Until(async () => await Listening(PagingWorld.Duty), "the call listens");
        await world.Do(PagingWorld.Duty, "press", new { digits = "7" });
        await PagingWorld.Until(async () => (await world.Phone(PagingWorld.Duty)).GetRawText().Contains("按键无效", StringComparison.Ordinal), "told");
        (await world.Load(page)).IsRinging.ShouldBeTrue();
        await PagingWorld.Until(async () => await Listening(PagingWorld.Duty), "the call listens again");
        await world.Do(PagingWorld.Duty, "press", new { digits = "1" });
        await world.UntilState(page, PageFile.Acknowledged);
        (await world.Load(page)).AcknowledgedHow.ShouldBe("key");
    }

    [Fact]
    public async Task Case_45_is_not_answered_by_voicemail()
    {
        await world.Switch(PagingWorld.Duty, new { voicemail = true });
        var page = await world.Page();
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        // Ringing, the voicemail's words and the wait for a key take their time on the telephone's clock, and it is moved.
        var left = 30;
        await PagingWorld.Until(async () =>
        {
            if (left-- > 0) await world.Advance(TimeSpan.FromSeconds(5));
            return (await world.Load(page)).Attempts.FirstOrDefault(a => a.Channel == "call") is { WhyNot: not null };
        }, "the call is over", 40);
        var file = await world.Load(page);
        file.IsRinging.ShouldBeTrue();
        file.Attempts.First(a => a.Channel == "call").WhyNot.ShouldBe("no-key-pressed");
    }

    [Fact]
    public async Task acknowledged_on_the_console_ends_the_call_that_rings_elsewhere()
    {
        var page = await world.Page();
        await world.Advance(PagingWorld.FirstCall);
        await world.UntilRings(PagingWorld.Duty);
        using var supervisor = await world.SignedIn("supervisor");
        var answer = await supervisor.PostAsync($"/api/pages/{page}/acknowledge", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var shown = await answer.Content.ReadFromJsonAsync<JsonElement>();
        shown.GetProperty("state").GetString().ShouldBe("Acknowledged");
        shown.GetProperty("acknowledged").GetProperty("role").GetString().ShouldBe("DutySupervisor");
        shown.GetRawText().ShouldNotContain("4155550101");
        await PagingWorld.Until(async () => !await world.Rings(PagingWorld.Duty), "it stops ringing");
        using var duty = await world.SignedIn("duty");
        (await duty.PostAsync($"/api/pages/{page}/acknowledge", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await world.Load(page)).AcknowledgedBy!.Role.ShouldBe("DutySupervisor");
    }

    [Fact]
    public async Task that_was_acknowledged_and_then_forgotten_rings_again()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await world.Reply(PagingWorld.Duty, "1确认");
        await world.UntilState(page, PageFile.Acknowledged);
        await world.Advance(PagingWorld.Pack.Escalations["base"].IdleAfterAcknowledge);
        await world.UntilState(page, PageFile.Ringing);
        await PagingWorld.Until(async () => (await world.Texts(PagingWorld.Duty)).Any(t => t.Contains("已接未办", StringComparison.Ordinal)), "it rings again");
    }

    [Fact]
    public async Task is_stopped_by_a_supervisor_alone_and_only_with_a_reason()
    {
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        using var duty = await world.SignedIn("duty");
        using var supervisor = await world.SignedIn("supervisor");
        (await Stop(duty, page, "误报", "k1")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await Stop(supervisor, page, " ", "k2")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Stop(supervisor, page, null, "k3")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Stop(supervisor, page, "演练，已核实", "k4")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Stop(supervisor, page, "演练，已核实", "k4")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Stop(supervisor, page, "另一个理由", "k4")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await world.Load(page)).State.ShouldBe(PageFile.Stopped);
        await world.Advance(TimeSpan.FromMinutes(30));
        await world.Reply(PagingWorld.Duty, "1a");
        (await world.Load(page)).Attempts.Length.ShouldBe(1);
    }

    [Fact]
    public async Task is_for_those_who_work_on_it_and_for_nobody_else()
    {
        var page = await world.Page(reportNumber: "R-1");
        await world.Page(reportNumber: "R-2");
        using var county = await world.SignedIn("county");
        using var school = await world.SignedIn("school");
        (await school.GetAsync($"/api/pages/{page}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await school.GetAsync("/api/pages")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await world.Api.GetAsync($"/api/pages/{page}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await county.GetAsync($"/api/pages/{Guid.NewGuid()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await county.GetAsync("/api/pages/x")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var all = await county.GetFromJsonAsync<JsonElement>("/api/pages?open=true&limit=1");
        all.GetProperty("items").GetArrayLength().ShouldBe(1);
        all.GetProperty("items")[0].GetProperty("reportNumber").GetString().ShouldBe("R-2");
        var next = await county.GetFromJsonAsync<JsonElement>($"/api/pages?open=true&limit=1&cursor={all.GetProperty("cursor").GetString()}");
        next.GetProperty("items")[0].GetProperty("reportNumber").GetString().ShouldBe("R-1");
        (next.TryGetProperty("cursor", out var end) && end.ValueKind == JsonValueKind.String).ShouldBeFalse();
        var one = await county.GetFromJsonAsync<JsonElement>("/api/pages?report=R-1");
        one.GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    private async Task<bool> Listening(string number) =>
        (await world.Phone(number)).GetProperty("call") is { ValueKind: JsonValueKind.Object } call && call.GetProperty("listening").GetBoolean();

    private static async Task<HttpResponseMessage> Stop(HttpClient client, Guid page, string? reason, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/pages/{page}/steps/page.Stop") { Content = JsonContent.Create(new { reason }) };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }
}
