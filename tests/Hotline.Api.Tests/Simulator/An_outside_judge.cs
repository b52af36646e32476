using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Hotline.Api.Tests.Paging;
using Hotline.Paging;
using Hotline.Telephony;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Api.Tests.Simulator;

/// <summary>Prism stands between the server and the simulator, and the provider's own description is the law.</summary>
public sealed class An_outside_judge : IAsyncLifetime
{
    private readonly ConcurrentQueue<Judged> heard = new();
    private Prism? prism;
    private PagingWorld world = null!;

    public async ValueTask InitializeAsync() => world = await PagingWorld.Start(
        before: async simulator => (prism = await Prism.Before(simulator)).Url, wire: () => new Hearing(heard));

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        if (prism is not null) await prism.DisposeAsync();
    }

    [Fact]
    public async Task finds_nothing_wrong_with_what_the_server_asks_and_what_the_simulator_answers()
    {
        await ThePageThatIsLookedForAndAskedAbout();
        await TheRest();
        heard.Where(h => h.Violations is not null).Select(h => $"{h.Operation} {h.Status}: {h.Violations}").ShouldBeEmpty();
        heard.SelectMany(h => h.Names.Select(name => $"{h.Operation}: {name}")).ShouldBeEmpty();
        // Nothing that the client can ask was left out, nor was it only refused.
        heard.Where(h => h.Status < 300).Select(h => h.Operation).Distinct().Order().ShouldBe(
            ["GET Calls.json", "GET Calls/{Sid}.json", "GET Messages.json", "GET Messages/{Sid}.json", "POST Calls.json", "POST Calls/{Sid}.json", "POST Messages.json"]);
        heard.Select(h => h.Status).Distinct().Order().ShouldBe([200, 201, 400, 401, 404, 429, 500, 503]);
    }

    /// <summary>A judge who finds nothing proves nothing: one wrong value, one wrong answer, one wrong name.</summary>
    [Fact]
    public async Task finds_what_is_wrong_on_either_side()
    {
        await using var stub = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]).Build();
        stub.MapPost("/{**rest}", () => Results.Json(new { sid = "SM1", status = "queued" }, statusCode: 201));
        await stub.StartAsync();
        await using var strict = await Prism.Before(stub.Urls.First());
        using var http = new HttpClient(new Hearing(heard) { InnerHandler = new HttpClientHandler() });
        foreach (var form in new[] { "To=4155550101&From=%2B15005550006&Body=x", "To=%2B14155550101&From=%2B15005550006&Body=x&ValidityPeroid=60" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{strict.Url}/2010-04-01/Accounts/{Settings.AccountSid}/Messages.json");
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", "eDp5");
            request.Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
            (await http.SendAsync(request)).Dispose();
        }
        var judged = heard.ToArray();
        judged[0].Violations.ShouldNotBeNull().ShouldContain("\"request\"");
        judged[1].Violations.ShouldNotBeNull().ShouldNotContain("\"request\"", customMessage: "Prism drops unknown names silently");
        judged[1].Violations.ShouldNotBeNull().ShouldContain("\"response\"");
        judged[1].Names.ShouldHaveSingleItem().ShouldContain("ValidityPeroid");
    }

    private TwilioSettings Settings => world.Services.GetRequiredService<TwilioSettings>();

    /// <summary>An unclear outcome makes the server list, silence makes it fetch, and an answer elsewhere makes it end the call.</summary>
    private async Task ThePageThatIsLookedForAndAskedAbout()
    {
        await world.Callbacks(false);
        await world.Fault("503-after", on: "calls");
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [{ SentAt: not null }], "the text went out");
        await world.Advance(PagingWorld.FirstCall);
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts is [_, { SentAt: not null }], "the call is found by listing");
        await world.UntilRings(PagingWorld.Duty);
        using var supervisor = await world.SignedIn("supervisor");
        (await supervisor.PostAsync($"/api/pages/{page}/acknowledge", null)).EnsureSuccessStatusCode();
        await PagingWorld.Until(() => Task.FromResult(heard.Any(h => h.Operation == "POST Calls/{Sid}.json")), "the call is ended");
        await world.Advance(PagingWorld.Pack.Ringing.AskProviderAfter);
        await PagingWorld.Until(
            () => Task.FromResult(heard.Count(h => h.Operation is "GET Messages/{Sid}.json" or "GET Calls/{Sid}.json") >= 2), "both are asked about");
    }

    /// <summary>Refusals, a service in place of a number, and a list of several pages, by the client that the server uses.</summary>
    private async Task TheRest()
    {
        var gateway = world.Services.GetRequiredService<TwilioClient>();
        OutgoingText Text(string to, string body = "值班测试") => new(PhoneNumber.Parse(to)!.Value, body, Settings.Webhook("message-status"), TimeSpan.FromMinutes(2));
        foreach (var refused in new[] { "+15005550001", "+15005550002", "+15005550003", "+15005550004", "+15005550009" })
            (await gateway.SendText(Text(refused))).ShouldBeOfType<Submitted.Rejected>();
        foreach (var refused in new[] { "+15005550001", "+15005550002", "+15005550003", "+15005550004" })
            (await gateway.PlaceCall(new(PhoneNumber.Parse(refused)!.Value, Settings.Webhook("page-call"), Settings.Webhook("call-status"), TimeSpan.FromSeconds(30))))
                .ShouldBeOfType<Submitted.Rejected>();
        (await gateway.PlaceCall(new(PhoneNumber.Parse(PagingWorld.City)!.Value, Settings.Webhook("page-call"), Settings.Webhook("call-status"), TimeSpan.FromSeconds(30))))
            .ShouldBeOfType<Submitted.Accepted>();
        await world.Fault("429", retryAfter: 2);
        (await gateway.SendText(Text(PagingWorld.Duty))).ShouldBeOfType<Submitted.NotProcessed>();
        await world.Fault("500-after");
        (await gateway.SendText(Text(PagingWorld.Duty))).ShouldBeOfType<Submitted.Unknown>();
        (await gateway.FetchMessage("SM" + new string('0', 32))).ShouldBeNull();
        (await gateway.FetchCall("CA" + new string('0', 32))).ShouldBeNull();
        using var http = new HttpClient(new Hearing(heard) { InnerHandler = new HttpClientHandler() });
        var service = new TwilioClient(http, Settings with { MessagingServiceSid = "MG" + new string('a', 32) }, TimeProvider.System);
        for (var text = 0; text < 60; text++)
            (await service.SendText(Text(PagingWorld.City, $"第{text}条 + & % \"👍\"\n{new string('热', text)}"))).ShouldBeOfType<Submitted.Accepted>();
        (await gateway.ListMessages(PhoneNumber.Parse(PagingWorld.City)!.Value, world.Clock.Now.AddMinutes(-5))).ShouldNotBeNull().Count.ShouldBe(60);
        var stranger = new TwilioClient(http, Settings with { AuthToken = "another" }, TimeProvider.System);
        (await stranger.SendText(Text(PagingWorld.Duty))).ShouldBeOfType<Submitted.Rejected>();
    }
}
