using System.Collections.Immutable;
using Hotline.Cases;

namespace Hotline.Hosting;

/// <summary>Something the server leans on. <see cref="Missing"/> is null when it is there, else a short reason without names
/// of hosts or people.</summary>
public interface IDependency
{
    string Name { get; }

    /// <summary>False for what only makes things quicker: its absence is told, and the server stays ready.</summary>
    bool Needed => true;

    Task<string?> Missing(CancellationToken cancel);
}

/// <summary>Live: the process answers. Ready: everything it needs answers too; the body says which does not.</summary>
public static class Health
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/health/live", () => TypedResults.Json(new { status = "live" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/health/ready", Ready).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<IResult> Ready(IEnumerable<IDependency> dependencies, HttpContext http, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(dependencies.Select(async d => (d.Name, d.Needed, Why: await Ask(d, cancel))));
        var missing = answers.Where(a => a is { Needed: true, Why: not null }).Select(a => a.Name).ToImmutableArray();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new
            {
                status = missing.IsEmpty ? "ready" : "not-ready",
                missing,
                dependencies = answers.ToImmutableSortedDictionary(a => a.Name, a => a.Why ?? "ok"),
            },
            statusCode: missing.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<string?> Ask(IDependency dependency, CancellationToken cancel)
    {
        try
        {
            return await dependency.Missing(cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            return "does not answer";
        }
    }
}

internal sealed class MainDatabase(Databases databases) : IDependency
{
    public string Name => "database";

    public async Task<string?> Missing(CancellationToken cancel) =>
        await DatabaseWatch.Ask(databases.Main, "select pg_is_in_recovery()", cancel) is false ? null : "is read-only";
}

internal sealed class KeyDatabase(Databases databases) : IDependency
{
    public string Name => "keys";

    public async Task<string?> Missing(CancellationToken cancel) =>
        await DatabaseWatch.Ask(databases.Keys, "select pg_is_in_recovery()", cancel) is false ? null : "is read-only";
}

internal sealed class Clocks(DatabaseWatch watch) : IDependency
{
    public string Name => "clock";

    public async Task<string?> Missing(CancellationToken cancel) =>
        (await watch.Skew(cancel)).Duration() <= DatabaseWatch.SkewMax ? null : "is over 30 s off the database's";
}

internal sealed class PolicyInForce(IServiceProvider services) : IDependency
{
    public string Name => "policy";

    public Task<string?> Missing(CancellationToken cancel) =>
        Task.FromResult(services.GetService<PolicyBook>() is null ? "is not loaded" : null);
}

/// <summary>The embedded database's disk: below this PostgreSQL would soon stop in mid-air.</summary>
internal sealed class Disk(Databases databases) : IDependency
{
    private const long FreeBytesMin = 64L << 20;

    public string Name => "disk";

    public Task<string?> Missing(CancellationToken cancel) => Task.FromResult(
        databases.Home is { } home && new DriveInfo(home.Folder).AvailableFreeSpace < FreeBytesMin ? "is full" : null);
}
