using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Simulator;
using Hotline.Simulator.Twilio;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.Api.Tests.Simulator;

/// <summary>What was posted to the stand-in of the hotline.</summary>
public sealed record Posted(
    string Method, string Target, string Url, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public FormBody Form => FormBody.Parse(Body);

    public bool Signed(string token) =>
        Headers.GetValueOrDefault(Signature.Header) == Signature.Of(token, Url, Form.Fields);
}

/// <summary>The simulator on a free port and a stand-in of the hotline that writes down what it is told.</summary>
public sealed class OutsideWorld : IAsyncDisposable
{
    public const string Duty = "+14155550101";
    public const string County = "+8610000000103";
    public const string Ours = "+15005550006";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly SimulatorOptions Demo = new();
    readonly ConcurrentQueue<Posted> posted = new();
    WebApplication simulator = null!;
    WebApplication hotline = null!;

    public HttpClient Api { get; private set; } = null!;
    public HttpClient Phones { get; private set; } = null!;
    public string HotlineUrl { get; private set; } = "";

    /// <summary>Answers a request of the simulator; by default 204.</summary>
    public Func<Posted, IResult> Hotline { get; set; } = _ => Results.NoContent();

    public IReadOnlyList<Posted> Posted => [.. posted];

    public static async Task<OutsideWorld> Start(params string[] args)
    {
        var world = new OutsideWorld();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        world.hotline = builder.Build();
        world.hotline.Map("/{**rest}", (Delegate)world.Receive);
        await world.hotline.StartAsync();
        world.HotlineUrl = world.hotline.Urls.First();
        world.simulator = SimulatorHost.Build(
        [
            "--urls", "http://127.0.0.1:0", "--hotline", world.HotlineUrl, "--city", "off", "--follow-clock", "off",
            "--Simulator:SpeechSecondsPerCharacter", "0", "--Logging:LogLevel:Default", "None", .. args,
        ]);
        await world.simulator.StartAsync();
        var address = new Uri(world.simulator.Urls.First());
        world.Phones = new() { BaseAddress = address };
        world.Api = new(new Judge { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = address };
        world.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Demo.AccountSid}:{Demo.AuthToken}")));
        return world;
    }

    async Task<IResult> Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var seen = new Posted(context.Request.Method, target, HotlineUrl + target, await reader.ReadToEndAsync(),
            context.Request.Headers.ToDictionary(one => one.Key, one => one.Value.ToString(),
                StringComparer.OrdinalIgnoreCase));
        posted.Enqueue(seen);
        return Hotline(seen);
    }

    public string Callback(string path) => HotlineUrl + path;

    public static string Account(string rest) => $"/2010-04-01/Accounts/{Demo.AccountSid}/{rest}";

    public async Task<(int Status, JsonNode? Body)> Post(string resource, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field =>
            KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await Api.PostAsync(Account(resource), content);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    public Task<(int Status, JsonNode? Body)> Text(string to, string body, params (string Name, string Value)[] more) =>
        Post("Messages.json", [("To", to), ("From", Ours), ("Body", body), .. more]);

    /// <summary>A call that is told what to say; the answer is its SID.</summary>
    public async Task<string> Call(string to, string twiml, params (string Name, string Value)[] more)
    {
        var (status, body) = await Post("Calls.json",
            [("To", to), ("From", Ours), ("Twiml", $"<Response>{twiml}</Response>"), .. more]);
        status.ShouldBe(201);
        return (string)body!["sid"]!;
    }

    public async Task<JsonNode> Get(string resource) => (await Api.GetFromJsonAsync<JsonNode>(Account(resource)))!;

    public async Task<JsonNode> Phone(string number) =>
        (await Phones.GetFromJsonAsync<JsonNode>($"/phones/{Uri.EscapeDataString(number)}"))!;

    public async Task<int> Do(string number, string what, object? body = null)
    {
        using var answer = await Phones.PostAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/{what}", body
            ?? new { });
        return (int)answer.StatusCode;
    }

    public async Task Put(string number, string what, object body)
    {
        using var answer = await Phones.PutAsJsonAsync($"/phones/{Uri.EscapeDataString(number)}/{what}", body);
        answer.EnsureSuccessStatusCode();
    }

    public async Task Fault(string kind, string on = "any", int? retryAfter = null)
    {
        using var answer = await Phones.PostAsJsonAsync("/control/faults", new { kind, on, retryAfter });
        answer.EnsureSuccessStatusCode();
    }

    public async Task Advance(string by)
    {
        using var answer = await Phones.PostAsJsonAsync("/control/clock", new { advance = by });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Looks until it is so; fails when it never is.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> look, Func<T, bool> so)
    {
        var give = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (so(seen)) return seen;
            if (TimeProvider.System.GetElapsedTime(give) > Patience) throw new TimeoutException($"Still {seen}");
            await Task.Delay(20);
        }
    }

    public Task<JsonNode> MessageIs(string sid, string status) =>
        Until(() => Get($"Messages/{sid}.json"), message => (string?)message["status"] == status);

    public Task<JsonNode> CallIs(string sid, string status) =>
        Until(() => Get($"Calls/{sid}.json"), call => (string?)call["status"] == status);

    public Task<Posted> Told(string name, string value) => Until(
        () => Task.FromResult(posted.FirstOrDefault(one => one.Form[name] == value)!), one => one is not null);

    public async Task<Posted[]> TextStatuses(string sid, int count) => await Until(
        () => Task.FromResult(posted.Where(one => one.Form["MessageSid"] == sid
            && one.Form["MessageStatus"] is not null).ToArray()),
        seen => seen.Length >= count);

    public string Token => Demo.AuthToken;

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Phones.Dispose();
        await simulator.DisposeAsync();
        await hotline.DisposeAsync();
    }

    /// <summary>Every answer of the simulator is held against the provider's own description.</summary>
    sealed class Judge : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request,
            CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            await answer.Content.LoadIntoBufferAsync(cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            var status = (int)answer.StatusCode;
            // A gateway in front of the service answers what it likes; so do the faults that imitate one.
            if (status == 502 || (status == 200 && body.Length == 0)) return answer;
            TwilioDescription.CheckResponse(
                request.Method.Method, request.RequestUri!.PathAndQuery, status,
                    answer.Content.Headers.ContentType?.MediaType, body)
                .ShouldBeEmpty();
            return answer;
        }
    }
}
