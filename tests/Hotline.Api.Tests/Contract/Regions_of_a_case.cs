using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class Regions_of_a_case(ContractCity world)
{
    private static string? Region(JsonNode file, string region) => file["regions"]![region]?.ToString();

    private static JsonNode? Offered(JsonNode file, string step) => file["steps"]!.AsArray().SingleOrDefault(s => s!["step"]!.ToString() == step);

    private async Task<string> Case() => $"/api/cases/{(await world.Urgent())["cases"]![0]!["id"]}";

    /// <summary>Takes the step as it is offered; a version moved by a clock or a page meanwhile is read again.</summary>
    private async Task<Answer> Take(string path, string user, string step)
    {
        for (var look = 0; ; look++)
        {
            var file = (await world.Get(path, user)).Json;
            var offered = Offered(file, step);
            var body = offered is null ? "{}" : SchemaFiller.Fill(offered["schema"]!, new Random(3), TimeProvider.System.GetUtcNow()).ToJsonString();
            var answer = await world.Post($"{path}/steps/{step}", user, body, ("Idempotency-Key", Guid.NewGuid().ToString()), ("If-Match", $"\"{file["version"]}\""));
            if (answer.Status != 412 || look == 5) return answer;
        }
    }

    private async Task<JsonNode> Took(string path, string user, string step)
    {
        var answer = await Take(path, user, step);
        answer.Status.ShouldBe(200, $"{step}: {answer.Body}");
        return answer.Json;
    }

    [Fact]
    public async Task stand_where_their_machines_begin_and_move_by_steps_of_the_case()
    {
        var path = await Case();
        var file = (await world.Get(path, "county")).Json;
        (Region(file, "police"), Region(file, "placement"), Region(file, "guardianship")).ShouldBe(("NotSent", "Unknown", "None"));
        var told = await Took(path, "duty", "case.RecordPoliceState");
        Region(told, "police").ShouldBe("Sent");
        var received = await Took(path, "police", "police.Receive");
        Region(received, "police").ShouldBe("ReceivedByPolice");
        received["clocks"]!.AsArray().Single(c => c!["code"]!.ToString() == "police-notified")!["state"]!.ToString().ShouldBe("Met");
        var timeline = (await world.Get(path + "/timeline?limit=200", "county")).Json["items"]!.AsArray();
        var line = timeline.Single(e => e!["type"]!.ToString() == "police_received")!;
        (line["title"]!["zh"]!.ToString(), line["rule"]!["machine"]!.ToString()).ShouldBe(("登记接报案回执", "police"));
        line["fields"]!.AsArray().ShouldContain(f => f!["sealed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task of_the_police_are_nobody_elses_to_move()
    {
        var path = await Case();
        foreach (var user in new[] { "duty", "supervisor", "county", "approver" })
        {
            var file = (await world.Get(path, user)).Json;
            file["steps"]!.AsArray().ShouldNotContain(s => s!["machine"]!.ToString() == "police");
            (await Take(path, user, "police.Receive")).Status.ShouldBe(403, user);
        }
        (await Take(path, "police", "police.Send")).Status.ShouldBe(403, "the server's own");
        (await Take(path, "police", "police.Unheard")).Status.ShouldBe(404);
        (await Take(path, "police", "report.Accept")).Status.ShouldBe(404);
        (await Take(path, "police", "police.Conclude")).Refusal.ShouldBe("guards-unmet");
        var version = (await world.Get(path, "police")).Json["version"];
        var unnumbered = await world.Post($"{path}/steps/police.Receive", "police", "{}", ("Idempotency-Key", Guid.NewGuid().ToString()), ("If-Match", $"\"{version}\""));
        (unnumbered.Status is 422 or 412).ShouldBeTrue(unnumbered.Body);
    }

    [Fact]
    public async Task decide_when_the_emergency_is_over()
    {
        var path = await Case();
        foreach (var (user, step) in new[] { ("county", "case.RecordChildSeen"), ("county", "case.RecordMedicalNeed") }) await Took(path, user, step);
        var blocked = (await Take(path, "county", "case.EmergencyStable")).Json["why"]!.AsArray().Select(w => w!["code"]!.ToString());
        blocked.ShouldBe(["safe-place", "police-recorded"]);
        await Took(path, "county", "placement.ToHospital");
        await Took(path, "duty", "case.RecordPoliceState");
        (await Took(path, "county", "case.EmergencyStable"))["state"]!.ToString().ShouldBe("Assessment");
    }

    [Fact]
    public async Task publish_the_stage_and_forbid_the_return_while_the_child_is_removed()
    {
        var path = await Case();
        var removed = await Took(path, "police", "guardianship.Remove");
        (removed["stage"]!.ToString(), Region(removed, "placement")).ShouldBe(("GuardianshipIntervention", "RemovedByPolice"));
        var county = (await world.Get(path, "county")).Json;
        Offered(county, "placement.ReturnToGuardian")!["allowed"]!.GetValue<bool>().ShouldBeFalse();
        (await Take(path, "county", "placement.ReturnToGuardian")).Json["why"]![0]!["code"]!.ToString().ShouldBe("return-permitted");
        var temporary = await Took(path, "county", "guardianship.StartTemporary");
        var year = temporary["clocks"]!.AsArray().Single(c => c!["code"]!.ToString() == "temporary-guardianship")!;
        (year["state"]!.ToString(), year["mark"]!.ToString()).ShouldBe(("Running", "law"));
        var board = (await world.Get("/api/cases?limit=200", "county")).Json["items"]!.AsArray().Single(c => path.EndsWith(c!["id"]!.ToString(), StringComparison.Ordinal))!;
        board["stage"]!.ToString().ShouldBe("GuardianshipIntervention");
    }

    [Fact]
    public async Task ring_at_once_when_the_child_runs_away()
    {
        var path = await Case();
        await Took(path, "county", "placement.ToTemporaryShelter");
        Region(await Took(path, "county", "placement.Abscond"), "placement").ShouldBe("Absconded");
        var id = path[(path.LastIndexOf('/') + 1)..];
        var rung = false;
        for (var look = 0; look < 400 && !rung; look++)
        {
            var page = (await world.Get($"/api/pages?case={id}&limit=50", "duty")).Json["items"]!.AsArray().FirstOrDefault(p => p!["clock"]?.ToString() == "absconded-search");
            rung = page?["attempts"]!.AsArray().Any(a => a!["role"]!.ToString() == "DutyOfficer") == true;
            if (!rung) await Task.Delay(25);
        }
        rung.ShouldBeTrue();
    }

    [Theory]
    [InlineData("police"), InlineData("placement"), InlineData("guardianship")]
    public async Task are_shown_among_the_procedures(string machine)
    {
        (await world.Get("/api/workflows", "duty")).Json["items"]!.AsArray().ShouldContain(m => m!["name"]!.ToString() == machine);
        (await world.Get($"/api/workflows/{machine}?format=xstate", "duty")).Json["id"]!.ToString().ShouldBe(machine);
        (await world.Get($"/api/workflows/{machine}?format=mermaid", "duty")).Body.ShouldStartWith("stateDiagram-v2");
    }
}
