using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Paging;
using Hotline.Security;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

/// <summary>What it was to take along goes by itself.</summary>
public sealed class A_message_for_several_that_a_person_ends
{
    [Theory]
    [InlineData("close")]
    [InlineData("reassign")]
    public async Task leaves_none_of_the_others_untold(string what)
    {
        await using var world = await PagingWorld.Start(operations: true);
        using var supervisor = await world.SignedIn("supervisor");
        await world.Page("T2");
        await world.UntilText(PagingWorld.Duty);
        Guid[] others = [await world.Page("T2"), await world.Page("T2"), await world.Page("T2")];
        await All(world, others, a => a.ReleaseAt is not null, "they wait");
        await world.Phones.PostAsJsonAsync("/control/faults", new { kind = "429", on = "messages", method = "POST", to = PagingWorld.Duty, times = 1000 });
        var lead = await world.Page();
        JsonElement delivery = default;
        await PagingWorld.Until(async () =>
        {
            var desk = (await supervisor.GetFromJsonAsync<JsonElement>("/api/operations")).GetProperty("deliveries");
            if (desk.GetArrayLength() == 1) delivery = desk[0];
            return desk.GetArrayLength() == 1;
        }, "it stands on the desk");
        delivery.GetProperty("page").GetGuid().ShouldBe(lead);
        // Their own time comes and goes: they leave it to the message that took them along.
        await world.Advance(PagingWorld.Pack.Limits.Every);
        await All(world, others, a => a is { ReleaseAt: null, SentAt: null }, "they are left to it");
        await PagingWorld.Until(() => Nothing(world, others), "nothing carries them");
        (await world.Phones.DeleteAsync("/control/faults")).EnsureSuccessStatusCode();
        (await supervisor.PostAsJsonAsync(
            $"/api/operations/deliveries/{delivery.GetProperty("id").GetString()}/{what}", new { person = DemoAccounts.AccountId("city"), reason = "换人通知" }))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
        await All(world, others, a => a.SentAt is not null || a.ReleaseAt is not null, "one goes by itself and the rest wait for their turn", 20);
        await world.Advance(PagingWorld.Pack.Limits.Every);
        await All(world, others, a => a.SentAt is not null, "nobody is left untold", 20);
        await world.UntilText(PagingWorld.Duty, 3);
        (await world.Load(lead)).Attempts[0].ShouldSatisfyAllConditions(
            a => a.SentAt.ShouldBeNull(), a => a.WhyNot.ShouldBe(what == "close" ? PageFile.ClosedByHand : PageFile.Reassigned));
    }

    private static async Task<bool> Nothing(PagingWorld world, Guid[] pages)
    {
        await using var ask = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select count(*) from hotline.outbox where (payload::jsonb ->> 'page')::uuid = any($1)");
        ask.Parameters.Add(new() { Value = pages });
        return (long)(await ask.ExecuteScalarAsync())! == 0;
    }

    private static Task All(PagingWorld world, Guid[] pages, Func<PageAttempt, bool> holds, string what, int seconds = 30) => PagingWorld.Until(async () =>
    {
        foreach (var page in pages)
            if ((await world.Load(page)).Attempts is not [var first, ..] || !holds(first)) return false;
        return true;
    }, what, seconds);
}
