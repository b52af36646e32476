using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Hotline.Api.Tests.Hosting;

namespace Hotline.Api.Tests.Nodes;

/// <summary>kill -9 of one node, then of the other, while reports come in at both: what was acknowledged by either is there
/// once, rings, and runs its clock.</summary>
public sealed class Two_servers_killed_in_turn(ITestOutputHelper output)
{
    private const int Reporters = 6;
    private static bool Long => Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1";

    private sealed record Filed(string Number, string Triage);

    [Fact]
    public async Task lose_no_acknowledged_report_no_page_and_no_clock()
    {
        var (kills, random) = (Long ? 200 : 4, new Random(20261122));
        await using var redis = new RedisProcess();
        if (RedisProcess.Installed) await redis.Start();
        await using var servers = await TwoServers.Start(RedisProcess.Installed ? redis.Address : null);
        foreach (var user in new[] { "school", "hospital", "duty" }) await servers.Token(user);
        var filed = new ConcurrentBag<Filed>();
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, Reporters).Select(n => Report(servers, n, filed, stop.Token)).ToList();
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(200, 2000));
            await servers.Kill(kill % 2);
            servers.StartNode(kill % 2);
            await servers.Ready(kill % 2);
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine($"{kills} kills, {filed.Count} reports acknowledged");
        filed.Count.ShouldBeGreaterThan(kills);

        await EachReportOnce(servers, filed);
        // A running clock without its timer would never ring. The long form outlives the first of them.
        // Each has its clock: one that still runs, or one that has run out on a slow machine and was heard.
        (await servers.Ask("""
            select count(*) from (select stream from hotline.timers where payload = 'triage-start'
                union select stream_id from mt_events where type = 'clock_breached' and data->>'code' = 'triage-start') as each
            """)).ShouldBe((long)filed.Count);
        await EachUrgentReportRang(servers, filed.Count(f => f.Triage == "T1"));
    }

    /// <summary>A reporter that never gives up: the same key, at the other node when one does not answer, until there is a receipt.</summary>
    private static async Task Report(TwoServers servers, int number, ConcurrentBag<Filed> filed, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var (key, node) = ($"reporter-{number}-{n}", n % 2);
            var body = $$"""
                {"situationText":"{{key}}","category":"{{(n % 3 == 0 ? "DV" : "Neglect")}}","locationDivision":"440199",
                 "immediateDanger":{"lifeThreat":"{{(n % 3 == 0 ? "yes" : "no")}}"},"children":[{"sex":"Male","ageEstimate":6}]}
                """;
            while (true)
            {
                try
                {
                    var (status, answer) = await servers.Send(node, HttpMethod.Post, "/api/reports", number % 2 == 0 ? "school" : "hospital", body, key);
                    if (status == HttpStatusCode.Created)
                    {
                        var receipt = JsonNode.Parse(answer)!;
                        filed.Add(new(receipt["reportNumber"]!.GetValue<string>(), receipt["triage"]!.GetValue<string>()));
                        break;
                    }
                    if ((int)status < 500) throw new InvalidOperationException($"A report was refused: {status} {answer}");
                }
                catch (HttpRequestException) { }
                catch (TaskCanceledException) { }
                node = 1 - node;
                await Task.Delay(50, CancellationToken.None);
            }
            await Task.Delay(200, CancellationToken.None);
        }
    }

    private static async Task EachReportOnce(TwoServers servers, ConcurrentBag<Filed> filed)
    {
        var (listed, cursor) = (new List<string>(), "");
        do
        {
            var page = await servers.Call(1, HttpMethod.Get, $"/api/reports?limit=200&cursor={Uri.EscapeDataString(cursor)}", "duty");
            listed.AddRange(page["items"]!.AsArray().Select(i => i!["reportNumber"]!.GetValue<string>()));
            cursor = page["cursor"]?.GetValue<string>() ?? "";
        }
        while (cursor.Length > 0);
        listed.ShouldBe(filed.Select(f => f.Number), ignoreOrder: true);
    }

    /// <summary>Asked of the database in one question: thousands ring by now, and asking for each would take longer than the kills.</summary>
    private async Task EachUrgentReportRang(TwoServers servers, int urgent)
    {
        urgent.ShouldBeGreaterThan(0);
        await servers.EndLeasesOfTheDead();
        long rang = 0;
        await ServerProcess.Eventually(async () => (rang = (long)(await servers.Ask("""
            select count(*) from hotline.files as report where report.kind = 'report' and report.triage = 'T1' and exists (
                select 1 from hotline.files as page join mt_events as sent on sent.stream_id = page.id and sent.type = 'attempt_sent'
                where page.kind = 'page' and page.body ->> 'reportNumber' = report.number)
            """))!) == urgent, within: TimeSpan.FromMinutes(Long ? 15 : 3));
        output.WriteLine($"{rang} of {urgent} urgent reports rang");
    }
}
