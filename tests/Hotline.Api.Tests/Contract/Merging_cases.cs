using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Contract;

/// <summary>A child's open case never vanishes into an ended one, and what a merge brought goes when it is undone.</summary>
[Collection(ContractCity.Name)]
public sealed class Merging_cases(ContractCity world)
{
    [Fact]
    public async Task After_merges_both_ways_and_splits_two_at_the_same_moment_do_not_swallow_each_other()
    {
        var (a, b) = (await Case(), await Case());
        foreach (var (from, into) in new[] { (a, b), (b, a) })
        {
            await Take(from, "case.ProposeMerge", "county", Into(into));
            await Take(from, "case.MergeCase", "approver");
            await Take(from, "case.ProposeSplit", "county", """{"evidence":"不是同一孩子"}""");
            await Take(from, "case.SplitCase", "supervisor");
        }
        await Take(a, "case.ProposeMerge", "county", Into(b));
        await Take(b, "case.ProposeMerge", "county", Into(a));
        var ends = await Task.WhenAll(Try(a, "case.MergeCase", "approver"), Try(b, "case.MergeCase", "supervisor"));
        ends.Count(e => e == 200).ShouldBe(1, string.Join(", ", ends));
        (await State(a) == "Closed" && await State(b) == "Closed").ShouldBeFalse();
    }

    [Fact]
    public async Task A_report_that_left_the_case_it_was_merged_into_opens_its_own_on_acceptance()
    {
        var target = await Case();
        var report = (await world.Post("/api/reports", "school",
            """{"situationText":"t","category":"Neglect","locationDivision":"440199","children":[{"sex":"Male","ageEstimate":7}]}""", Key())).Json["reportNumber"]!.ToString();
        var path = $"/api/reports/{report}";
        await Take(path, "report.TakeForScreening", "duty");
        await Take(path, "report.ProposeMerge", "duty", Into(target));
        await Take(path, "report.Merge", "supervisor");
        (await world.Get(path, "duty")).Json["cases"]!.AsArray().Count.ShouldBe(1);
        await Take(path, "report.Unmerge", "duty", """{"reason":"不是同一孩子"}""");
        (await world.Get(path, "duty")).Json["cases"]!.AsArray().ShouldBeEmpty();
        await Take(path, "report.Accept", "duty", """{"policeHandover":"Unknown"}""");
        var own = (await world.Get(path, "duty")).Json["cases"]!.AsArray().ShouldHaveSingleItem()!;
        $"/api/cases/{own["id"]}".ShouldNotBe(target);
    }

    [Fact]
    public async Task Danger_goes_along_into_a_case_that_knew_of_none()
    {
        var calm = (await world.Post("/api/reports", "school",
            """{"situationText":"t","category":"Neglect","locationDivision":"440199","children":[{"sex":"Male","ageEstimate":7}]}""", Key())).Json["reportNumber"]!.ToString();
        await Take($"/api/reports/{calm}", "report.TakeForScreening", "duty");
        await Take($"/api/reports/{calm}", "report.Accept", "duty", """{"policeHandover":"Unknown"}""");
        var target = $"/api/cases/{(await world.Get($"/api/reports/{calm}", "duty")).Json["cases"]![0]!["id"]}";
        (await world.Get(target, "duty")).Json["triage"]!.ToString().ShouldNotBe("T1");
        var urgent = await Case();
        await Take(urgent, "case.ProposeMerge", "county", Into(target));
        await Take(urgent, "case.MergeCase", "approver");
        var seen = (await world.Get(target, "duty")).Json;
        (seen["triage"]!.ToString(), seen["state"]!.ToString()).ShouldBe(("T1", "EmergencyResponse"));
        seen["clocks"]!.AsArray().Select(c => c!["code"]!.ToString()).ShouldContain("police-notified");
    }

    [Theory]
    [InlineData("true", "T1"), InlineData("\"YES\"", "T1"), InlineData("\" yes \"", "T1")]
    public async Task A_plain_yes_is_a_yes_however_it_is_written(string answer, string level) =>
        (await world.Post("/api/reports", "school", $$"""{"situationText":"t","category":"DV","immediateDanger":{"lifeThreat":{{answer}}},"children":[{"sex":"Male"}]}""", Key()))
            .Json["triage"]!.ToString().ShouldBe(level);

    [Fact]
    public async Task What_no_file_can_be_called_is_not_found()
    {
        foreach (var id in new[] { "%00", "%5C%00" })
            (await world.Get($"/api/changes?kind=case&id={id}", "duty")).Status.ShouldBe(404);
    }

    private async Task<string> Case() => $"/api/cases/{(await world.Urgent())["cases"]![0]!["id"]}";

    private static string Into(string path) => $$"""{"intoCase":"{{path.Split('/')[^1]}}","evidence":"同一孩子"}""";

    private static (string, string) Key() => ("Idempotency-Key", Guid.NewGuid().ToString());

    private async Task<string> State(string path) => (await world.Get(path, "duty")).Json["state"]!.ToString();

    private async Task<int> Try(string path, string step, string user, string body = "{}")
    {
        var seen = (await world.Get(path, user)).Json;
        var version = seen["steps"]!.AsArray().FirstOrDefault(s => s!["step"]!.ToString() == step)?["version"] ?? seen["version"]!;
        var answer = await world.Post($"{path}/steps/{step}", user, body, Key(), ("If-Match", $"\"{version}\""));
        return answer.Status;
    }

    private async Task Take(string path, string step, string user, string body = "{}")
    {
        // A timer may move the file between the look and the step.
        for (var look = 0; look < 5; look++)
            if (await Try(path, step, user, body) is var status && status != 412)
            {
                status.ShouldBe(200, $"{step} as {user}");
                return;
            }
    }
}
