using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hotline.Simulator.City;
using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class The_city
{
    [Fact]
    public void tells_moments_relative_to_now()
    {
        var report = Narrative.All()[0].Report(new(2026, 11, 21, 1, 0, 0, TimeSpan.Zero));
        ((string?)report["discoveredAt"]).ShouldBe("2026-11-21T08:40:00+08:00");
        ((string?)report["childLeavesAt"]).ShouldBe("2026-11-21T12:00:00+08:00");
    }

    [Fact]
    public async Task files_as_its_reporters_would_and_again_when_the_server_was_away()
    {
        await using var world = await OutsideWorld.Start("--Simulator:AnswerAfterSeconds", "0.1");
        var away = true;
        var filed = new ConcurrentDictionary<string, int>();
        world.Hotline = one =>
        {
            if (one.Target == "/api/sessions") return Results.Json(
                new { token = (string?)JsonNode.Parse(one.Body)!["user"] });
            if (away) return Results.StatusCode(503);
            filed.AddOrUpdate(one.Headers["Idempotency-Key"], 1, (_, count) => count + 1);
            return Results.Json(new { reportNumber = "R-TEST", triage = "T2" }, statusCode: 201);
        };
        using var first = await world.Phones.PostAsJsonAsync("/city/file", new { narrative = "06-brothers-alone" });
        ((string?)(await first.Content.ReadFromJsonAsync<JsonNode>())!["state"]).ShouldBe("waiting");
        away = false;
        using var open = await world.Phones.PostAsJsonAsync("/city/file", new { narrative = "08-belt-marks" });
        ((int)open.StatusCode).ShouldBe(201);
        await OutsideWorld.Until(() => Task.FromResult(filed.Count), count => count == 2);
        var tries = world.Posted.Where(one => one.Target == "/api/reports").ToArray();
        tries.ShouldAllBe(one => one.Headers["Authorization"] == "Bearer school");
        tries.Select(one => one.Body).Distinct().Count().ShouldBe(1);
        world.Posted.Single(one => one.Target == "/api/public/reports").Headers.ContainsKey("Authorization")
            .ShouldBeFalse();
    }

    [Fact]
    public async Task answers_the_pages_of_its_own_reports_and_leaves_all_others_alone()
    {
        await using var world = await OutsideWorld.Start("--Simulator:AnswerAfterSeconds", "1.5");
        var (_, own) = await world.Text(OutsideWorld.Duty, "编号K7P2Q。回复14a接警。");
        world.Hotline = one => one.Target switch
        {
            "/api/sessions" => Results.Json(new { token = "t" }),
            "/api/reports" => Results.Json(new { reportNumber = one.Body.Contains("Self") ? "R-TEXT"
                : "R-OWN", triage = "T1" }, statusCode: 201),
            "/api/public/reports" => Results.Json(new { reportNumber = "R-QUIET", triage = "T1" }, statusCode: 201),
            "/api/pages?report=R-OWN" => Results.Json(new
            {
                items = new object[] { new { id = "p1", reportNumber = "R-OWN" },
                    new { id = "p2", reportNumber = "R-ALIEN" } },
            }),
            "/api/pages?report=R-TEXT" => Results.Json(new
            {
                items = new[] { new { id = "p3", reportNumber = "R-TEXT",
                    attempts = new[] { new { sentAt = own!["date_created"]!.ToString() } } } },
            }),
            _ => Results.Json(new { }),
        };
        foreach (var narrative in new[] { "01-hospital-bruises", "02-school-self-harm", "03-neighbour-violence" })
            await world.Phones.PostAsJsonAsync("/city/file", new { narrative });
        await world.Told("Body", "14a");
        var city = await OutsideWorld.Until(async () => (await world.Phones.GetFromJsonAsync<JsonNode>("/city"))!,
            seen => seen["filings"]!.AsArray().All(filing => (string?)filing!["state"] != "filed"));
        city["filings"]!.AsArray().Select(filing => (string?)filing!["state"])
            .ShouldBe(["answered", "answered", "left alone"]);
        world.Posted.Where(one => one.Target.EndsWith("/acknowledge", StringComparison.Ordinal))
            .Select(one => one.Target)
            .ShouldBe(["/api/pages/p1/acknowledge"]);
    }
}
