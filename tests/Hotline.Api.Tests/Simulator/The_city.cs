using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hotline.Simulator.City;
using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class The_city
{
    static readonly string[] Severe =
    [
        "GenitalInjury", "SexualAbuseUnder14", "SexualAbuse14OrOver", "SeveralInjuries", "AbnormalDeathOrDisability",
        "AbandonedOrUncared", "UnknownOriginOrMissing", "OrganisedBegging",
    ];
    static readonly string[] Questions =
        ["lifeThreat", "seriousInjury", "suspectPresent", "weaponOrOngoing", "selfHarm", "youngAlone",
            "missingOrTaken"];

    public static IEnumerable<TheoryDataRow<string>> Stories =>
        Narrative.All().Select(story => new TheoryDataRow<string>(story.Id));

    [Fact]
    public void tells_twelve_different_kinds_of_story()
    {
        var stories = Narrative.All();
        stories.Count.ShouldBe(12);
        stories.Select(story => story.Process).Distinct().Count().ShouldBe(12);
        stories.Select(story => story.Triage).Distinct().Order().ShouldBe(["T1", "T2", "T3", "T4"]);
        stories.Select(story => story.Account).Distinct().Order().ShouldBe(["hospital", "public", "school"]);
    }

    // Domain 3.4 said once more, by other hands than the server's.
    [Theory]
    [MemberData(nameof(Stories))]
    public void agrees_with_the_rule_of_triage(string id)
    {
        var story = Narrative.All().Single(one => one.Id == id);
        var answers = Questions.Select(question => (string?)story.Body["immediateDanger"]![question]).ToArray();
        answers.ShouldAllBe(answer => answer == "yes" || answer == "no" || answer == "unknown");
        var severe = story.Body["grounds"]!.AsArray().Any(ground => Severe.Contains((string)ground!));
        var category = (string)story.Body["category"]!;
        var level = category is "GuardianEvent" or "Other" ? 4 : 3;
        if (answers.Contains("unknown")) level = Math.Max(2, level - 1);
        if (severe || category is "SexualAbuse" or "Abandonment" or "Missing" or "Trafficked" or "UnattendedChild") level = 2;
        if (answers.Contains("yes") || (answers[0] == "unknown" && severe)) level = 1;
        $"T{level}".ShouldBe(story.Triage);
    }

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
