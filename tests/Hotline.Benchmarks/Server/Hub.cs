using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.Benchmarks.Server;

/// <summary>One watcher of a SignalR hub over a bare WebSocket, light enough that a thousand of them fit beside the server.</summary>
internal sealed class Hub : IAsyncDisposable
{
    private const byte End = 0x1e;
    private readonly ClientWebSocket socket = new();
    private Task reading = Task.CompletedTask;

    public static async Task<Hub> Open(Uri hub, string? token, Action<JsonNode> heard)
    {
        var watcher = new Hub();
        var address = new UriBuilder(hub) { Scheme = "ws" };
        if (token is not null) watcher.socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await watcher.socket.ConnectAsync(address.Uri, CancellationToken.None);
        await watcher.Say("""{"protocol":"json","version":1}""");
        watcher.reading = Task.Run(() => watcher.Read(heard));
        return watcher;
    }

    public Task Say(string message) =>
        socket.SendAsync((byte[])[.. Encoding.UTF8.GetBytes(message), End], WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task Read(Action<JsonNode> heard)
    {
        var (buffer, held) = (new byte[64 * 1024], 0);
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(held), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close) return;
                held += got.Count;
                for (int end; (end = Array.IndexOf(buffer, End, 0, held)) >= 0;)
                {
                    if (end > 2 && JsonNode.Parse(buffer.AsSpan(0, end)) is { } message && (int?)message["type"] == 1) heard(message);
                    Buffer.BlockCopy(buffer, end + 1, buffer, 0, held -= end + 1);
                }
            }
        }
        catch (Exception ended) when (ended is WebSocketException or OperationCanceledException or IOException) { }
        catch (ObjectDisposedException) { }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }
}
