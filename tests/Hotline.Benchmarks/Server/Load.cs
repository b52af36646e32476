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

    /// <summary>A request whose answer only has to be good.</summary>
    public async Task Send(HttpMethod method, string path, string user, string? body = null, long? version = null)
    {
        using var answer = await Answer(method, path, user, body, version);
    }

    /// <summary>A request whose answer is read.</summary>
    public async Task<JsonNode> Ask(HttpMethod method, string path, string user, string? body = null, long? version = null)
    {
        using var answer = await Answer(method, path, user, body, version);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        return (await JsonNode.ParseAsync(stream))!;
    }

    private async Task<HttpResponseMessage> Answer(HttpMethod method, string path, string user, string? body, long? version)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await city.Token(user));
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (method == HttpMethod.Post) request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        var answer = await http.SendAsync(request);
        if (answer.IsSuccessStatusCode) return answer;
        using (answer) throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
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
                Interruption.Heed();
                // Paced by the plan, not by the answers: a slow answer makes its followers late, and that is counted.
                var planned = rate > 0 ? TimeSpan.FromSeconds(((n * callers) + caller) / rate) : clock.Elapsed;
                if (planned >= length) break;
                if (planned > clock.Elapsed) await Task.Delay(planned - clock.Elapsed);
                await once(caller);
                took.Add((clock.Elapsed - planned).TotalMilliseconds);
            }
        })));
        return Figure.Of(took.Count / clock.Elapsed.TotalSeconds, [.. took]);
    }

    public void Dispose() => http.Dispose();
}
