using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Simulation;

namespace Hotline.Api.Tests.Contract;

/// <summary>One running server and simulator for all that drives the contract from outside.</summary>
public sealed class ContractCity : IAsyncLifetime
{
    public const string Name = "contract";
    private DemoCity? city;

    public DemoCity City => city!;

    public async ValueTask InitializeAsync() => city = await DemoCity.Start();

    public ValueTask DisposeAsync() => city?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Sends just these bytes and headers; what is not said is not sent.</summary>
    public async Task<Answer> Send(HttpMethod method, string path, string? user = null, byte[]? body = null, string type = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(City.Server, path));
        if (user is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await City.Token(user));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await City.Http.SendAsync(request);
        return new((int)answer.StatusCode, answer.Headers.Location?.ToString(), answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    public Task<Answer> Post(string path, string user, string body, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, user, Encoding.UTF8.GetBytes(body), "application/json", headers);

    public Task<Answer> Get(string path, string user) => Send(HttpMethod.Get, path, user);

    /// <summary>A report of T1 by the school: its receipt.</summary>
    public async Task<JsonNode> Urgent(string user = "school")
    {
        var answer = await Post("/api/reports", user, UrgentBody);
        answer.Status.ShouldBe(201, answer.Body);
        return answer.Json;
    }

    public const string UrgentBody = """
        {"channel":"Api","category":"MedicalInjury","grounds":["SeveralInjuries"],"locationDivision":"440199","situationText":"合同测试",
         "immediateDanger":{"seriousInjury":"yes"},"children":[{"sex":"Male","ageEstimate":5}]}
        """;
}

public sealed record Answer(int Status, string? Location, string? Type, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>The stable name of a refusal, without urn:hotline:</summary>
    public string Refusal => Json["type"]!.GetValue<string>()["urn:hotline:".Length..];
}

[CollectionDefinition(ContractCity.Name)]
public sealed class ContractCollection : ICollectionFixture<ContractCity>;
