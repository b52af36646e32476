using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

/// <summary>A task, a hand-over and a visit, driven from outside by the people of both bodies.</summary>
[Collection(ContractCity.Name)]
public sealed class Work_between_two_bodies(ContractCity world)
{
    private static (string, string) Key(string? key = null) => ("Idempotency-Key", key ?? Guid.NewGuid().ToString());

    private static (string, string) Version(JsonNode version) => ("If-Match", $"\"{version}\"");

    private static JsonNode Step(JsonNode seen, string trigger) => seen["steps"]!.AsArray().First(s => s!["trigger"]!.ToString() == trigger && s["target"] == null)!;

    /// <summary>Takes an offered step with what its schema asks, these values set.</summary>
    private async Task<Answer> Take(string path, string user, string trigger, params (string Field, string Value)[] values)
    {
        var seen = (await world.Get(path, user)).Json;
        var step = Step(seen, trigger);
        var body = SchemaFiller.Fill(step["schema"]!, new Random(7), TimeProvider.System.GetUtcNow());
        foreach (var (field, value) in values) body[field] = value;
        return await world.Post($"{path}/steps/{step["step"]}", user, body.ToJsonString(), Key(), Version(step["version"]!));
    }

    private async Task<string> Case() => $"/api/cases/{(await world.Urgent())["cases"]![0]!["id"]}";

    private static string Choice(JsonNode step, string field, string named) =>
        step["schema"]!["properties"]![field]!["oneOf"]!.AsArray().First(o => o!["x-title"]!["en"]!.ToString().Contains(named))!["const"]!.ToString();

    /// <summary>Gives something to a body by a step on the case; answers where it is.</summary>
    private async Task<string> Give(string trigger, string field, string to, string list, string user = "county", params (string, string)[] values)
    {
        var path = await Case();
        var chosen = Choice(Step((await world.Get(path, user)).Json, trigger), field, to);
        var answer = await Take(path, user, trigger, [(field, chosen), .. values]);
        answer.Status.ShouldBe(200, answer.Body);
        var given = list == "tasks" ? answer.Json["tasks"]!.AsArray().First(t => t!["kind"]!.ToString() == "CoordinatedTask")!["id"] : answer.Json[list]![0]!["id"];
        return $"/api/{list}/{given}";
    }

