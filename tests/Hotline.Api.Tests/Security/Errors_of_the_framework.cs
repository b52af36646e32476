using System.Net.Http.Json;
using System.Text;

namespace Hotline.Api.Tests.Security;

public sealed class Errors_of_the_framework(SecurityDatabase database) : IClassFixture<SecurityDatabase>
{
    [Fact]
    public async Task leave_as_our_problem_documents()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client(await node.TokenOf("duty"));
        await (await client.PostAsync("/api/bound", new StringContent("{", Encoding.UTF8, "application/json"))).ShouldBeProblem(400, "bad-request");
        await (await client.PostAsync("/api/bound", new StringContent("{}", Encoding.UTF8, "text/plain"))).ShouldBeProblem(415, "unsupported-media");
        await (await client.PutAsJsonAsync("/api/bound", new { number = 1 })).ShouldBeProblem(405, "method-not-allowed");
        await (await client.GetAsync("/api/nowhere")).ShouldBeProblem(404, "not-found");
    }

    [Fact]
    public async Task tell_a_stranger_no_detail_of_a_fault()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        using var answer = await client.GetAsync("/api/broken");
        await answer.ShouldBeProblem(500, "fault");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task speak_the_readers_language()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        (await (await client.GetAsync("/api/me")).Json()).GetProperty("title").GetString().ShouldBe("需要登录");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        (await (await client.GetAsync("/api/me")).Json()).GetProperty("title").GetString().ShouldBe("Sign-in needed");
    }
}

public sealed class A_database_that_is_away : IAsyncLifetime
{
    private readonly SecurityDatabase database = new();

    public ValueTask InitializeAsync() => database.InitializeAsync();

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task is_told_as_503_with_a_time_to_come_back()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client(await node.TokenOf("duty"));
        await database.Stop();
        node.Clock.Offset = Hotline.Security.Sessions.RememberedFor;
        using var answer = await client.GetAsync("/api/me");
        await answer.ShouldBeProblem(503, "unavailable");
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }
}
