using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

/// <summary>A county practises with a made-up child. Nobody outside hears of it, and nothing real gets mixed up with it.</summary>
[Collection(ContractCity.Name)]
public sealed class An_exercise(ContractCity world)
{
    private const string Drawn = """
        {"channel":"Api","category":"MedicalInjury","locationDivision":"440199","situationText":"演练","exercise":true,
         "externalOrder":{"line":"12345","number":"GD-1","dueAt":"2030-01-01T00:00:00Z"},
         "immediateDanger":{"seriousInjury":"yes"},"children":[{"sex":"Male","ageEstimate":5}]}
        """;

    [Fact]
    public async Task stays_one_from_its_report_to_its_case_pages_and_tasks()
    {
        var (report, path) = await Practise();
        (await world.Get(path, "duty")).Json["exercise"]!.GetValue<bool>().ShouldBeTrue();
        (await Listed("/api/cases?open=true&limit=200", "id", path.Split('/')[^1])).ShouldBeTrue();
        var pages = await world.Get($"/api/pages?report={report}", "supervisor");
        pages.Json["items"]!.AsArray().ShouldHaveSingleItem()!["exercise"]!.GetValue<bool>().ShouldBeTrue();
        await Take(path, "task.Open", "county", await Task(path, "county"));
        var task = (await world.Get(path, "county")).Json["tasks"]!.AsArray().First(t => t!["kind"]!.ToString() == "CoordinatedTask")!["id"]!.ToString();
        (await world.Get($"/api/tasks/{task}", "school")).Json["exercise"]!.GetValue<bool>().ShouldBeTrue();
        (await Listed("/api/tasks?inbox=mine&open=true", "id", task, "school")).ShouldBeTrue();

        // Nothing that comes later makes it real.
        (await world.Post($"/api/reports/{report}/supplements", "school", """{"text":"补充","exercise":false}""", Key())).Status.ShouldBeLessThan(500);
        (await world.Get($"/api/reports/{report}", "duty")).Json["exercise"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task reaches_neither_110_nor_120_nor_the_police_nor_another_line()
    {
        var (report, path) = await Practise();
        await Take($"/api/reports/{report}", "report.TakeForScreening", "duty");
        await Take($"/api/reports/{report}", "report.Accept", "duty", """{"policeHandover":"Forwarded"}""");
        (await world.Get(path, "duty")).Json["regions"]!.ToJsonString().ShouldContain("\"NotSent\"");
        var emergency = """{"calledAt":"2026-01-01T00:00:00Z","badge":"1","receiptNo":"2"}""";
        foreach (var (file, step, user, body) in new[]
        {
            (path, "case.Call110", "duty", "{}"), (path, "case.Call120", "duty", "{}"), (path, "case.Record110", "duty", emergency),
            (path, "case.RecordPoliceState", "county", """{"how":"Liaison"}"""), (path, "police.Receive", "police", """{"documentNo":"1"}"""),
            ($"/api/reports/{report}", "report.PassToLine", "duty", """{"toLine":"12345","sentNo":"1","summary":"演练"}"""),
        })
        {
            var refused = await Try(file, step, user, body);
            refused.Body.ShouldContain("not-an-exercise", customMessage: $"{step}: {refused.Body}");
            refused.Refusal.ShouldBe("guards-unmet");
            (await Offered(file, step, user))["allowed"]!.GetValue<bool>().ShouldBeFalse();
        }
        await Take(path, "case.RecordPoliceNotNeeded", "supervisor", """{"reason":"演练"}""");
    }

    [Fact]
    public async Task is_merged_with_nothing_real_nor_anything_real_with_it()
    {
        var (_, drawn) = await Practise();
        var real = $"/api/cases/{(await world.Urgent())["cases"]![0]!["id"]}";
        foreach (var (from, into) in new[] { (drawn, real), (real, drawn) })
        {
            var refused = await Try(from, "case.ProposeMerge", "county", Into(into));
            refused.Status.ShouldBe(422, refused.Body);
            refused.Body.ShouldContain("intoCase");
        }
        var (_, other) = await Practise();
        await Take(drawn, "case.ProposeMerge", "county", Into(other));
        await Take(drawn, "case.MergeCase", "approver");
    }

    [Fact]
    public async Task answers_to_no_other_line_and_says_so()
    {
        var answer = await world.Post("/api/reports", "school", Drawn, Key());
        answer.Status.ShouldBe(201, answer.Body);
        answer.Json["exercise"]!.GetValue<bool>().ShouldBeTrue();
        answer.Json["warnings"]!.AsArray().ShouldHaveSingleItem()!["code"]!.ToString().ShouldBe("exercise");
        answer.Json["clocks"]!.AsArray().Select(c => c!["code"]!.ToString()).ShouldNotContain("order-answer");
    }

    private async Task<(string Report, string Case)> Practise()
    {
        var answer = await world.Post("/api/reports", "school", Drawn, Key());
        answer.Status.ShouldBe(201, answer.Body);
        return (answer.Json["reportNumber"]!.ToString(), $"/api/cases/{answer.Json["cases"]![0]!["id"]}");
    }

    private async Task<bool> Listed(string path, string name, string value, string user = "duty") => (await world.Get(path, user)).Json["items"]!.AsArray()
        .Single(i => i![name]!.ToString() == value)!["exercise"]!.GetValue<bool>();

    private async Task<string> Task(string path, string user)
    {
        var schema = (await Offered(path, "task.Open", user))["schema"]!;
        var agency = schema["properties"]!["agency"]!["oneOf"]!.AsArray().First(o => o!.ToJsonString().Contains("Primary School"))!["const"]!.ToString();
        var body = SchemaFiller.Fill(schema, new Random(7), TimeProvider.System.GetUtcNow());
        body["agency"] = agency;
        return body.ToJsonString();
    }

    private async Task<JsonNode> Offered(string path, string step, string user) =>
        (await world.Get(path, user)).Json["steps"]!.AsArray().First(s => s!["step"]!.ToString() == step)!;

    private static string Into(string path) => $$"""{"intoCase":"{{path.Split('/')[^1]}}","evidence":"同一孩子"}""";

    private static (string, string) Key() => ("Idempotency-Key", Guid.NewGuid().ToString());

    private async Task<Answer> Try(string path, string step, string user, string body)
    {
        for (var look = 0; ; look++)
        {
            var seen = (await world.Get(path, user)).Json;
            var version = seen["steps"]!.AsArray().FirstOrDefault(s => s!["step"]!.ToString() == step)?["version"] ?? seen["version"]!;
            var answer = await world.Post($"{path}/steps/{step}", user, body, Key(), ("If-Match", $"\"{version}\""));
            if (answer.Status != 412 || look > 4) return answer;
        }
    }

    private async Task Take(string path, string step, string user, string body = "{}")
    {
        var answer = await Try(path, step, user, body);
        answer.Status.ShouldBe(200, $"{step} as {user}: {answer.Body}");
    }
}
