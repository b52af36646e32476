using Hotline.Hosting;
using Hotline.Store;
using Hotline.Store.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hotline.Api.Tests.Nodes;

/// <summary>The word "look again" between two nodes, without anything around it that would look by itself.</summary>
public sealed class Two_stores_and_a_Redis : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly RedisProcess redis = new();
    private readonly List<(PostgresStore Store, Peers Peers)> nodes = [];
    private NpgsqlDataSource source = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(RedisProcess.Installed, "needs redis-server: not on the PATH");
        source = StoreConnections.Open((await Paging.PagingCluster.Running.Value).Database);
        await redis.Start();
        for (var i = 0; i < 2; i++)
        {
            var store = new PostgresStore(source, TimeProvider.System, grouped: true);
            var peers = new Peers(new HotlineOptions { Redis = redis.Address }, store, TimeProvider.System, NullLogger<Peers>.Instance);
            await peers.StartAsync(CancellationToken.None);
            nodes.Add((store, peers));
        }
        await Connected(true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, peers) in nodes)
        {
            await peers.StopAsync(CancellationToken.None);
            peers.Dispose();
        }
        await redis.DisposeAsync();
        if (source is not null) await source.DisposeAsync();
    }

    private Task Connected(bool there) => Hosting.ServerProcess.Eventually(async () =>
        (await nodes[0].Peers.Missing(default) is null) == there && (await nodes[1].Peers.Missing(default) is null) == there);

    private static async Task Append(PostgresStore store) => (await store.Append(new()
    {
        Id = Guid.CreateVersion7(),
        At = TimeProvider.System.GetUtcNow(),
        Streams = [new(Guid.CreateVersion7(), "case", 0, [new(Guid.CreateVersion7(), "noted", "{}")])],
    })).ShouldBeOfType<Appended.Done>();

    [Fact]
    public async Task wake_each_other_after_a_commit_and_do_not_answer_for_ever()
    {
        foreach (var (from, to) in new[] { (0, 1), (1, 0) })
        {
            var woken = nodes[to].Store.WaitForAppend(Long);
            await Append(nodes[from].Store);
            await woken.WaitAsync(Patience);
            await Task.WhenAny(nodes[from].Store.WaitForAppend(Long), Task.Delay(100));
            var echo = nodes[from].Store.WaitForAppend(Long);
            (await Task.WhenAny(echo, Task.Delay(200))).ShouldNotBe(echo);
        }
    }

    [Fact]
    public async Task go_on_appending_while_Redis_is_dead_and_wake_each_other_again_when_it_is_back()
    {
        await redis.Kill();
        await Append(nodes[0].Store);
        await Connected(false);
        nodes[0].Peers.Needed.ShouldBeFalse();
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++) await Append(nodes[i % 2].Store);
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(Patience);

        await redis.Start();
        await Connected(true);
        var woken = nodes[1].Store.WaitForAppend(Long);
        await Append(nodes[0].Store);
        await woken.WaitAsync(Patience);
    }

    [Fact]
    public async Task find_a_Redis_that_comes_up_after_them()
    {
        await using var late = new RedisProcess();
        using var peers = new Peers(new HotlineOptions { Redis = late.Address }, nodes[0].Store, TimeProvider.System, NullLogger<Peers>.Instance);
        await peers.StartAsync(CancellationToken.None);
        await Append(nodes[0].Store);
        (await peers.Missing(default)).ShouldNotBeNull();
        await late.Start();
        await Hosting.ServerProcess.Eventually(async () => await peers.Missing(default) is null);
        await peers.StopAsync(CancellationToken.None);
    }
}
