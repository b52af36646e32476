using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Contract;

[Collection(ContractCity.Name)]
public sealed class Following_changes(ContractCity world)
{
    private static readonly object County = new { kind = "division", id = "440199" };

    private async Task<HubSocket> Hub(string user) => await HubSocket.Connect(world.City.Server, await world.City.Token(user));

    private static bool Tells(JsonNode message, string id) =>
        message["target"]?.ToString() == "Changed" && message["arguments"]![0]!["changes"]!.AsArray().Any(c => c!["id"]!.ToString() == id);

    [Fact]
    public async Task A_board_that_watches_its_county_hears_of_a_new_case_and_its_alarm()
    {
        await using var hub = await Hub("duty");
        var watching = await hub.Invoke("Watch", County);
        watching["result"]!.ToString().ShouldNotBeEmpty(watching.ToJsonString());
        var id = (await world.Urgent())["cases"]![0]!["id"]!.ToString();
        var changed = await hub.Next(m => Tells(m, id));
        var item = changed["arguments"]![0]!["changes"]!.AsArray().First(c => c!["id"]!.ToString() == id)!.AsObject();
        item.Select(p => p.Key).ShouldBeSubsetOf(["kind", "id", "version", "triage", "state"]);
        item["triage"]!.ToString().ShouldBe("T1");
        await world.Urgent();
        (await hub.Next(m => m["target"]?.ToString() == "Alarm"))["arguments"]![0]!["id"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Catching_up_from_the_cursor_of_the_watch_misses_nothing()
    {
        await using var hub = await Hub("duty");
        var cursor = (await hub.Invoke("Watch", County))["result"]!.ToString();
        var id = (await world.Urgent())["cases"]![0]!["id"]!.ToString();
        await hub.Next(m => Tells(m, id));
        var missed = (await hub.Invoke("CatchUp", cursor))["result"]!;
        missed["changes"]!.AsArray().Select(c => c!["id"]!.ToString()).ShouldContain(id);
        (await hub.Invoke("CatchUp", "nonsense"))["error"]!.ToString().ShouldContain("invalid-cursor");
    }

    [Theory]
    [InlineData("school", "division", "440199")]
    [InlineData("duty", "division", "440100")]
    [InlineData("township", "division", "440199")]
    [InlineData("admin", "division", "440199")]
    [InlineData("duty", "nonsense", "1")]
    [InlineData("duty", "case", "no-such-case")]
    public async Task What_is_not_one_s_own_cannot_be_watched(string user, string kind, string id)
    {
        await using var hub = await Hub(user);
        (await hub.Invoke("Watch", new { kind, id }))["error"]!.ToString().ShouldContain("not-found");
        (await world.Get($"/api/changes?kind={kind}&id={id}", user)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task After_unwatching_nothing_more_is_told()
    {
        await using var hub = await Hub("duty");
        await hub.Invoke("Watch", County);
        await hub.Invoke("Unwatch", County);
        var caught = (await hub.Invoke("CatchUp", "0"))["result"]!;
        caught["changes"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not-a-token")]
    public async Task Nobody_connects_without_a_session(string token) =>
        await Should.ThrowAsync<WebSocketException>(() => HubSocket.Connect(world.City.Server, token));

    [Fact]
    public async Task The_feed_is_resumed_from_its_cursor_and_shows_each_change()
    {
        var start = (await world.Get("/api/changes?after=0", "duty")).Json["cursor"]!.ToString();
        var wanted = new List<string>();
        for (var i = 0; i < 3; i++) wanted.Add((await world.Urgent())["cases"]![0]!["id"]!.ToString());
        var (seen, cursor) = (new HashSet<string>(), start);
        for (var look = 0; look < 200 && !wanted.All(seen.Contains); look++)
        {
            var batch = (await world.Get($"/api/changes?kind=division&id=440199&after={cursor}", "duty")).Json;
            long.Parse(batch["cursor"]!.ToString()).ShouldBeGreaterThanOrEqualTo(long.Parse(cursor));
            cursor = batch["cursor"]!.ToString();
            seen.UnionWith(batch["changes"]!.AsArray().Select(c => c!["id"]!.ToString()));
            if (batch["changes"]!.AsArray().Count == 0) await Task.Delay(25);
        }
        wanted.ShouldBeSubsetOf(seen);
        (await world.Get("/api/changes?after=-1", "duty")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Lists_read_by_their_cursor_show_every_item_once()
    {
        for (var i = 0; i < 5; i++) await world.Urgent("hospital");
        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = (await world.Get($"/api/reports?mine=true&limit=2&cursor={Uri.EscapeDataString(cursor)}", "hospital")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(i => i!["reportNumber"]!.ToString()));
            cursor = page["cursor"]?.ToString() ?? "";
        }
        while (cursor.Length > 0);
        seen.Count.ShouldBeGreaterThanOrEqualTo(5);
        seen.ShouldBeUnique();
    }
}
