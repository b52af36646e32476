using System.Net;
using System.Net.Sockets;

namespace Hotline.Store.Tests.Faults;

/// <summary>A TCP proxy that misbehaves on command: delays, throttles, cuts at an exact moment, or leaves a connection half
/// open. Stands in for what the kernel of a build machine cannot do.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly List<Socket> _sockets = [];
    private int _answers;
    private int _cutAnswer;

    public FaultProxy(int targetPort)
    {
        _target = new(IPAddress.Loopback, targetPort);
        _listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Each chunk waits so long, both ways.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Bytes a second in each direction; 0 is unlimited.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>The server's answers vanish, and nothing is closed.</summary>
    public bool HalfOpen { get; set; }

    /// <summary>The next request reaches the server, and then the client alone is cut off: the server has not noticed.</summary>
    public bool CutAfterRequest { get; set; }

    /// <summary>New connections are refused: they close at once.</summary>
    public bool Refuse { get; set; }

    public int Cuts { get; private set; }

    /// <summary>The <paramref name="nth"/> answer from now on is thrown away and its connection cut: the server has done what
    /// was asked, and nobody hears of it. 0 takes the order back.</summary>
    public void CutAnswer(int nth)
    {
        Interlocked.Exchange(ref _answers, 0);
        Interlocked.Exchange(ref _cutAnswer, nth);
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                if (Refuse) client.Dispose();
                else _ = Serve(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_sockets) _sockets.AddRange([client, server]);
        await server.ConnectAsync(_target);
        await Task.WhenAny(Pump(client, server, fromServer: false), Pump(server, client, fromServer: true));
    }

    private async Task Pump(Socket from, Socket to, bool fromServer)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var size = BytesPerSecond > 0 ? Math.Min(buffer.Length, Math.Max(1, BytesPerSecond / 20)) : buffer.Length;
                var count = await from.ReceiveAsync(buffer.AsMemory(0, size), _stop.Token);
                if (count == 0) break;
                if (Delay > TimeSpan.Zero) await Task.Delay(Delay, _stop.Token);
                if (BytesPerSecond > 0) await Task.Delay(TimeSpan.FromSeconds((double)count / BytesPerSecond), _stop.Token);
                if (fromServer && HalfOpen) continue;
                if (fromServer && Interlocked.Increment(ref _answers) == Volatile.Read(ref _cutAnswer))
                {
                    Cut(to);
                    break;
                }
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                if (fromServer || !CutAfterRequest) continue;
                CutAfterRequest = false;
                Cut(from);
                return;
            }
            from.Dispose();
            to.Dispose();
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // This direction has ended; the other finds its socket closed, or is left half open on purpose.
            if (fromServer) to.Dispose();
        }
    }

    private void Cut(Socket client)
    {
        Cuts++;
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        lock (_sockets) _sockets.ForEach(s => s.Dispose());
        _stop.Dispose();
    }
}
