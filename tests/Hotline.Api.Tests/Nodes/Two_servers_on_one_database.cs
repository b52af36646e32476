using System.Text.Json.Nodes;
using Hotline.Api.Tests.Contract;
using Hotline.Api.Tests.Hosting;

namespace Hotline.Api.Tests.Nodes;

public sealed class Two_servers_on_one_database
{
    private static readonly (int A, int B) Node = TwoServers.Both;

    private static bool Tells(JsonNode message, string id) =>
        message["target"]?.ToString() == "Changed" && message["arguments"]![0]!["changes"]!.AsArray().Any(c => c!["id"]!.ToString() == id);

    /// <summary>A report filed at one node is heard of by who watches at the other.</summary>
    private static async Task Told(TwoServers servers, HubSocket hub, int filedAt)
    {
        var id = (await servers.File(filedAt))["cases"]![0]!["id"]!.ToString();
        await hub.Next(m => Tells(m, id));
    }

    [Fact]
    public async Task migrate_once_share_the_work_and_outlive_one_another_and_Redis()
    {
        Assert.SkipUnless(RedisProcess.Installed, "needs redis-server: not on the PATH");
        await using var redis = new RedisProcess();
        await redis.Start();
        await using var servers = await TwoServers.Start(redis.Address);
        (await servers.Ask("select count(*) = count(distinct number) and count(*) > 5 from hotline.migrations")).ShouldBe(true);
        await using var hub = await servers.Hub(Node.B);
        await EachToldOnceAndRungOnce(servers, hub);
        await RedisDiesAndComesBack(servers, hub, redis);
        await OneIsKilledWithAPageInFlight(servers);
    }

    private static async Task EachToldOnceAndRungOnce(TwoServers servers, HubSocket hub)
    {
        for (var node = 0; node < 2; node++) await ServerProcess.Eventually(async () => await servers.Health(node) == (true, "ok"));
        const int reports = 6;
        for (var i = 0; i < reports; i++) await Told(servers, hub, i % 2);
        await EachRangOnce(servers, reports);
    }

    /// <summary>Both relays compete for the pages; none is sent by both.</summary>
    private static async Task EachRangOnce(TwoServers servers, int reports)
    {
        await ServerProcess.Eventually(async () => (await servers.TextsOnDuty()).Count >= reports);
        await ServerProcess.Eventually(async () => (long)(await servers.Ask("select count(*) from hotline.outbox"))! == 0);
        (await servers.TextsOnDuty()).Count.ShouldBe(reports);
    }

    private static async Task RedisDiesAndComesBack(TwoServers servers, HubSocket hub, RedisProcess redis)
    {
        // A node that was ready before it had found Redis has said so once already.
        int Said(int node) => servers.Server(node).Log.Count(line => line.Contains("Redis is away", StringComparison.Ordinal));
        int[] before = [Said(0), Said(1)];
        await redis.Kill();
        for (var i = 0; i < 4; i++) await Told(servers, hub, i % 2);
        for (var node = 0; node < 2; node++)
        {
            await ServerProcess.Eventually(async () => (await servers.Health(node)).Redis.StartsWith("is away", StringComparison.Ordinal));
            (await servers.Health(node)).Ready.ShouldBeTrue();
            (Said(node) - before[node]).ShouldBe(1);
        }
        await redis.Start();
        for (var node = 0; node < 2; node++)
            await ServerProcess.Eventually(async () => (await servers.Health(node)).Redis == "ok");
        for (var i = 0; i < 2; i++) await Told(servers, hub, i % 2);
    }

    /// <summary>The gateway took the text and never answered, and the node that sent it is killed. The other finds it when the
    /// lease has run out, asks the gateway, and sends nothing twice; what comes in afterwards rings as ever.</summary>
    private static async Task OneIsKilledWithAPageInFlight(TwoServers servers)
    {
        const int before = 12;
        await EachRangOnce(servers, before);
        await servers.Fault("hang-after");
        var number = (await servers.File(Node.A))["reportNumber"]!.ToString();
        await ServerProcess.Eventually(async () => (await servers.TextsOnDuty()).Count == before + 1);
        var holder = (string)(await servers.Ask("select lease_holder from hotline.outbox where lease_holder is not null"))!;
        var sender = holder.Contains($"-{servers.Server(Node.A).Id}-", StringComparison.Ordinal) ? Node.A : Node.B;
        await servers.Kill(sender);

        // The gateway's own callback may tell the other node already; the errand itself stays the dead one's.
        (await servers.Ask($"select count(*) from hotline.outbox where lease_holder = '{holder}'")).ShouldBe(1L);
        await servers.EndLeasesOfTheDead();
        await ServerProcess.Eventually(async () => (long)(await servers.Ask("select count(*) from hotline.outbox"))! == 0);
        (await Rang(servers, 1 - sender, number)).ShouldBeTrue();
        (await servers.TextsOnDuty()).Count.ShouldBe(before + 1);
        await servers.File(1 - sender);
        await ServerProcess.Eventually(async () => (await servers.TextsOnDuty()).Count == before + 2);
    }

    private static async Task<bool> Rang(TwoServers servers, int node, string report) =>
        (await servers.Call(node, HttpMethod.Get, $"/api/pages?report={report}", "duty"))["items"]!.AsArray()
            .SelectMany(p => p!["attempts"]!.AsArray()).Any(a => a!["sentAt"] is not null);

    [Fact]
    public async Task find_each_other_s_changes_by_the_poll_where_there_is_no_Redis()
    {
        await using var servers = await TwoServers.Start(redis: null);
        (await servers.Health(Node.A)).ShouldBe((true, ""));
        await using var hub = await servers.Hub(Node.B);
        await using var other = await servers.Hub(Node.A);
        await Told(servers, hub, Node.A);
        await Told(servers, other, Node.B);
    }
}
