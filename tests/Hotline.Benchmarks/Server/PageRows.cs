namespace Hotline.Benchmarks.Server;

/// <summary>From a report's commit to the first request at the provider.</summary>
internal static class PageRows
{
    public static async Task Measure(ServerUnderLoad server)
    {
        await OneASecond(server);
        await server.Quiet();
    }

    /// <summary>From before the report is sent to the first request at the provider: the commit lies in between.</summary>
    private static async Task OneASecond(ServerUnderLoad server)
    {
        var delays = new List<double>();
        for (var n = 0; n < Math.Max(10, server.Seconds * 2); n++)
        {
            await Task.Delay(1000);
            server.Provider.Take();
            var began = TimeProvider.System.GetTimestamp();
            await server.Load.Send(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T1", n));
            IReadOnlyList<long> arrived = [];
            for (var look = 0; look < 2000 && arrived.Count == 0; look++)
            {
                arrived = server.Provider.Take();
                if (arrived.Count == 0) await Task.Delay(5);
            }
            delays.Add(arrived.Count == 0 ? double.PositiveInfinity : TimeProvider.System.GetElapsedTime(began, arrived[0]).TotalMilliseconds);
        }
        delays.Sort();
        server.Table.Add($"report sent → first provider request, 1/s, {delays.Count} times", "", $"p50 {delays[delays.Count / 2]:0}, worst {delays[^1]:0} ms", "", "p99 ≤ 100 ms");
    }
}
