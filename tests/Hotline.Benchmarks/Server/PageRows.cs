using System.Collections.Concurrent;

namespace Hotline.Benchmarks.Server;

/// <summary>From a report's commit to the first request at the provider. Nobody is rung for more emergencies than the pack lets through one
/// by one within a minute: what a burst to one telephone becomes is no measure of the way there.</summary>
internal static class PageRows
{
    private const int People = 200, ReportsPerSecond = 200, Connections = 64;
    private static readonly TimeSpan ArrivesWithin = TimeSpan.FromSeconds(30);

    private sealed record Filed(int Person, long Sent, long Answered);

    public static async Task Measure(ServerUnderLoad server)
    {
        await server.Warm(2, caller => server.Load.Send(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T1", caller)));
        var times = Math.Max(10, server.Seconds * 2);
        await Staff.Hire(server, 2 * People + times);
        await server.Quiet();
        await OneASecond(server, times);
        await server.Quiet();
        await ToManyPeople(server);
        await server.Quiet();
    }

    /// <summary>From before the report is sent to the first request at the provider: the commit lies in between.</summary>
    private static async Task OneASecond(ServerUnderLoad server, int times)
    {
        var delays = new List<double>();
        for (var n = 0; n < times; n++)
        {
            Interruption.Heed();
            await Task.Delay(1000);
            server.Provider.Take();
            var began = TimeProvider.System.GetTimestamp();
            await server.Load.Send(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T1", n, Staff.Division(2 * People + n)));
            Arrival? arrived = null;
            for (var look = 0; look < 2000 && arrived is null; look++)
            {
                arrived = server.Provider.Take().FirstOrDefault(a => a.To == Staff.Number(2 * People + n));
                if (arrived is null) await Task.Delay(5);
            }
            delays.Add(arrived is null ? double.PositiveInfinity : Milliseconds(began, arrived.At));
        }
        delays.Sort();
        server.Table.Add($"report sent → first provider request, 1/s, {delays.Count} times", "",
            $"p50 {delays[delays.Count / 2]:0}, worst {delays[^1]:0} ms", "", "p99 ≤ 100 ms");
    }

    /// <summary>Each report of a second rings somebody else; the provider takes whatever comes.</summary>
    private static async Task ToManyPeople(ServerUnderLoad server)
    {
        // Others are rung to warm up.
        await File(server, TimeSpan.FromSeconds(5), first: People);
        await server.Quiet();
        server.Provider.Take();
        var (filed, rate) = await File(server, TimeSpan.FromSeconds(5), first: 0);
        var arrivals = new List<Arrival>();
        for (var began = TimeProvider.System.GetTimestamp(); arrivals.Count < filed.Count && TimeProvider.System.GetElapsedTime(began) < ArrivesWithin;)
        {
            await Task.Delay(100);
            arrivals.AddRange(server.Provider.Take());
        }
        // The k-th report for somebody and the k-th text to them belong together.
        var byNumber = arrivals.GroupBy(a => a.To).ToDictionary(g => g.Key, g => g.Select(a => a.At).Order().ToList());
        List<(double FromSent, double FromReceipt)> delays = [.. filed.GroupBy(f => f.Person).SelectMany(person =>
        {
            var texts = byNumber.GetValueOrDefault(Staff.Number(person.Key), []);
            return person.OrderBy(f => f.Sent).Select((f, k) => k < texts.Count
                ? (Milliseconds(f.Sent, texts[k]), Math.Max(0, Milliseconds(f.Answered, texts[k])))
                : (double.PositiveInfinity, double.PositiveInfinity));
        })];
        var (sent, receipt) = (Figure.Of(0, [.. delays.Select(d => d.FromSent)]), Figure.Of(0, [.. delays.Select(d => d.FromReceipt)]));
        var came = delays.Count(d => double.IsFinite(d.FromSent));
        server.Table.Add($"… {ReportsPerSecond}/s to {People} people (filed at {rate:0}/s), {filed.Count} reports, {came} texts", "",
            $"p50 {sent.P50:0}, p99 {sent.P99:0} ms; from the receipt on p50 {receipt.P50:0}, p99 {receipt.P99:0} ms", "", "p99 ≤ 1000 ms");
    }

    private static async Task<(IReadOnlyCollection<Filed> Filed, double Rate)> File(ServerUnderLoad server, TimeSpan length, int first)
    {
        var (filed, turn) = (new ConcurrentBag<Filed>(), -1);
        var figure = await Load.Run(Connections, length, ReportsPerSecond, async _ =>
        {
            var n = Interlocked.Increment(ref turn);
            var sent = TimeProvider.System.GetTimestamp();
            await server.Load.Send(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T1", n, Staff.Division(first + n % People)));
            filed.Add(new(n % People, sent, TimeProvider.System.GetTimestamp()));
        });
        return (filed, figure.Rate);
    }

    private static double Milliseconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;
}
