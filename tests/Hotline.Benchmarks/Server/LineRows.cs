using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hotline.Benchmarks.Server;

/// <summary>From the tap on Submit to the receipt over a bad line, beside a bare endpoint that answers as many bytes over the
/// same line: report by report, so that what is left is ours. Afterwards receipts are held against the database.</summary>
internal static class LineRows
{
    private const int Phones = 40, TriesMax = 20;
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(200);

    private sealed record Tap(double Milliseconds, string? Number, int Tries);

    public static async Task Measure(ServerUnderLoad server)
    {
        var reports = Math.Max(400, server.Seconds * 100);
        await server.Warm(8, new Reporting(server.Load).File);
        var sample = (await server.Load.Ask(HttpMethod.Post, "/api/reports", "school", Reporting.Of("T3", 0))).ToJsonString();
        var token = await server.City.Token("school");
        var before = await Known(server);

        await using var echo = await Echo(sample);
        var (bare, _) = await Run(new Uri(echo.Urls.First()), token, reports);
        var (ours, cuts) = await Run(server.City.Server, token, reports);
        await server.Quiet();

        var receipts = ours.Values.Select(t => t.Number!).ToList();
        var made = (await Known(server)).Except(before).ToHashSet();
        var lost = receipts.Count(r => !made.Contains(r));
        var doubled = made.Except(receipts).Count() + receipts.Count - receipts.Distinct().Count();
        var beyond = Figure.Of(0, [.. ours.Select(t => t.Value.Milliseconds - bare[t.Key].Milliseconds)]);
        var (line, whole) = (Figure.Of(0, [.. bare.Values.Select(t => t.Milliseconds)]), Figure.Of(0, [.. ours.Values.Select(t => t.Milliseconds)]));
        server.Table.Add($"tap Submit → receipt over 3G with 5 % loss, {Phones} phones, {reports} reports", $"p50 {line.P50:0}, p99 {line.P99:0} ms",
            $"p50 {whole.P50:0}, p99 {whole.P99:0} ms", $"beyond the line p50 {beyond.P50:0}, p99 {beyond.P99:0} ms", "p99 ≤ 500 ms beyond");
        server.Table.Add($"… {cuts} connections cut, {ours.Values.Sum(t => t.Tries - 1)} tries again with the same key", "", $"lost {lost}, doubled {doubled}", "", "0, 0");
    }

    private static async Task<HashSet<string>> Known(ServerUnderLoad server)
    {
        var numbers = new HashSet<string>();
        await using var ask = server.Database.CreateCommand("select number from hotline.files where kind = 'report'");
        await using var reader = await ask.ExecuteReaderAsync();
        while (await reader.ReadAsync()) numbers.Add(reader.GetString(0));
        return numbers;
    }

    private static async Task<(IReadOnlyDictionary<int, Tap> Taps, int Cuts)> Run(Uri server, string token, int reports)
    {
        await using var line = ThreeG.Before(server);
        var (taps, next) = (new ConcurrentDictionary<int, Tap>(), -1);
        await Task.WhenAll(Enumerable.Range(0, Phones).Select(_ => Task.Run(async () =>
        {
            for (int n; (n = Interlocked.Increment(ref next)) < reports;) taps[n] = await Submit(line, server, token, n);
        })));
        return (taps, line.Cuts);
    }

    /// <summary>A phone that does not give up: the same key until there is a receipt.</summary>
    private static async Task<Tap> Submit(ThreeG line, Uri server, string token, int n)
    {
        var (key, began) = (Guid.CreateVersion7().ToString(), TimeProvider.System.GetTimestamp());
        for (var tries = 1; ; tries++)
        {
            Interruption.Heed();
            try
            {
                using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancel) => Dial(line, (n * TriesMax) + tries, cancel) });
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/api/reports"))
                {
                    Content = new StringContent(Reporting.Of("T3", n), Encoding.UTF8, "application/json"),
                };
                request.Headers.Add("Authorization", $"Bearer {token}");
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await http.SendAsync(request);
                var body = await answer.Content.ReadAsStringAsync();
                if (!answer.IsSuccessStatusCode && (int)answer.StatusCode < 500) throw new InvalidOperationException($"A report was refused: {answer.StatusCode} {body}");
                if (answer.IsSuccessStatusCode)
                    return new(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, (string?)JsonNode.Parse(body)!["reportNumber"], tries);
            }
            catch (HttpRequestException) when (tries < TriesMax) { }
            await Task.Delay(TryAgainAfter);
        }
    }

    private static async ValueTask<Stream> Dial(ThreeG line, int number, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(line.Address, cancel);
        var preamble = new byte[ThreeG.PreambleBytes];
        BinaryPrimitives.WriteInt32LittleEndian(preamble, number);
        await socket.SendAsync(preamble, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<WebApplication> Echo(string receipt)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/api/reports", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.Text(receipt, "application/json", statusCode: 201);
        });
        await app.StartAsync();
        return app;
    }
}
