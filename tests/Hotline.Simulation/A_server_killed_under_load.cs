using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Hotline.Simulation;

/// <summary>kill -9 at random moments while reports come in: what was acknowledged is there once, rings, and runs its clocks.</summary>
public sealed partial class A_server_killed_under_load(ITestOutputHelper output)
{
    private const int Reporters = 8;
    private static bool Long => Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    private sealed record Filed(string Key, string Number, string Triage);

    [Theory, InlineData(true), InlineData(false)]
    public async Task loses_no_acknowledged_report_no_page_and_no_clock(bool groupedAppends)
    {
        Assert.SkipUnless(Long || groupedAppends, "long form only: the same without grouped appends");
        var kills = !Long ? 15 : groupedAppends ? 200 : 100;
        var random = new Random(20261122);
        await using var city = await DemoCity.Start(("HOTLINE__GROUPAPPEND", groupedAppends ? "true" : "false"));
        foreach (var user in new[] { "school", "hospital", "duty", "admin" }) await city.Token(user);
        var filed = new ConcurrentBag<Filed>();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, Reporters).Select(n => Report(city, n, filed, stop.Token)).ToList();
        var rows = new List<string>();
        for (var kill = 1; kill <= kills; kill++)
        {
            await Task.Delay(random.Next(200, 2000));
            var before = filed.Count;
            await city.KillServer();
            await city.StartServer();
            rows.Add($"| {kill} | {before} |");
        }
        await Task.Delay(1000);
        await stop.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine($"{kills} kills, {filed.Count} reports acknowledged");
        filed.Count.ShouldBeGreaterThan(kills);

        await EachReportOnce(city, filed);
        await EachUrgentReportRang(city, filed);
        await EachClockFired(city, filed);
    }

    /// <summary>A reporter that never gives up: the same key until there is an answer.</summary>
    private static async Task Report(DemoCity city, int number, ConcurrentBag<Filed> filed, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var key = $"reporter-{number}-{n}";
            var urgent = n % 3 == 0;
            var body = new
            {
                situationText = key, category = urgent ? "DV" : "Neglect", locationDivision = "440199",
                immediateDanger = new Dictionary<string, string> { ["lifeThreat"] = urgent ? "yes" : "no" },
                children = new[] { new { sex = "Male", ageEstimate = 6 } },
            };
            while (true)
            {
                try
                {
                    var (status, answer) = await city.Call(HttpMethod.Post, "/api/reports", number % 2 == 0 ? "school" : "hospital", body, key);
                    if (status == HttpStatusCode.Created)
                    {
                        filed.Add(new(key, answer!["reportNumber"]!.GetValue<string>(), answer["triage"]!.GetValue<string>()));
                        break;
                    }
                    if ((int)status < 500) throw new InvalidOperationException($"A report was refused: {status} {answer}");
                }
                catch (HttpRequestException) { }
                catch (TaskCanceledException) { }
                await Task.Delay(100, CancellationToken.None);
            }
            await Task.Delay(400, CancellationToken.None);
        }
    }

    private static async Task EachReportOnce(DemoCity city, ConcurrentBag<Filed> filed)
    {
        filed.Select(f => f.Number).Distinct().Count().ShouldBe(filed.Count, "two keys got one report");
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var (_, page) = await city.Call(HttpMethod.Get, $"/api/reports?limit=200&cursor={Uri.EscapeDataString(cursor ?? "")}", "duty");
            listed.AddRange(page!["items"]!.AsArray().Select(i => i!["reportNumber"]!.GetValue<string>()));
            cursor = page["cursor"]?.GetValue<string>();
        }
        while (cursor is not null);
        listed.Count.ShouldBe(listed.Distinct().Count());
        filed.Select(f => f.Number).Except(listed).ShouldBeEmpty("acknowledged but not there");
        listed.Except(filed.Select(f => f.Number)).ShouldBeEmpty("there, but nobody was told: a repeat made a second one");
    }

    /// <summary>Each page has an attempt the provider took; and by the provider's own log the texts on the phone on duty, each of which
    /// says of how many pages it tells, tell of as many.</summary>
    private static async Task EachUrgentReportRang(DemoCity city, ConcurrentBag<Filed> filed)
    {
        var urgent = filed.Where(f => f.Triage == "T1").Select(f => f.Number).ToList();
        urgent.ShouldNotBeEmpty();
        var silent = urgent;
        // A lease of a killed worker has to run out, and the outcome to be looked up, before somebody else repeats.
        await Until(async () =>
        {
            var still = new List<string>();
            foreach (var report in silent)
                if (!await Rang(city, report)) still.Add(report);
            return (silent = still).Count == 0;
        });
        silent.ShouldBeEmpty("T1 reports whose page the provider never took");
        var told = (await city.TextsTo("+14155550101")).Distinct().Sum(text => TellsOf().Match(text) is { Success: true } many ? int.Parse(many.Groups[1].Value) : 1);
        told.ShouldBeGreaterThanOrEqualTo(urgent.Count, "pages that texts to the phone on duty tell of");
    }

    private static async Task<bool> Rang(DemoCity city, string report)
    {
        var (_, pages) = await city.Call(HttpMethod.Get, $"/api/pages?report={report}", "duty");
        return pages!["items"]!.AsArray().SelectMany(p => p!["attempts"]!.AsArray()).Any(a => a!["sentAt"] is not null);
    }

    private static async Task EachClockFired(DemoCity city, ConcurrentBag<Filed> filed)
    {
        await city.MoveClock("PT10M");
        var waiting = filed.Where(f => f.Triage == "T1").Select(f => f.Number).ToList();
        await Until(async () =>
        {
            var still = new List<string>();
            foreach (var report in waiting)
            {
                var (_, view) = await city.Call(HttpMethod.Get, $"/api/reports/{report}", "duty");
                var clock = view!["clocks"]!.AsArray().Single(c => c!["code"]!.GetValue<string>() == "triage-start");
                if (clock!["state"]!.GetValue<string>() != "Breached") still.Add(report);
            }
            return (waiting = still).Count == 0;
        });
        waiting.ShouldBeEmpty("reports whose clock did not fire");
    }

    [System.Text.RegularExpressions.GeneratedRegex("】([0-9]+)个呼叫")]
    private static partial System.Text.RegularExpressions.Regex TellsOf();

    private static async Task<bool> Until(Func<Task<bool>> holds)
    {
        for (var look = 0; look < 1200; look++)
        {
            if (await holds()) return true;
            await Task.Delay(100);
        }
        return false;
    }
}
