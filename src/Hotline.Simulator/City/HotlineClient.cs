using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotline.Simulator.City;

/// <summary>What the server said; status 0 when it said nothing.</summary>
public sealed record HotlineAnswer(int Status, JsonNode? Body)
{
    public bool Good => Status is >= 200 and < 300;
}

/// <summary>The hotline's public HTTP API, used as its people use it: signed in by name, one session each.</summary>
public sealed class HotlineClient(SimulatorOptions options, HttpClient http)
{
    const string DemoPassword = "hotline-demo";
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);
    readonly ConcurrentDictionary<string, string> tokens = new();

    /// <param name="account">Null for somebody without an account.</param>
    /// <param name="key">Idempotency-Key: a repeat after a lost answer files nothing twice.</param>
    public Task<HotlineAnswer> Send(
        HttpMethod method, string path, JsonNode? body, string? account, string? key, CancellationToken cancel) =>
        Send(method, path, body, account, key, null, cancel);

    /// <param name="version">If-Match: what the step's file was when it was looked at.</param>
    public async Task<HotlineAnswer> Send(
        HttpMethod method, string path, JsonNode? body, string? account, string? key, long? version, CancellationToken cancel)
    {
        if (account is null) return await Once(method, path, body, null, key, version, cancel);
        var known = tokens.TryGetValue(account, out var token);
        if (!known && (token = await SignIn(account, cancel)) is null) return new(0, null);
        var answer = await Once(method, path, body, token, key, version, cancel);
        if (answer.Status != 401 || !known) return answer;
        tokens.TryRemove(account, out _);
        return await Send(method, path, body, account, key, version, cancel);
    }

    async Task<string?> SignIn(string account, CancellationToken cancel)
    {
        var body = new JsonObject { ["user"] = account, ["password"] = DemoPassword };
        var answer = await Once(HttpMethod.Post, "/api/sessions", body, null, null, null, cancel);
        if (!answer.Good || (string?)answer.Body?["token"] is not { } token) return null;
        return tokens[account] = token;
    }

    async Task<HotlineAnswer> Once(
        HttpMethod method, string path, JsonNode? body, string? token, string? key, long? version, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(options.HotlineUrl, path));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerWithin);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            return new((int)response.StatusCode, Parsed(text));
        }
        catch (Exception trouble) when (
            trouble is HttpRequestException
                || (trouble is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return new(0, null);
        }
    }

    static JsonNode? Parsed(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
