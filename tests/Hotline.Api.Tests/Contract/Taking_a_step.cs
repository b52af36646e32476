using System.Text;
using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class Taking_a_step(ContractCity world)
{
    private const string Step = "case.DeclareEmergency";

    private static (string, string) Key(string? key = null) => ("Idempotency-Key", key ?? Guid.NewGuid().ToString());

    private static (string, string) Version(JsonNode version) => ("If-Match", $"\"{version}\"");

    private async Task<(string Path, JsonNode Case)> Case(string user = "duty")
    {
        var path = $"/api/cases/{(await world.Urgent())["cases"]![0]!["id"]}";
        return (path, (await world.Get(path, user)).Json);
    }

    private static JsonNode Offered(JsonNode file, string step) => file["steps"]!.AsArray().Single(s => s!["step"]!.ToString() == step)!;

    private static string Filled(JsonNode step) => SchemaFiller.Fill(step["schema"]!, new Random(7), TimeProvider.System.GetUtcNow()).ToJsonString();

    [Fact]
    public async Task Checks_come_in_the_order_of_the_contract()
    {
        var (path, file) = await Case();
        var (at, version) = ($"{path}/steps/{Step}", Version(file["version"]!));
        (await world.Send(HttpMethod.Post, at)).Status.ShouldBe(401);
        (await world.Post(at, "school", "{")).Status.ShouldBe(404);
        (await world.Post($"{path}/steps/case.Unheard", "duty", "{")).Status.ShouldBe(404);
        (await world.Post($"{path}/steps/case.CloseCase", "duty", "{")).Status.ShouldBe(403);
        (await world.Post(at, "duty", "{", Key())).Status.ShouldBe(428);
        (await world.Post(at, "duty", "{", Key(), Version(1))).Status.ShouldBe(412);
        (await world.Post(at, "duty", "{", version)).Refusal.ShouldBe("key-missing");
        (await world.Send(HttpMethod.Post, at, "duty", "{}"u8.ToArray(), "text/plain", Key(), version)).Status.ShouldBe(415);
        (await world.Post(at, "duty", "{\"a\":\"" + new string('x', 70_000) + "\"}", Key(), version)).Status.ShouldBe(413);
        (await world.Post(at, "duty", "{", Key(), version)).Status.ShouldBe(400);
        (await world.Post(at, "duty", """{"zzz":1}""", Key(), version)).Status.ShouldBe(422);
        (await world.Get(path, "duty")).Json["version"]!.ToString().ShouldBe(file["version"]!.ToString());
    }

    [Fact]
    public async Task An_older_version_is_told_what_the_other_person_changed()
    {
        var (path, file) = await Case();
        var step = Offered(file, Step);
        (await world.Post($"{path}/steps/{Step}", "duty", Filled(step), Key(), Version(step["version"]!))).Status.ShouldBe(200);
        var late = await world.Post($"{path}/steps/{Step}", "supervisor", Filled(step), Key(), Version(step["version"]!));
        (late.Status, late.Refusal).ShouldBe((412, "version-moved"));
        late.Json["events"]!.AsArray().ShouldContain(e => e!["by"] != null && e["by"]!["name"]!.ToString() == "duty");
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_though_the_version_has_moved_on()
    {
        var (path, file) = await Case();
        var (step, key) = (Offered(file, Step), Key());
        var body = Filled(step);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => world.Post($"{path}/steps/{Step}", "duty", body, key, Version(step["version"]!))));
        answers.ShouldAllBe(a => a.Status == 200);
        answers.Distinct().Count().ShouldBe(1);
        (await world.Post($"{path}/steps/{Step}", "duty", body + " ", key, Version(step["version"]!))).Refusal.ShouldBe("key-reused");
    }

    [Fact]
    public async Task Unmet_guards_are_refused_for_the_reasons_that_were_shown()
    {
        var (path, file) = await Case("county");
        var blocked = file["steps"]!.AsArray().Where(s => !s!["allowed"]!.GetValue<bool>() && s["why"]!.AsArray().All(w => w!["code"]!.ToString() != "nothing-to-choose")).ToList();
        blocked.ShouldNotBeEmpty();
        foreach (var step in blocked)
        {
            var no = await world.Post($"{path}/steps/{step!["step"]}", "county", Filled(step), Key(), Version(step["version"]!));
            (no.Status, no.Refusal).ShouldBe((409, "guards-unmet"), step["step"]!.ToString());
            no.Json["why"]!.AsArray().Select(w => w!["code"]!.ToString()).ShouldBe(step["why"]!.AsArray().Select(w => w!["code"]!.ToString()));
        }
    }

    [Theory]
    [InlineData("duty")]
    [InlineData("county")]
    [InlineData("supervisor")]
    public async Task What_is_offered_and_filled_by_its_schema_is_accepted(string user)
    {
        var (_, first) = await Case(user);
        foreach (var offered in first["steps"]!.AsArray().Where(s => s!["allowed"]!.GetValue<bool>()).Select(s => s!["step"]!.ToString().Split('@')[0]))
        {
            var (path, file) = await Case(user);
            var step = file["steps"]!.AsArray().Single(s => s!["step"]!.ToString().Split('@')[0] == offered)!;
            var answer = await world.Post($"{path}/steps/{step["step"]}", user, Filled(step), Key(), Version(step["version"]!));
            // A clock's warning or a page's news may have moved the version: then the step is offered anew.
            (answer.Status is 200 or 412).ShouldBeTrue($"{offered}: {answer.Body}");
        }
    }

    [Fact]
    public async Task A_truncated_upload_is_no_fault_of_ours()
    {
        var number = (await world.Urgent())["reportNumber"];
        var cut = Encoding.UTF8.GetBytes("--x\r\nContent-Disp");
        (await world.Send(HttpMethod.Post, $"/api/reports/{number}/attachments", "school", cut, "multipart/form-data; boundary=x")).Status.ShouldBe(400);
        (await world.Send(HttpMethod.Post, $"/api/reports/{number}/attachments", "school", cut, "multipart/form-data")).Status.ShouldBe(400);
    }
}
