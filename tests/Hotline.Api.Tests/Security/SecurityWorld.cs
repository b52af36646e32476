using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Hotline.Api.Tests.Security;

/// <summary>A PostgreSQL for the tests of this folder.</summary>
public sealed class SecurityDatabase : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "hotline-security-" + Guid.CreateVersion7().ToString("n"));
    private EmbeddedPostgres server = null!;

    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        server = await EmbeddedPostgres.Start(await DataDirectory.Choose(folder));
        Source = NpgsqlDataSource.Create(server.Database);
        await Migrations.Apply(Source, Migrations.Main);
        await DemoAccounts.Seed(Source, new PasswordHasher<Account>(), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    public Task Stop() => server.Stop();
}

/// <summary>A system clock that a test moves.</summary>
public sealed class MovedClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}

/// <summary>One node with the Security room alone, on Kestrel.</summary>
public sealed class SecurityNode : IAsyncDisposable
{
    private readonly WebApplication app;

    private SecurityNode(WebApplication app, MovedClock clock, ConcurrentQueue<string> logged) =>
        (this.app, Clock, Logged) = (app, clock, logged);

    public MovedClock Clock { get; }

    public ConcurrentQueue<string> Logged { get; }

    public string Url => app.Urls.First();

    public static async Task<SecurityNode> Start(NpgsqlDataSource database, bool demo = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Hotline:Demo"] = demo ? "true" : "false";
        var logged = new ConcurrentQueue<string>();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new Ear(logged));
        var clock = new MovedClock();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton(database);
        builder.AddSecurity();
        var app = builder.Build();
        app.UseProblems();
        app.UseSecurity();
        app.MapSecurity();
        app.MapGet("/hubs/probe", (Caller caller) => caller.User);
        app.MapGet("/api/probe", (Caller caller) => caller.User);
        app.MapGet("/api/open", (Caller? caller) => caller?.User ?? "nobody").AllowAnonymous();
        app.MapPost("/api/bound", (Bound body) => body.Number).AllowAnonymous();
        app.MapGet("/api/broken", string () => throw new InvalidOperationException("a secret detail")).AllowAnonymous();
        await app.StartAsync();
        return new(app, clock, logged);
    }

    public sealed record Bound(int Number);

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 }) { BaseAddress = new(Url) };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async Task<string> TokenOf(string user)
    {
        using var client = Client();
        using var answer = await client.PostAsJsonAsync("/api/sessions", new { user, password = DemoAccounts.Password });
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private sealed class Ear(ConcurrentQueue<string> logged) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logged.Enqueue(formatter(state, exception) + exception);
    }
}

public static class Reading
{
    public static async Task<JsonElement> Json(this HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    /// <summary>The answer is a problem document of ours with this status and code, in words.</summary>
    public static async Task ShouldBeProblem(this HttpResponseMessage answer, int status, string code)
    {
        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var body = await answer.Json();
        body.GetProperty("type").GetString().ShouldBe($"urn:hotline:{code}");
        body.GetProperty("title").GetString().ShouldNotBe(code);
        body.GetProperty("status").GetInt32().ShouldBe(status);
    }
}
