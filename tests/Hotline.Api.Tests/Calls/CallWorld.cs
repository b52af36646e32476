using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Api.Tests.Paging;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Calls;

/// <summary>A county's hotline with a call centre that tells of its calls.</summary>
internal sealed class CallWorld : IAsyncDisposable
{
    public const string Public = "+14155550199";
    private readonly Dictionary<string, HttpClient> people = [];

    public PagingWorld Telephones { get; private init; } = null!;

    public static async Task<CallWorld> Start(bool heard = true) => new() { Telephones = await PagingWorld.Start(heard: heard) };

    /// <summary>A telephone of the public rings the hotline; answers when it hears the menu, or what comes instead.</summary>
    public async Task Ring(string? shownAs = null, string from = Public)
    {
        (await Telephones.Do(from, "call", new { shownAs })).ShouldBe(HttpStatusCode.Created);
        await Line(from, call => call["said"]!.AsArray().Count > 0, "hears something");
    }

    /// <summary>Waits for something about the call on a telephone.</summary>
    public Task Line(string number, Func<JsonObject, bool> holds, string what) => PagingWorld.Until(
        async () => JsonNode.Parse((await Telephones.Phone(number)).GetRawText())!["call"] is JsonObject call && holds(call), what);

    public Task Over(string number) => PagingWorld.Until(
        async () => (await Telephones.Phone(number)).GetProperty("call").ValueKind == JsonValueKind.Null, $"the line of {number} is free");

    public async Task<string> Heard(string number)
    {
        var phone = JsonNode.Parse((await Telephones.Phone(number)).GetRawText())!;
        return string.Join('|', (phone["call"] ?? phone["lastCall"])!["said"]!.AsArray().Select(s => s!.ToString()));
    }

    /// <summary>Past the menu, into the queue.</summary>
    public async Task Queued(string? shownAs = null, string key = "1")
    {
        await Ring(shownAs);
        await Telephones.Do(Public, "press", new { digits = key });
        await Line(Public, call => call["queue"] is not null, "waits in the queue");
    }

    /// <summary>The one call there is.</summary>
    public async Task<JsonObject> Only(string user = "duty")
    {
        await PagingWorld.Until(async () => (await Get("/api/calls", user)).Body["items"]!.AsArray().Count == 1, "one call is there");
        return (await Get("/api/calls", user)).Body["items"]![0]!.AsObject();
    }

    public async Task<HttpClient> As(string user) => people.TryGetValue(user, out var known) ? known : people[user] = await Telephones.SignedIn(user);

    /// <summary>The call centre tells something; answers the call's id.</summary>
    public async Task<string> Told(string call, string what, object? more = null, string user = "callcentre")
    {
        var body = more is null ? [] : JsonSerializer.SerializeToNode(more)!.AsObject();
        (body["callId"], body["event"]) = (call, what);
        var answer = await (await As(user)).PostAsJsonAsync("/api/calls", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.ToString();
    }

    public async Task<(HttpStatusCode Status, JsonObject Body)> Get(string path, string user = "duty")
    {
        var answer = await (await As(user)).GetAsync(path);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    public async Task<JsonObject> Call(string id, string user = "duty")
    {
        var (status, body) = await Get($"/api/calls/{id}", user);
        status.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }

    public async Task<List<string>> Owed(string user = "duty") =>
        [.. (await Get("/api/calls", user)).Body["items"]!.AsArray().Select(i => i!["id"]!.ToString())];

    /// <summary>Takes an offered step with what its schema asks, these values set.</summary>
    public async Task<(HttpStatusCode Status, JsonObject Body)> Take(string path, string trigger, string user = "duty", params (string Field, JsonNode Value)[] values)
    {
        var seen = (await Get(path, user)).Body;
        var step = seen["steps"]!.AsArray().First(s => s!["trigger"]!.ToString() == trigger && s["target"] is null)!;
        var body = SchemaFiller.Fill(step["schema"]!, new Random(7), Telephones.Clock.Now);
        foreach (var (field, value) in values) body[field] = value;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{path}/steps/{step["step"]}");
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        request.Headers.Add("If-Match", $"\"{step["version"]}\"");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await (await As(user)).SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    public async Task<JsonObject> Taken(string path, string trigger, string user = "duty", params (string Field, JsonNode Value)[] values)
    {
        var (status, body) = await Take(path, trigger, user, values);
        status.ShouldBe(HttpStatusCode.OK, body.ToString());
        return body;
    }

    public async Task UntilState(string id, string state) =>
        await PagingWorld.Until(async () => (await Call(id))["state"]!.ToString() == state, $"call is {state}");

    /// <summary>The pages that ring now.</summary>
    public async Task<List<JsonNode>> Ringing() => [.. (await Get("/api/pages?open=true")).Body["items"]!.AsArray().OfType<JsonNode>()];

    public async ValueTask DisposeAsync()
    {
        foreach (var person in people.Values) person.Dispose();
        await Telephones.DisposeAsync();
    }
}
