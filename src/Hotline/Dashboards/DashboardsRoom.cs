using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;

namespace Hotline.Dashboards;

/// <summary>The change feed and the hub.</summary>
public static class DashboardsRoom
{
    public static void AddDashboards(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Feed>().AddHostedService(s => s.GetRequiredService<Feed>());
        builder.Services.AddSingleton<Changes>().AddSingleton<Watchers>().AddHostedService<Broadcast>();
        builder.Services.AddSignalR(options => options.MaximumReceiveMessageSize = 32 * 1024);
    }

    public static void MapDashboards(this WebApplication app)
    {
        app.MapHub<BoardHub>("/hubs/board");
        app.MapGet("/api/changes", Get).WithTags("Changes").WithName("Changes").Produces<ChangedBatch>();
    }

    private static async Task<IResult> Get(HttpContext http, Caller caller, Changes changes, CancellationToken cancel)
    {
        var query = http.Request.Query;
        if (!Changes.TryCursor(query["after"], out var after))
            return new Problem(422, "invalid") { Members = ImmutableDictionary<string, object?>.Empty.Add("errors", new[] { new { field = "after", code = "invalid-cursor" } }) };
        var kind = query["kind"].ToString();
        var id = query["id"].ToString();
        ImmutableArray<WatchKey> keys = kind.Length == 0 ? [] : [new WatchKey(kind, id)];
        if (keys.Length > 0 && !await changes.MayWatch(keys[0], caller, cancel)) return new Problem(404, "not-found");
        return TypedResults.Json(await changes.Since(after, keys, caller, cancel), Codec.Json);
    }
}
