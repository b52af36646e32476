using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Paging;
using Hotline.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Paging;

/// <summary>The desk of deliveries: somebody else of the duty is rung in its place.</summary>
public sealed class A_message_that_does_not_get_out : IAsyncLifetime
{
    private PagingWorld world = null!;
    private HttpClient supervisor = null!;
    private Guid page;
    private string delivery = "";

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start(operations: true);
        supervisor = await world.SignedIn("supervisor");
        await world.Phones.PostAsJsonAsync("/control/faults", new { kind = "429", on = "messages", method = "POST", to = PagingWorld.Duty, times = 1000 });
        page = await world.Page();
        await PagingWorld.Until(async () => (await Desk()).GetArrayLength() == 1, "it stands on the desk");
        delivery = (await Desk())[0].GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task is_given_to_somebody_else_who_is_rung_at_once_and_answers()
    {
        var people = (await supervisor.GetFromJsonAsync<JsonElement>(Path("people"))).GetProperty("items").EnumerateArray()
            .Select(p => p.GetProperty("role").GetString()).ToList();
        people.ShouldContain("CitySupervisor");
        people.ShouldNotContain("DutyOfficer", "it is the one who is not reached");
        var before = await world.Services.GetRequiredService<OnDuty>().For(await world.Load(page), world.Clock.Now, 0, default);
        (await Reassign(supervisor, "city", "换人通知")).StatusCode.ShouldBe(HttpStatusCode.OK);
        before((await world.Load(page)).AddedSteps.Single()).ShouldBeEmpty("who asked before knows nobody there yet");
        await world.UntilText(PagingWorld.City);
        await world.UntilRings(PagingWorld.City);
        var attempts = (await supervisor.GetFromJsonAsync<JsonElement>($"/api/pages/{page}")).GetProperty("attempts").EnumerateArray().ToList();
        attempts[0].GetProperty("whyNot").GetString().ShouldBe("reassigned");
        attempts[1..].ShouldAllBe(a => a.GetProperty("role").GetString() == "CitySupervisor" && a.GetProperty("addedBy").GetString() == "DutySupervisor");
        attempts.Select(a => a.GetProperty("channel").GetString()).ShouldBe(["sms", "sms", "call"]);
        await PagingWorld.Until(async () => (await Desk()).GetArrayLength() == 0, "the desk is clear");
        (await Reassign(supervisor, "city", "换人通知")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "it is done with");
        await world.Reply(PagingWorld.City, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
        (await world.Load(page)).AcknowledgedBy!.Role.ShouldBe("CitySupervisor");
    }

    [Fact]
    public async Task goes_to_nobody_without_a_reason_a_right_and_somebody_who_can_be_reached()
    {
        using var duty = await world.SignedIn("duty");
        (await Reassign(duty, "city", "换人通知")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Reassign(supervisor, "city", " ")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Reassign(supervisor, "duty", "换人通知")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Reassign(supervisor, "school", "换人通知")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await world.Load(page)).Attempts.Length.ShouldBe(1);
    }

    private Task<HttpResponseMessage> Reassign(HttpClient who, string to, string reason) =>
        who.PostAsJsonAsync(Path("reassign"), new { person = DemoAccounts.AccountId(to), reason });

    private string Path(string what) => $"/api/operations/deliveries/{delivery}/{what}";

    private async Task<JsonElement> Desk() => (await supervisor.GetFromJsonAsync<JsonElement>("/api/operations")).GetProperty("deliveries");
}
