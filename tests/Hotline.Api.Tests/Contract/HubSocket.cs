using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Hotline.Api.Tests.Contract;

/// <summary>The hub as any client sees it: JSON messages over a WebSocket, each ended by the record separator.</summary>
public sealed class HubSocket : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ClientWebSocket socket = new();
    private readonly Channel<JsonNode> heard = Channel.CreateUnbounded<JsonNode>();
    private int invocations;

    public static async Task<HubSocket> Connect(Uri server, string token)
    {
        var hub = new HubSocket();
        using var limit = new CancellationTokenSource(Patience);
        await hub.socket.ConnectAsync(new Uri($"ws://{server.Authority}/hubs/board?access_token={Uri.EscapeDataString(token)}"), limit.Token);
        await hub.Write("""{"protocol":"json","version":1}""");
        _ = hub.Listen();
        return hub;
    }

    /// <summary>Calls the hub and waits for its answer: the completion, with result or error.</summary>
    public async Task<JsonNode> Invoke(string target, params object[] arguments)
    {
        var id = (++invocations).ToString();
        await Write(JsonSerializer.Serialize(new { type = 1, invocationId = id, target, arguments }));
        return await Next(m => m["invocationId"]?.ToString() == id);
    }

    /// <summary>The first message from now on that fits; others are passed over.</summary>
    public async Task<JsonNode> Next(Func<JsonNode, bool> fits)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var message = await heard.Reader.ReadAsync(limit.Token);
            if (fits(message)) return message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        await ValueTask.CompletedTask;
    }

    private Task Write(string json) => socket.SendAsync(Encoding.UTF8.GetBytes(json + End), WebSocketMessageType.Text, true, CancellationToken.None);

    private async Task Listen()
    {
        var (buffer, text) = (new byte[8192], new StringBuilder());
        try
        {
            while (socket.State == WebSocketState.Open)
            {
                var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
                if (!part.EndOfMessage) continue;
                foreach (var message in text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries)) heard.Writer.TryWrite(JsonNode.Parse(message)!);
                text.Clear();
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException) { }
        heard.Writer.TryComplete();
    }
}
