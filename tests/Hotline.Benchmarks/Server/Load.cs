using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Benchmarks.Server;

/// <summary>Requests against the running server from N connections at once, as fast as answered or at a given rate.</summary>
internal sealed class Load(DemoCity city) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = city.Server, Timeout = TimeSpan.FromSeconds(60) };

    public async Task<JsonNode> Send(HttpMethod method, string path, string user, string? body = null, long? version = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await city.Token(user));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>A rate of zero means as fast as answered.</summary>
    public static async Task<Figure> Run(int callers, TimeSpan length, double rate, Func<int, Task> once)
    {
        var took = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var n = 0L; clock.Elapsed < length; n++)
            {
                // Paced by the plan, not by the answers: a slow answer makes its followers late, and that is counted.
                var planned = rate > 0 ? TimeSpan.FromSeconds(((n * callers) + caller) / rate) : clock.Elapsed;
                if (planned > clock.Elapsed) await Task.Delay(planned - clock.Elapsed);
                await once(caller);
                took.Add((clock.Elapsed - planned).TotalMilliseconds);
            }
        })));
        return Figure.Of(took.Count / clock.Elapsed.TotalSeconds, [.. took]);
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Reports of the busy day: 5 % T1, 15 % T2, 40 % T3, 40 % T4, two sealed persons each.</summary>
internal static class Reports
{
    private static readonly string[] Questions = ["lifeThreat", "seriousInjury", "suspectPresent", "weaponOrOngoing", "selfHarm", "youngAlone", "missingOrTaken"];

    public static string OfMix(int n) => Of((n % 20) switch { 0 => "T1", < 4 => "T2", < 12 => "T3", _ => "T4" }, n);

    public static string Of(string level, int n)
    {
        var danger = new JsonObject();
        foreach (var question in Questions) danger[question] = level == "T1" && question == Questions[0] ? "yes" : "no";
        return new JsonObject
        {
            ["channel"] = "Api", ["category"] = level switch { "T2" => "Abandonment", "T3" => "Neglect", "T4" => "Other", _ => "DV" },
            ["locationDivision"] = "440199", ["situationText"] = $"基准报告 {n}：" + new string('情', 300), ["immediateDanger"] = danger,
            ["children"] = new JsonArray(new JsonObject { ["name"] = $"测试儿童{n}", ["sex"] = "Female", ["ageEstimate"] = 8 }),
            ["suspects"] = new JsonArray(new JsonObject { ["name"] = $"测试成人{n}", ["relation"] = "Father" }),
        }.ToJsonString();
    }
}
