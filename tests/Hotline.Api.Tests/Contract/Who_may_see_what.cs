using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class Who_may_see_what(ContractCity world)
{
    [Theory]
    // who; the report; its case; a page of it; the board; filing
    [InlineData("school", 200, 404, 404, 403, 201)]
    [InlineData("hospital", 404, 404, 404, 403, 201)]
    [InlineData("duty", 200, 200, 200, 200, 201)]
    [InlineData("supervisor", 200, 200, 200, 200, 201)]
    [InlineData("county", 200, 200, 200, 200, 201)]
    [InlineData("approver", 200, 200, 200, 200, 403)]
    [InlineData("township", 404, 404, 404, 200, 201)]
    [InlineData("director", 404, 404, 404, 200, 201)]
    [InlineData("police", 404, 200, 200, 200, 201)]
    [InlineData("institution", 404, 404, 404, 403, 201)]
    [InlineData("welfare", 404, 404, 404, 403, 201)]
    [InlineData("auditor", 404, 404, 404, 403, 403)]
    [InlineData("admin", 404, 404, 404, 403, 403)]
    [InlineData("city", 404, 200, 200, 200, 403)]
    public async Task Of_a_report_that_the_school_filed_in_the_county(string user, int report, int file, int page, int board, int filing)
    {
        var receipt = await world.Urgent();
        var (number, id) = (receipt["reportNumber"]!.ToString(), receipt["cases"]![0]!["id"]!.ToString());
        var ringing = (await world.Get($"/api/pages?report={number}", "duty")).Json["items"]![0]!["id"]!.ToString();
        (await world.Get($"/api/reports/{number}", user)).Status.ShouldBe(report);
        (await world.Get($"/api/reports/{number}/messages", user)).Status.ShouldBe(report);
        (await world.Get($"/api/cases/{id}", user)).Status.ShouldBe(file);
        (await world.Get($"/api/cases/{id}/timeline", user)).Status.ShouldBe(file);
        (await world.Get($"/api/pages/{ringing}", user)).Status.ShouldBe(page);
        (await world.Get("/api/cases", user)).Status.ShouldBe(board);
        (await world.Post("/api/reports", user, "{\"situationText\":\"t\"}")).Status.ShouldBe(filing);
        (await world.Get($"/api/changes?kind=case&id={id}", user)).Status.ShouldBe(file);
    }

    [Theory]
    [InlineData("school", 403), InlineData("duty", 403), InlineData("county", 403)]
    [InlineData("supervisor", 200), InlineData("city", 200), InlineData("admin", 200), InlineData("auditor", 200)]
    public async Task Of_how_the_house_itself_does(string user, int status)
    {
        var told = await world.Get("/api/operations", user);
        told.Status.ShouldBe(status);
        if (status == 200) (told.Json["deliveries"]!.AsArray().Count, told.Json["outside"]!["configured"]!.GetValue<bool>()).ShouldBe((0, false));
        // Whose telephone rang is for those whose pages they may read.
        if (status == 200 && user is "admin" or "auditor") told.Json["alarms"]!["people"]!.AsArray().ShouldBeEmpty();
        (await world.Post($"/api/operations/deliveries/{Guid.NewGuid()}/retry", user, "{}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Whoever_filed_sees_the_way_of_the_report_and_nothing_of_the_case()
    {
        var receipt = await world.Urgent();
        var seen = (await world.Get($"/api/reports/{receipt["reportNumber"]}", "school")).Json.AsObject();
        foreach (var name in new[] { "version", "triage", "clocks", "cases", "steps", "content", "division" }) seen.ContainsKey(name).ShouldBeFalse(name);
        var changes = new JsonArray();
        // The feed shows what is settled, which may be a moment behind the receipt.
        for (var look = 0; look < 200 && changes.Count == 0; look++)
        {
            changes = (await world.Get($"/api/changes?kind=report&id={receipt["reportNumber"]}", "school")).Json["changes"]!.AsArray();
            if (changes.Count == 0) await Task.Delay(25);
        }
        changes.ShouldNotBeEmpty();
        changes.ShouldAllBe(c => c!["triage"] == null);
    }

    [Fact]
    public async Task Whoever_follows_one_report_is_not_sent_through_everybody_else_s_events()
    {
        var receipt = await world.Urgent();
        for (var other = 0; other < 3; other++) await world.Urgent();
        var id = receipt["cases"]![0]!["id"]!.ToString();
        var answer = (await world.Get($"/api/changes?kind=case&id={id}", "duty")).Json;
        for (var look = 0; look < 200 && answer["changes"]!.AsArray().Count == 0; look++)
        {
            await Task.Delay(25);
            answer = (await world.Get($"/api/changes?kind=case&id={id}", "duty")).Json;
        }
        // Its own case and page, on the first page of the answer, however long the history of the place is.
        answer["changes"]!.AsArray().ShouldContain(c => c!["id"]!.ToString() == id);
        answer["more"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task Colleagues_learn_what_an_account_is_called_and_reporters_do_not()
    {
        var people = (await world.Get("/api/people?user=duty&user=nobody", "county")).Json["items"]!.AsArray();
        people.ShouldHaveSingleItem()!["displayName"]!.ToString().ShouldBe("值班员");
        (await world.Get("/api/people?user=duty", "school")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task The_packs_clocks_are_named_for_whoever_reads_a_page()
    {
        var clocks = (await world.Get("/api/workflows", "institution")).Json["clocks"]!.AsArray();
        clocks.ShouldContain(c => c!["code"]!.ToString() == "child-seen" && c["name"]!["zh"]!.ToString() == "见到孩子");
    }

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/transfers")]
    [InlineData("/api/visits")]
    public async Task Inboxes_are_lists_for_those_who_work_on_them(string path)
    {
        foreach (var inbox in new[] { "", "?inbox=mine", "?inbox=sent", "?inbox=organisation", "?inbox=division&open=true" })
            (await world.Get(path + inbox, "welfare")).Json.AsObject().Select(p => p.Key).ShouldBe(["items", "cursor"]);
        (await world.Get(path + "?inbox=everybody", "welfare")).Status.ShouldBe(422);
        (await world.Get(path, "auditor")).Status.ShouldBe(403);
        (await world.Get($"{path}/{Guid.NewGuid()}", "welfare")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Refusals_speak_the_reader_s_language_and_name_themselves_the_same()
    {
        var zh = await world.Send(HttpMethod.Get, "/api/tasks/none", "institution");
        var en = await world.Send(HttpMethod.Get, "/api/tasks/none", "institution", null, "", ("Accept-Language", "en"));
        (zh.Refusal, zh.Json["title"]!.ToString()).ShouldBe(("not-found", "没有找到"));
        (en.Refusal, en.Json["title"]!.ToString()).ShouldBe(("not-found", "Not found"));
        (await world.Send(HttpMethod.Delete, "/api/reports", "duty")).Refusal.ShouldBe("method-not-allowed");
        (await world.Send(HttpMethod.Get, "/api/cases")).Refusal.ShouldBe("unauthenticated");
    }
}
