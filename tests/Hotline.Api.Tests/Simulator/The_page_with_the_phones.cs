using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hotline.Api.Tests.Simulator;

public sealed class The_page_with_the_phones
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/phones.css", "text/css")]
    [InlineData("/phones.js", "text/javascript")]
    public async Task travels_inside_the_program(string path, string type)
    {
        await using var world = await OutsideWorld.Start();
        using var answer = await world.Phones.GetAsync(path);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        (await answer.Content.ReadAsStringAsync()).Length.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task asks_only_for_news()
    {
        await using var world = await OutsideWorld.Start();
        var shelf = (await world.Phones.GetFromJsonAsync<JsonNode>("/phones"))!;
        shelf["phones"]!.AsArray().Count.ShouldBe(7);
        ((int)(await world.Phones.GetAsync($"/phones?after={shelf["version"]}")).StatusCode).ShouldBe(204);
        await world.Text(OutsideWorld.Duty, "news");
        ((int)(await world.Phones.GetAsync($"/phones?after={shelf["version"]}")).StatusCode).ShouldBe(200);
    }

    [Fact]
    public async Task moves_the_servers_clock_as_its_administrator_and_follows_it()
    {
        await using var world = await OutsideWorld.Start();
        var ahead = TimeProvider.System.GetUtcNow().AddMinutes(30);
        world.Hotline = one => one.Target == "/api/sessions"
            ? Results.Json(new { token = "t" })
            : one is { Method: "POST", Target: "/api/demo/clock" } ? Results.Json(new { now = ahead })
                : Results.NotFound();
        using var answer = await world.Phones.PostAsJsonAsync("/control/demo-clock", new { advance = "PT30M" });
        var shown = (DateTimeOffset)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["now"]!;
        (shown - ahead).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(10));
        world.Posted.ShouldContain(one => one.Headers.GetValueOrDefault("Authorization") == "Bearer t"
            && one.Body == "{\"advance\":\"PT30M\"}");
    }

    [Fact]
    public async Task the_clock_never_goes_back_and_nonsense_moves_nothing()
    {
        await using var world = await OutsideWorld.Start();
        await world.Advance("PT1H");
        using var back = await world.Phones.PostAsJsonAsync("/control/clock", new { offset = "PT1M" });
        ((string?)(await back.Content.ReadFromJsonAsync<JsonNode>())!["offset"]).ShouldBe("PT1H");
        using var nonsense = await world.Phones.PostAsJsonAsync("/control/clock", new { advance = "soon" });
        ((int)nonsense.StatusCode).ShouldBe(422);
    }

    [Fact]
    public async Task a_phone_is_added_once_and_keys_are_keys()
    {
        await using var world = await OutsideWorld.Start();
        var phone = new { number = "+14155550300", ownerZh = "新来的", role = "other" };
        ((int)(await world.Phones.PostAsJsonAsync("/phones", phone)).StatusCode).ShouldBe(201);
        ((int)(await world.Phones.PostAsJsonAsync("/phones", phone)).StatusCode).ShouldBe(409);
        ((int)(await world.Phones.PostAsJsonAsync("/phones", new { number = "12" })).StatusCode).ShouldBe(422);
        (await world.Do("+14155550300", "press", new { digits = "x" })).ShouldBe(422);
        (await world.Do("+14155550300", "answer")).ShouldBe(409);
    }
}
