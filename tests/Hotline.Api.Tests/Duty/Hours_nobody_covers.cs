using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Api.Tests.Paging;
using Hotline.Paging;

namespace Hotline.Api.Tests.Duty;

public sealed class Hours_nobody_covers : IAsyncLifetime
{
    private PagingWorld world = null!;
    private HttpClient supervisor = null!;
    private HttpClient duty = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        (supervisor, duty) = (await world.SignedIn("supervisor"), await world.SignedIn("duty"));
    }

    public async ValueTask DisposeAsync()
    {
        supervisor.Dispose();
        duty.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task page_the_supervisor_a_day_and_two_hours_before_until_somebody_covers_them()
    {
        var from = world.Clock.Now.AddHours(30);
        var away = await duty.Keyed("/api/duty/absences", new { from, until = from.AddHours(8), acknowledgeGaps = true }).Should(HttpStatusCode.OK);
        (await duty.GetFromJsonAsync<JsonElement>("/api/duty/now")).GetProperty("items")[1].GetProperty("gaps").GetArrayLength().ShouldBe(1);
        (await Pages()).ShouldBeEmpty();

        await world.Advance(TimeSpan.FromHours(7));
        await world.UntilText(PagingWorld.Supervisor);
        (await world.Texts(PagingWorld.Supervisor)).Single().ShouldContain("优先·值班空缺");
        var page = (await Pages()).Single();
        (page.GetProperty("why").GetString(), page.GetProperty("roster").GetGuid()).ShouldBe(("duty-gap", DutyCalls.Roster));
        await supervisor.PostAsJsonAsync($"/api/pages/{page.GetProperty("id")}/acknowledge", new { }).Should(HttpStatusCode.OK);

        // Taken, and nothing done: it rings again after the plan's four hours. And two hours before, a page of its own.
        await world.Advance(TimeSpan.FromHours(5));
        await world.UntilState(page.GetProperty("id").GetGuid(), PageFile.Ringing);
        await world.Advance(TimeSpan.FromHours(17));
        await PagingWorld.Until(async () => (await Pages()).Count == 2, "the second page");
        (await Pages()).Select(p => p.GetProperty("triage").GetString()).ShouldContain("T2");

        // Covered: both rest, and stay at rest.
        var absence = away.GetProperty("items")[0].GetProperty("absences")[0].GetProperty("id").GetGuid();
        await supervisor.DeleteAsync($"/api/duty/absences/{absence}").Should(HttpStatusCode.OK);
        (await Pages()).ShouldAllBe(p => p.GetProperty("state").GetString() == PageFile.Acknowledged);
        await world.Advance(TimeSpan.FromHours(5));
        await world.Page();
        await world.UntilText(PagingWorld.Duty); // timers fire in due order: those of the five hours are through
        (await Pages()).Where(p => p.GetProperty("why").GetString() == "duty-gap")
            .ShouldAllBe(p => p.GetProperty("state").GetString() == PageFile.Acknowledged);
    }

    private async Task<List<JsonElement>> Pages() =>
        [.. (await supervisor.GetFromJsonAsync<JsonElement>("/api/pages")).GetProperty("items").EnumerateArray()];
}
