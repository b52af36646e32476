using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Calls;

public sealed class A_work_order_of_another_line
{
    private static DateTimeOffset DueAt(JsonNode file) =>
        DateTimeOffset.Parse(file["clocks"]!.AsArray().Single(c => c!["code"]!.ToString() == "order-answer")!["dueAt"]!.ToString());

    [Fact]
    public async Task comes_in_with_its_number_and_our_clock_ends_before_theirs()
    {
        await using var world = await CallWorld.Start();
        var theirs = world.Telephones.Clock.Now.AddHours(24);
        var filed = await (await world.As("duty")).PostAsJsonAsync("/api/reports", new
        {
            channel = "Transfer12345", category = "Neglect", situationText = "热线转来", externalOrder = new { line = "12345", number = "GD-2026-1", dueAt = theirs },
        });
        filed.StatusCode.ShouldBe(HttpStatusCode.Created);
        var receipt = (await filed.Content.ReadFromJsonAsync<JsonObject>())!;
        receipt["warnings"]!.AsArray().ShouldBeEmpty();
        var path = $"/api/reports/{receipt["reportNumber"]}";
        DueAt((await world.Get(path)).Body).ShouldBe(theirs.AddHours(-4), TimeSpan.FromSeconds(1));
        (await world.Get(path + "/timeline")).Body.ToJsonString().ShouldContain("12345 GD-2026-1");

        var sooner = theirs.AddHours(-12);
        await world.Taken(path, "RecordOrder", "duty", ("orderLine", "12355"), ("orderNo", "QS-7"), ("orderDueAt", sooner.ToString("O")));
        DueAt((await world.Get(path)).Body).ShouldBe(sooner.AddHours(-4), TimeSpan.FromSeconds(1));
        await world.Taken(path, "AnswerOrder", "duty", ("answeredAt", world.Telephones.Clock.Now.ToString("O")));
        (await world.Get(path)).Body["clocks"]!.AsArray().Single(c => c!["code"]!.ToString() == "order-answer")!["state"]!.ToString().ShouldBe("Met");
        (await world.Taken(path, "PassToLine", "duty", ("toLine", "12338"), ("sentNo", "FL-3")))["clocks"]!.AsArray()
            .ShouldContain(c => c!["code"]!.ToString() == "order-return" && c["state"]!.ToString() == "Running");
        (await world.Taken(path, "RecordLineAnswer", "duty"))["clocks"]!.AsArray().ShouldContain(c => c!["code"]!.ToString() == "order-return" && c["state"]!.ToString() == "Met");
    }
}
