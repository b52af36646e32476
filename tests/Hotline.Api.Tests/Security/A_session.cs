using System.Net;
using System.Net.Http.Json;
using Hotline.Security;

namespace Hotline.Api.Tests.Security;

public sealed class A_session(SecurityDatabase database) : IClassFixture<SecurityDatabase>
{
    [Fact]
    public async Task is_needed_wherever_an_endpoint_does_not_say_otherwise()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var stranger = node.Client();
        await (await stranger.GetAsync("/api/probe")).ShouldBeProblem(401, "unauthenticated");
        await (await stranger.GetAsync("/api/me")).ShouldBeProblem(401, "unauthenticated");
        await (await stranger.GetAsync("/api/nowhere")).ShouldBeProblem(401, "unauthenticated");
        (await stranger.GetStringAsync("/api/open")).ShouldBe("nobody");
    }

    [Fact]
    public async Task survives_a_restart_and_holds_on_another_node()
    {
        string token;
        await using (var first = await SecurityNode.Start(database.Source)) token = await first.TokenOf("duty");
        await using var second = await SecurityNode.Start(database.Source);
        using var client = second.Client(token);
        (await client.GetStringAsync("/api/probe")).ShouldBe("duty");
    }

    [Fact]
    public async Task ends_at_sign_out_here_at_once_and_elsewhere_in_seconds()
    {
        await using var here = await SecurityNode.Start(database.Source);
        await using var elsewhere = await SecurityNode.Start(database.Source);
        var token = await here.TokenOf("duty");
        using var client = here.Client(token);
        using var other = elsewhere.Client(token);
        (await other.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.DeleteAsync("/api/sessions")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        elsewhere.Clock.Offset = Sessions.RememberedFor;
        (await other.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task lives_four_idle_hours_and_twelve_in_all()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var idle = node.Client(await node.TokenOf("duty"));
        using var busy = node.Client(await node.TokenOf("duty"));
        for (var hour = 3; hour < 12; hour += 3)
        {
            node.Clock.Offset = TimeSpan.FromHours(hour);
            (await busy.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.OK, $"after {hour} h");
        }
        (await idle.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        node.Clock.Offset = TimeSpan.FromHours(12);
        (await busy.GetAsync("/api/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task token_counts_in_the_query_for_the_hub_alone_and_is_never_logged()
    {
        await using var node = await SecurityNode.Start(database.Source);
        var token = await node.TokenOf("duty");
        using var client = node.Client();
        (await client.GetStringAsync($"/hubs/probe?access_token={token}")).ShouldBe("duty");
        (await client.GetAsync($"/api/probe?access_token={token}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        node.Logged.ShouldNotContain(line => line.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task in_a_cookie_stays_out_of_scripts_and_off_foreign_pages()
    {
        await using var node = await SecurityNode.Start(database.Source);
        using var client = node.Client();
        client.DefaultRequestHeaders.Add("Origin", node.Url);
        using var signedIn = await client.PostAsJsonAsync("/api/sessions?cookie=true", new { user = "duty", password = "hotline-demo" });
        (await signedIn.Json()).TryGetProperty("token", out _).ShouldBeFalse();
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        var pair = cookie.Split(';')[0];

        (await Send(HttpMethod.Get, "/api/probe", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await Send(HttpMethod.Get, "/api/probe", "https://evil.example")).ShouldBeProblem(403, "foreign-origin");
        await (await Send(HttpMethod.Delete, "/api/sessions", "https://evil.example")).ShouldBeProblem(403, "foreign-origin");
        await (await Send(HttpMethod.Delete, "/api/sessions", null)).ShouldBeProblem(403, "foreign-origin");
        using var asBearer = node.Client(pair.Split('=', 2)[1]);
        (await asBearer.GetAsync("/api/probe")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await Send(HttpMethod.Delete, "/api/sessions", node.Url)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Send(HttpMethod.Get, "/api/probe", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? origin)
        {
            using var browser = node.Client();
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Cookie", pair);
            if (origin is not null) request.Headers.Add("Origin", origin);
            return await browser.SendAsync(request);
        }
    }
}
