using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Hotline.Benchmarks.Server.Growth;

/// <summary>People without an account, each from an address of their own, who look up how their report stands. The public door
/// slows down whoever comes too often from one address.</summary>
internal sealed class Passers(Uri server, int callers) : IDisposable
{
    private const int RequestsEach = 20, Reports = 100, Hosts = 250;
    private readonly (HttpClient? Http, int Left)[] people = new (HttpClient?, int)[callers];
    private readonly List<string> codes = [];
    private int address;

    public async Task File()
    {
        for (var n = 0; n < Reports; n++)
        {
            using var body = new StringContent(Reporting.Of("T4", n), Encoding.UTF8, "application/json");
            using var answer = await Somebody(0).PostAsync(new Uri(server, "/api/public/reports"), body);
            answer.EnsureSuccessStatusCode();
            codes.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["lookupCode"]!.GetValue<string>());
        }
    }

    public async Task LookUp(int caller)
    {
        using var answer = await Somebody(caller).GetAsync(new Uri(server, $"/api/public/reports/{codes[caller * 7 % codes.Count]}"));
        answer.EnsureSuccessStatusCode();
    }

    private HttpClient Somebody(int caller)
    {
        if (people[caller] is { Left: > 0, Http: { } known })
        {
            people[caller].Left--;
            return known;
        }
        people[caller].Http?.Dispose();
        var n = Interlocked.Increment(ref address);
        var from = new IPEndPoint(new IPAddress(new byte[] { 127, (byte)(1 + (n / (Hosts * Hosts))), (byte)(n / Hosts % Hosts), (byte)(1 + (n % Hosts)) }), 0);
        var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(from);
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        people[caller] = (http, RequestsEach - 1);
        return http;
    }

    public void Dispose()
    {
        foreach (var (http, _) in people) http?.Dispose();
    }
}
