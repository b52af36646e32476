using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Security;
using Microsoft.AspNetCore.SignalR;

namespace Hotline.Dashboards;

/// <summary>A connection's watches.</summary>
public sealed class Watcher(string session, Caller caller)
{
    private ImmutableArray<WatchKey> keys = [];

    public string Session => session;

    public Caller Caller => caller;

    public ImmutableArray<WatchKey> Keys => keys;

    public void Add(WatchKey key) => ImmutableInterlocked.Update(ref keys, k => k.Contains(key) ? k : k.Add(key));

    public void Remove(WatchKey key) => ImmutableInterlocked.Update(ref keys, k => k.Remove(key));

    public void Clear() => ImmutableInterlocked.Update(ref keys, _ => []);
}

/// <summary>Who watches on this node.</summary>
public sealed class Watchers
{
    public const int KeysMax = 200;
    public ConcurrentDictionary<string, Watcher> All { get; } = new();
}

/// <summary>The board's hub (design 6): says what changed, by id; the console fetches under its own rights.</summary>
public sealed class BoardHub(Watchers watchers, Changes changes, Feed feed) : Hub
{
    /// <summary>Begins to watch; answers the cursor from which changes will come. Fetch after it.</summary>
    public async Task<string> Watch(WatchKey key)
    {
        var watcher = Mine();
        var asked = new WatchKey(key?.Kind ?? "", key?.Id ?? "");
        if (watcher.Keys.Length >= Watchers.KeysMax) throw new HubException("too-many-watches");
        if (!await changes.MayWatch(asked, watcher.Caller, Context.ConnectionAborted)) throw new HubException("not-found");
        watcher.Add(asked);
        return Changes.Cursor(feed.Position);
    }

    public Task Unwatch(WatchKey key)
    {
        Mine().Remove(new WatchKey(key?.Kind ?? "", key?.Id ?? ""));
        return Task.CompletedTask;
    }

    /// <summary>What this connection's watches missed since a cursor.</summary>
    public async Task<ChangedBatch> CatchUp(string cursor)
    {
        if (!Changes.TryCursor(cursor, out var after)) throw new HubException("invalid-cursor");
        var watcher = Mine();
        return watcher.Keys.IsEmpty
            ? new ChangedBatch(Changes.Cursor(Math.Max(after, feed.Position)), [])
            : await changes.Since(after, watcher.Keys, watcher.Caller, Context.ConnectionAborted);
    }

    public override async Task OnConnectedAsync()
    {
        var session = SessionIdentity.Of(Context.User);
        if (session is null)
        {
            Context.Abort();
            return;
        }
        watchers.All[Context.ConnectionId] = new Watcher(session.Id, session.Caller);
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        watchers.All.TryRemove(Context.ConnectionId, out _);
        return base.OnDisconnectedAsync(exception);
    }

    private Watcher Mine() => watchers.All.TryGetValue(Context.ConnectionId, out var watcher) ? watcher : throw new HubException("unauthenticated");
}
