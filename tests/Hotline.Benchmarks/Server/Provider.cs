using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hotline.Benchmarks.Server;

/// <summary>A request at the gateway: for whom, and when by this machine's timestamps.</summary>
internal sealed record Arrival(string To, long At);

/// <summary>A gateway that takes everything at once and notes when: what is measured is us, not it.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Arrival> arrivals = [];
    private int number;

    private Provider(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    /// <summary>The requests that came since the last look.</summary>
    public IReadOnlyList<Arrival> Take()
    {
        var taken = new List<Arrival>();
        while (arrivals.TryDequeue(out var at)) taken.Add(at);
        return taken;
    }

    public static async Task<Provider> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new Provider(app);
        app.MapPost("/2010-04-01/Accounts/{account}/{what}.json", provider.Accept);
        app.MapFallback(() => Results.Json(new { code = 20404, message = "Not found", status = 404 }, statusCode: 404));
        await app.StartAsync();
        return provider;
    }

    private async Task<IResult> Accept(string what, HttpRequest request)
    {
        var at = TimeProvider.System.GetTimestamp();
        var form = await request.ReadFormAsync();
        arrivals.Enqueue(new(form["To"].ToString(), at));
        var sid = (what == "Calls" ? "CA" : "SM") + Interlocked.Increment(ref number).ToString("x32", CultureInfo.InvariantCulture);
        return Results.Json(new { sid, status = "queued" }, statusCode: 201);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
