using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Hotline.Benchmarks.Server;

/// <summary>A TCP proxy that plays 3G. Its model, for each connection alone:
/// a round trip takes 300 ms, half of it each way, and opening the connection takes one;
/// each way carries 750 kbit/s, in segments of 1,400 bytes;
/// each segment is lost with 5 % (so is the opening), which holds it and all behind it back for one retransmission time-out of
/// 500 ms, twice that if it is lost again; an opening that is lost waits 1 s;
/// 3 % of the connections are cut under the request, and 3 % between the request and its answer.
/// What befalls a connection follows from the number its client says first: the same number has the same luck whatever
/// stands behind the proxy, so that two servers can be compared report by report.</summary>
internal sealed class ThreeG : IAsyncDisposable
{
    public const int PreambleBytes = 4;
    private const int SegmentBytes = 1400;
    private const double BitsPerSecond = 750_000, Loss = 0.05, CutUp = 0.03, CutDown = 0.03;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(150), Retransmission = TimeSpan.FromMilliseconds(500), OpeningAgain = TimeSpan.FromSeconds(1);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IPEndPoint target;
    private readonly Task accepting;
    private int cuts;

    private ThreeG(IPEndPoint target)
    {
        this.target = target;
        listener.Start();
        accepting = Accept();
    }

    public static ThreeG Before(Uri server) => new(new(IPAddress.Loopback, server.Port));

    public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

    public int Cuts => cuts;

    private async Task Accept()
    {
        try
        {
            while (true) _ = Carry(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (OperationCanceledException) { }
    }

    private async Task Carry(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                client.NoDelay = server.NoDelay = true;
                var preamble = new byte[PreambleBytes];
                await client.GetStream().ReadExactlyAsync(preamble, stop.Token);
                var number = BinaryPrimitives.ReadInt32LittleEndian(preamble);
                var fate = Luck(number, 0);
                await Task.Delay((2 * OneWay) + (Luck(number, 1) < Loss ? OpeningAgain : TimeSpan.Zero), stop.Token);
                await server.ConnectAsync(target, stop.Token);
                // Whichever way ends first ends both.
                await await Task.WhenAny(
                    Way(client.GetStream(), server.GetStream(), number, 2, cutAt: fate < CutUp ? SegmentBytes / 2 : null),
                    Way(server.GetStream(), client.GetStream(), number, 100_000, cutAt: fate is >= CutUp and < CutUp + CutDown ? 1 : null));
            }
            catch (Exception over) when (over is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { }
            // A reset, not a goodbye.
            client.LingerState = server.LingerState = new(enable: true, seconds: 0);
        }
    }

    private async Task Way(NetworkStream from, NetworkStream to, int number, int salt, int? cutAt)
    {
        var inFlight = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        var arriving = Arrive(inFlight.Reader, to);
        var (offset, free, last) = (0, 0L, 0L);
        var buffer = new byte[SegmentBytes];
        while (!arriving.IsCompleted)
        {
            // A block of bytes has its luck wherever reads happen to end.
            var read = await from.ReadAsync(buffer.AsMemory(0, SegmentBytes - (offset % SegmentBytes)), stop.Token);
            if (read == 0) break;
            if (offset + read >= cutAt)
            {
                Interlocked.Increment(ref cuts);
                await Task.Delay(OneWay, stop.Token);
                return;
            }
            free = Math.Max(free, Now()) + TimeSpan.FromSeconds(read * 8 / BitsPerSecond).Ticks;
            last = Math.Max(last, free + OneWay.Ticks + Held(number, salt + (offset / SegmentBytes * 10)).Ticks);
            inFlight.Writer.TryWrite((last, buffer[..read]));
            offset += read;
        }
        inFlight.Writer.Complete();
        await arriving;
    }

    private async Task Arrive(ChannelReader<(long At, byte[] Bytes)> inFlight, NetworkStream to)
    {
        await foreach (var (at, bytes) in inFlight.ReadAllAsync(stop.Token))
        {
            if (TimeSpan.FromTicks(at - Now()) is { Ticks: > 0 } wait) await Task.Delay(wait, stop.Token);
            await to.WriteAsync(bytes, stop.Token);
        }
    }

    private static TimeSpan Held(int number, int salt)
    {
        var held = TimeSpan.Zero;
        for (var wait = Retransmission; Luck(number, salt++) < Loss; wait *= 2) held += wait;
        return held;
    }

    private static double Luck(int number, int salt) => new Random((number * 7919) ^ salt).NextDouble();

    private static long Now() => TimeProvider.System.GetElapsedTime(0).Ticks;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }
}
