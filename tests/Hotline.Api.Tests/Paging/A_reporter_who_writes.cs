using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Hotline.Api.Tests.Paging;

/// <summary>What the reporter of an urgent report adds later may be the danger itself: somebody hears of it.</summary>
public sealed class A_reporter_who_writes : IAsyncLifetime
{
    private PagingWorld world = null!;
    private HttpClient school = null!, duty = null!;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        (school, duty) = (await world.SignedIn("school"), await world.SignedIn("duty"));
    }

    public async ValueTask DisposeAsync()
    {
        school.Dispose();
        duty.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task rings_the_desk_unless_it_answers_at_once()
    {
        var report = await File(school, "yes");
        await world.UntilText(PagingWorld.Duty);
        await Acknowledge(duty, report);

        await Say(school, report, "supplements", "他拿着刀回来了");
        (await Pages(duty, report, open: true)).ShouldHaveSingleItem().GetProperty("why").GetString().ShouldBe("reporter-wrote");
        await Say(school, report, "messages", "请快来");
        (await Pages(duty, report, open: true)).Count.ShouldBe(1, "one page, however often they write");
        await world.Advance(TimeSpan.FromMinutes(1));
        await world.UntilText(PagingWorld.Duty, 2);
        (await world.Texts(PagingWorld.Duty))[^1].ShouldContain("报告人来信");

        await Say(duty, report, "messages", "民警已出发，请把孩子留在校内");
        (await Pages(duty, report, open: true)).ShouldBeEmpty("who answers the letter has taken it");
        await Say(school, report, "messages", "好");
        await Say(duty, report, "messages", "到了请告诉我们");
        await world.Advance(TimeSpan.FromMinutes(2));
        var newest = (await Pages(duty, report, open: null)).First();
        newest.GetProperty("state").GetString().ShouldBe("Acknowledged");
        newest.GetProperty("attempts").GetArrayLength().ShouldBe(0, "answered before the first step");
    }

    /// <summary>A page of some deadline rings in rounds of half an hour: a letter does not wait for it.</summary>
    [Fact]
    public async Task rings_though_a_deadline_of_the_report_rings_slowly()
    {
        var report = await File(school, "yes");
        await world.UntilText(PagingWorld.Duty);
        await Acknowledge(duty, report);
        // Screening was not taken: its deadline rings the supervisor.
        await world.Advance(TimeSpan.FromHours(2));
        await PagingWorld.Until(async () => (await Pages(duty, report, open: true)).Any(p => p.GetProperty("why").GetString() == "clock-breached"), "a deadline rings");
        await Acknowledge(duty, report, "acknowledged-but-idle", "new-report");
        await Say(school, report, "messages", "他又回来了，正在打她");
        (await Pages(duty, report, open: true)).ShouldContain(p => p.GetProperty("why").GetString() == "reporter-wrote");
    }

    [Fact]
    public async Task about_no_danger_is_seen_on_the_board_and_rings_nobody()
    {
        var report = await File(school, "no");
        await Say(school, report, "supplements", "补充：孩子的班主任姓名");
        (await Pages(duty, report, open: null)).ShouldBeEmpty();
    }

    private static async Task<string> File(HttpClient school, string lifeThreat)
    {
        var danger = Hotline.Cases.Triaging.Questions.ToDictionary(q => q, q => q == "lifeThreat" ? lifeThreat : "no");
        using var filed = await school.PostAsJsonAsync("/api/reports", new
        {
            category = "DV", situationText = "孩子有危险", locationDivision = "440199", immediateDanger = danger, children = new[] { new { sex = "Male", ageEstimate = 9 } },
        });
        filed.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await filed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reportNumber").GetString()!;
    }

    private static async Task Say(HttpClient by, string report, string where, string text)
    {
        using var said = await by.PostAsJsonAsync($"/api/reports/{report}/{where}", new { text });
        said.StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private static async Task<List<JsonElement>> Pages(HttpClient by, string report, bool? open)
    {
        var answer = await by.GetFromJsonAsync<JsonElement>($"/api/pages?report={report}" + (open is { } only ? $"&open={only}" : ""));
        return [.. answer.GetProperty("items").EnumerateArray()];
    }

    private static async Task Acknowledge(HttpClient duty, string report, params string[] whys)
    {
        foreach (var page in (await Pages(duty, report, open: true)).Where(p => whys.Length == 0 || whys.Contains(p.GetProperty("why").GetString())))
            using (var taken = await duty.PostAsync($"/api/pages/{page.GetProperty("id").GetString()}/acknowledge", null)) taken.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
