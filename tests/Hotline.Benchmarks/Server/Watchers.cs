using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Hotline.Benchmarks.Server;

/// <summary>A thousand watchers of a hub in this process, and what they hear when.</summary>
internal sealed class Watchers : IAsyncDisposable
{
    public const int Count = 1000;
    private const string County = """{"type":1,"target":"⟨say⟩","invocationId":"1","arguments":[{"kind":"division","id":"440199"}]}""";
    private const int IdBytes = 100;
    private static readonly TimeSpan Heed = TimeSpan.FromSeconds(1);

    private readonly List<Hub> hubs = [];
    private readonly ConcurrentDictionary<string, long> sent = [];
    private ConcurrentBag<double> delays = [];
    private long messages, bytes;

    public double MessagesEach => messages / (double)Count;

    public int BytesOfAMessage => (int)Math.Max(50, bytes / Math.Max(1, messages));

    public Figure Delays => Figure.Of(delays.Count, [.. delays]);

    /// <summary>All of them connected.</summary>
    public static async Task<Watchers> Open(Uri hub, string? token)
    {
        var all = new Watchers();
        for (var tries = 0; all.hubs.Count < Count;)
        {
            try
            {
                all.hubs.Add(await Hub.Open(hub, token, all.Heard));
            }
            // The server may still be starting.
            catch (WebSocketException) when (tries++ < 100)
            {
                await Task.Delay(100);
            }
        }
        return all;
    }

    /// <summary>All of them begin to watch the county's board.</summary>
    public Task Watch() => Tell("Watch");

    /// <summary>Still connected, but nobody looks.</summary>
    public Task LookAway() => Tell("Unwatch");

    private async Task Tell(string what)
    {
        foreach (var hub in hubs) await hub.Say(County.Replace("⟨say⟩", what, StringComparison.Ordinal));
        await Task.Delay(Heed);
    }

    public void Sent(string id) => sent[id] = TimeProvider.System.GetTimestamp();

    /// <summary>What was heard so far does not count.</summary>
    public void Forget()
    {
        sent.Clear();
        (messages, bytes, delays) = (0, 0, []);
    }

    private void Heard(JsonNode message)
    {
        if (message["target"]?.GetValue<string>() != "Changed" || message["arguments"]![0] is not JsonObject news) return;
        var now = TimeProvider.System.GetTimestamp();
        var changes = news["changes"]!.AsArray();
        Interlocked.Increment(ref messages);
        Interlocked.Add(ref bytes, IdBytes * changes.Count);
        foreach (var change in changes)
            if (sent.TryGetValue(change!["id"]!.GetValue<string>(), out var at)) delays.Add(TimeProvider.System.GetElapsedTime(at, now).TotalMilliseconds);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hub in hubs) await hub.DisposeAsync();
    }
}
