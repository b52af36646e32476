using System.Threading.Channels;
using Hotline.Store;
using StackExchange.Redis;

namespace Hotline.Hosting;

/// <summary>Says "look again" to the other nodes after each commit, and looks again when one of them says so. What changed is
/// read from PostgreSQL, by cursor: a word that is lost, or a Redis that is away, costs the wait for the next poll and never
/// a change.</summary>
public sealed class Peers(HotlineOptions options, PostgresStore store, TimeProvider time, ILogger<Peers> log) : BackgroundService, IDependency
{
    /// <summary>Deployments that share a Redis wake each other for nothing, and find nothing.</summary>
    private const string LookAgain = "hotline:look-again";
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private readonly RedisValue me = Guid.CreateVersion7().ToString("n");
    // One word stands for all commits that happened before it is said.
    private readonly Channel<bool> said = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task<bool>? word;
    private volatile bool here;
    private bool? told;

    public string Name => "redis";

    public bool Needed => false;

    public Task<string?> Missing(CancellationToken cancel) => Task.FromResult(here ? null : "is away: changes are found by the poll");

    /// <summary>Null when it is no address.</summary>
    public static ConfigurationOptions? Read(string text)
    {
        try
        {
            var read = ConfigurationOptions.Parse(text);
            read.AbortOnConnectFail = false;
            return read.EndPoints.Count > 0 ? read : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        await Task.Yield();
        void Committed() => said.Writer.TryWrite(true);
        store.Committed += Committed;
        try
        {
            using var redis = await Connect(stopping);
            var subscriber = redis.GetSubscriber();
            await subscriber.SubscribeAsync(LookAgain, (_, who) =>
            {
                if (who != me) store.Wake();
            }).WaitAsync(AnswerWithin, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (!stopping.IsCancellationRequested) await Say(redis, subscriber, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
        finally
        {
            store.Committed -= Committed;
        }
    }

    /// <summary>The client connects by itself again; only an address that nobody knows throws.</summary>
    private async Task<ConnectionMultiplexer> Connect(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await ConnectionMultiplexer.ConnectAsync(Read(options.Redis!)!);
            }
            catch (Exception e) when (e is RedisException or TimeoutException or System.Net.Sockets.SocketException)
            {
                Note(false);
                await Task.Delay(Every, time, stopping);
            }
        }
    }

    /// <summary>One round: waits for a commit of ours, at most a second, and says the word if somebody can hear it.</summary>
    private async Task Say(ConnectionMultiplexer redis, ISubscriber subscriber, CancellationToken stopping)
    {
        await Task.WhenAny(word ??= said.Reader.WaitToReadAsync(stopping).AsTask(), Task.Delay(Every, time, stopping));
        stopping.ThrowIfCancellationRequested();
        Note(redis.IsConnected && subscriber.IsConnected(LookAgain));
        if (!word.IsCompleted) return;
        word = null;
        said.Reader.TryRead(out _);
        if (!here) return; // Nobody hears it, and the poll finds what it would have told.
        try
        {
            await subscriber.PublishAsync(LookAgain, me).WaitAsync(AnswerWithin, time, stopping);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            Note(false);
        }
    }

    private void Note(bool connected)
    {
        here = connected;
        if (told == connected) return;
        if (!connected) HostingLog.RedisAway(log);
        else
        {
            if (told is not null) HostingLog.RedisBack(log);
            store.Wake();
        }
        told = connected;
    }
}