    [Fact]
    public async Task A_task_is_known_to_its_agency_and_the_case_is_not()
    {
        var path = await Give("Open", "agency", "Primary School", "tasks");
        var seen = await world.Get(path, "school");
        seen.Status.ShouldBe(200);
        seen.Json["caseId"].ShouldBeNull();
        seen.Json["steps"]!.AsArray().Select(s => s!["step"]!.ToString()).ShouldContain("task.Accept");
        (await world.Get("/api/tasks?inbox=mine&open=true", "school")).Json["items"]!.AsArray().Select(i => i!["id"]!.ToString()).ShouldContain(path.Split('/')[^1]);
        foreach (var (user, status) in new[] { ("hospital", 404), ("institution", 404), ("auditor", 404), ("township", 404), ("county", 200), ("city", 200) })
            (await world.Get(path, user)).Status.ShouldBe(status, user);
        (await world.Get(path.Replace("tasks", "transfers"), "school")).Status.ShouldBe(404);
        (await world.Post($"{path}/steps/task.Accept", "hospital", "{}", Key(), Version(1))).Status.ShouldBe(404);
        (await world.Post($"{path}/steps/task.Accept", "county", "{}", Key(), Version(1))).Status.ShouldBe(403);
        (await world.Post($"{path}/steps/task.ConfirmDone", "school", "{}", Key(), Version(1))).Status.ShouldBe(403);
        (await world.Get($"/api/changes?kind=task&id={path.Split('/')[^1]}", "school")).Status.ShouldBe(200);
        (await world.Get($"/api/changes?kind=task&id={path.Split('/')[^1]}", "hospital")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Checks_of_a_task_come_in_the_order_of_the_contract()
    {
        var path = await Give("Open", "agency", "Primary School", "tasks");
        var version = Version((await world.Get(path, "school")).Json["version"]!);
        var accept = $"{path}/steps/task.Accept";
        (await world.Post(accept, "school", "{", Key())).Status.ShouldBe(428);
        (await world.Post(accept, "school", "{", Key(), Version(1))).Status.ShouldBe(412);
        (await world.Post(accept, "school", "{", version)).Refusal.ShouldBe("key-missing");
        (await world.Post(accept, "school", "{", Key(), version)).Status.ShouldBe(400);
        (await world.Post(accept, "school", """{"zzz":1}""", Key(), version)).Status.ShouldBe(422);
        var no = await Take(path, "school", "Refuse");
        (no.Status, no.Json["why"]![0]!["code"]!.ToString()).ShouldBe((409, "not-urgent-level"));
        var key = Key();
        var first = await world.Post(accept, "school", "{}", key, version);
        (first.Status, first.Json["state"]!.ToString()).ShouldBe((200, "Accepted"));
        (await world.Post(accept, "school", "{}", key, version)).ShouldBe(first);
        (await world.Post(accept, "school", "{ }", key, version)).Refusal.ShouldBe("key-reused");
        (await world.Post(accept, "school", "{}", Key(), version)).Json["events"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_task_is_handed_on_to_others_and_never_back_to_who_gave_it()
    {
        var path = await Give("Open", "agency", "Primary School", "tasks");
        (await Take(path, "school", "Accept")).Status.ShouldBe(200);
        var bodies = Step((await world.Get(path, "school")).Json, "HandOn")["schema"]!["properties"]!["agency"]!["oneOf"]!.AsArray()
            .Select(o => o!["x-title"]!["en"]!.ToString()).ToList();
        bodies.ShouldContain("Pilot County People's Hospital");
        bodies.ShouldNotContain("Pilot County Civil Affairs");
        bodies.ShouldNotContain("Pilot County First Primary School");
    }

    [Fact]
    public async Task What_a_task_asks_is_sealed_and_opened_for_a_reason()
    {
        var path = await Give("Open", "agency", "Primary School", "tasks", "county", ("request", "请安排插班"));
        (await world.Get(path, "school")).Body.ShouldNotContain("插班");
        (await world.Post($"{path}/look", "school", "{}")).Refusal.ShouldBe("reason-needed");
        (await world.Post($"{path}/look", "hospital", """{"why":"x"}""")).Status.ShouldBe(404);
        (await world.Post($"{path}/look", "school", """{"why":"办理任务"}""")).Body.ShouldContain("插班");
    }

    [Fact]
    public async Task A_task_done_and_confirmed_is_told_to_the_case()
    {
        var path = await Give("Open", "agency", "Primary School", "tasks");
        foreach (var step in new[] { "Accept", "Begin", "ReportDone" }) (await Take(path, "school", step)).Status.ShouldBe(200, step);
        (await Take(path, "county", "ConfirmDone")).Json["state"]!.ToString().ShouldBe("Done");
        var of = (await world.Get(path, "county")).Json["caseId"];
        (await world.Get($"/api/cases/{of}/timeline", "county")).Json["items"]!.AsArray().Select(i => i!["type"]!.ToString()).ShouldContain("task_closed");
        (await world.Get($"/api/cases/{of}", "county")).Json["tasks"]!.AsArray().Select(t => t!["state"]!.ToString()).ShouldContain("Done");
    }

    [Fact]
    public async Task A_child_is_handed_over_with_both_signatures()
    {
        var path = await Give("Propose", "to", "Protection Centre", "transfers", "county", ("kind", "CivilToInstitution"));
        (await world.Get(path, "welfare")).Status.ShouldBe(404);
        (await Take(path, "institution", "Accept")).Json["state"]!.ToString().ShouldBe("Accepted");
        (await world.Get(path, "institution")).Json["steps"]!.AsArray().Select(s => s!["trigger"]!.ToString()).ShouldNotContain("Depart");
        (await Take(path, "county", "Depart")).Status.ShouldBe(200);
        foreach (var step in new[] { "Arrive", "ConfirmReceived" }) (await Take(path, "institution", step)).Status.ShouldBe(200, step);
        var seen = (await world.Get(path, "county")).Json;
        (seen["state"]!.ToString(), seen["isOpen"]!.GetValue<bool>()).ShouldBe(("Received", false));
        (await world.Get($"/api/cases/{seen["caseId"]}/timeline", "county")).Json["items"]!.AsArray().Select(i => i!["type"]!.ToString())
            .Where(t => t.StartsWith("transfer_", StringComparison.Ordinal)).ShouldBe(["transfer_accepted", "transfer_departed", "transfer_ended"]);
    }

    [Fact]
    public async Task A_refused_hand_over_pages_the_sender_and_the_superior_and_the_page_rests_when_it_goes_on()
    {
        var path = await Give("Propose", "to", "Protection Centre", "transfers", "county", ("kind", "CivilToInstitution"));
        (await Take(path, "institution", "Refuse")).Status.ShouldBe(200);
        var of = (await world.Get(path, "county")).Json["caseId"];
        async Task<JsonNode?> Page() => (await world.Get($"/api/pages?case={of}", "city")).Json["items"]!.AsArray().FirstOrDefault(p => p!["why"]!.ToString() == "refused");
        (await Page())!["state"]!.ToString().ShouldBe("Ringing");
        (await Take(path, "city", "Direct")).Json["state"]!.ToString().ShouldBe("Accepted");
        (await Page())!["state"]!.ToString().ShouldBe("Acknowledged");
    }

    [Fact]
    public async Task An_unanswered_hand_over_pages_the_common_superior_until_it_is_answered()
    {
        var path = await Give("Propose", "to", "Protection Centre", "transfers", "county", ("kind", "CivilToInstitution"));
        var of = (await world.Get(path, "county")).Json["caseId"];
        await world.City.MoveClock("PT2H1M");
        async Task<JsonNode?> Page() => (await world.Get($"/api/pages?case={of}&limit=200", "city")).Json["items"]!.AsArray()
            .FirstOrDefault(p => p!["about"]?.ToString() == path.Split('/')[^1]);
        // The call answers once the timers are claimed; what they set off is written a moment later.
        for (var look = 0; look < 1200 && await Page() is null; look++) await Task.Delay(50);
        var page = await Page();
        (page!["clock"]!.ToString(), page["state"]!.ToString()).ShouldBe(("transfer-answer", "Ringing"));
        (await world.Get(path, "county")).Json["clocks"]!.AsArray().First(c => c!["code"]!.ToString() == "transfer-answer")!["state"]!.ToString().ShouldBe("Breached");
        Step((await world.Get(path, "city")).Json, "Direct")["allowed"]!.GetValue<bool>().ShouldBeTrue();
        (await Take(path, "institution", "Accept")).Json["clocks"]!.AsArray().First(c => c!["code"]!.ToString() == "transfer-answer")!["state"]!.ToString().ShouldBe("Met");
        (await Page())!["state"]!.ToString().ShouldBe("Acknowledged");
    }

    [Fact]
    public async Task A_unit_that_must_not_know_of_the_report_is_nobody_to_give_a_task_to()
    {
        var body = ContractCity.UrgentBody.Replace("{\"channel\"", "{\"myUnitMustNotKnow\":true,\"channel\"", StringComparison.Ordinal);
        var receipt = await world.Post("/api/reports", "school", body);
        var step = Step((await world.Get($"/api/cases/{receipt.Json["cases"]![0]!["id"]}", "county")).Json, "Open");
        var offered = step["schema"]!["properties"]!["agency"]!["oneOf"]!.AsArray().Select(o => o!["x-title"]!["en"]!.ToString()).ToList();
        offered.ShouldContain("Pilot County People's Hospital");
        offered.ShouldNotContain("Pilot County First Primary School");
        offered.ShouldNotContain("Pilot County Audit");
    }

    [Fact]
    public async Task A_visit_is_made_by_the_village_that_may_not_read_the_case()
    {
        var path = await Give("Plan", "visitor", "First Village", "visits");
        var of = (await world.Get(path, "county")).Json["caseId"];
        (await world.Get($"/api/cases/{of}", "director")).Status.ShouldBe(404);
        (await Take(path, "director", "RecordVisit", ("lifeThreat", "no"))).Json["state"]!.ToString().ShouldBe("Done");
        (await world.Get($"/api/cases/{of}", "county")).Json["facts"]!["childSeen"]!.ToString().ShouldBe("true");
    }

    [Fact]
    public async Task A_case_sent_to_another_body_waits_for_its_answer()
    {
        var path = await Case();
        foreach (var step in new[] { "RecordChildSeen", "ToTemporaryShelter", "RecordPoliceState" })
            (await Take(path, "police", step)).Status.ShouldBe(200, step);
        var to = Choice(Step((await world.Get(path, "county")).Json, "TransferCase"), "receiver", "Children's Home");
        var sent = (await Take(path, "county", "TransferCase", ("receiver", to))).Json;
        sent["state"]!.ToString().ShouldBe("TransferredOut");
        Step(sent, "RecordTransferAnswer")["allowed"]!.GetValue<bool>().ShouldBeFalse("the receiver answers for itself");
        (await Take($"/api/transfers/{sent["transfers"]![0]!["id"]}", "welfare", "Accept")).Json["state"]!.ToString().ShouldBe("Received");
        (await world.Get(path, "county")).Json["facts"]!["transferAnswer"]!.ToString().ShouldBe("Accepted");
    }
}
