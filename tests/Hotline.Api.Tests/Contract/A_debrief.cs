using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class A_debrief(ContractCity world)
{
    private async Task Took(string path, string user, string step)
    {
        for (var look = 0; ; look++)
        {
            var file = (await world.Get(path, user)).Json;
            var offered = file["steps"]!.AsArray().Single(s => s!["step"]!.ToString() == step)!;
            var body = SchemaFiller.Fill(offered["schema"]!, new Random(3), TimeProvider.System.GetUtcNow()).ToJsonString();
            var answer = await world.Post($"{path}/steps/{step}", user, body, ("Idempotency-Key", Guid.NewGuid().ToString()), ("If-Match", $"\"{offered["version"]}\""));
            if (answer.Status == 412 && look < 5) continue;
            answer.Status.ShouldBe(200, $"{step}: {answer.Body}");
            return;
        }
    }

    private async Task<JsonNode?> Of(string number, string user = "supervisor") =>
        (await world.Get("/api/duty/debriefs?division=440199", user)).Json["items"]!.AsArray().SingleOrDefault(d => d!["caseNumber"]!.ToString() == number);

    [Fact]
    public async Task is_owed_after_an_emergency_held_by_the_supervisor_and_read_by_the_duty_room_and_the_auditor_alone()
    {
        var opened = (await world.Urgent())["cases"]![0]!;
        var (path, number) = ($"/api/cases/{opened["id"]}", opened["number"]!.ToString());
        foreach (var (user, step) in new[] { ("county", "case.RecordChildSeen"), ("county", "case.RecordMedicalNeed"), ("county", "placement.ToHospital"), ("duty", "case.RecordPoliceState") })
            await Took(path, user, step);
        (await Of(number)).ShouldBeNull();
        await Took(path, "county", "case.EmergencyStable");
        var owed = (await Of(number))!;
        (owed["state"]!.ToString(), owed["why"]!.ToString(), owed["clocks"]![0]!["code"]!.ToString()).ShouldBe(("Asked", "T1", "debrief-due"));

        var debrief = $"/api/duty/debriefs/{owed["id"]}";
        foreach (var user in new[] { "county", "township", "police", "hospital", "institution" })
            ((await world.Get("/api/duty/debriefs", user)).Status, (await world.Get(debrief, user)).Status).ShouldBe((403, 404), user);
        (await world.Get(debrief, "duty")).Json["steps"]!.AsArray().ShouldBeEmpty();
        await Took(debrief, "supervisor", "debrief.Hold");
        var held = (await world.Get(debrief, "auditor")).Json;
        (held["state"]!.ToString(), held["words"]!.AsArray().Count).ShouldBe(("Held", 4));
        held["words"]!.AsArray().ShouldAllBe(w => w!["value"]!.ToString().Length > 0);
        (await Of(number, "auditor"))!["heldBy"]!.ToString().ShouldBe("值班长");
        (await world.Get(path, "county")).Body.ShouldNotContain("debrief");
    }
}
