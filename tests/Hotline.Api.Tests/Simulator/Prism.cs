using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hotline.Api.Tests.Simulator;

/// <summary>The npm package Prism as a proxy before the simulator. It reads the provider's description by itself and holds both sides
/// against it: nobody here wrote a line of it.</summary>
internal sealed class Prism : IAsyncDisposable
{
    /// <summary>What it found wrong with a request or its answer, as JSON.</summary>
    public const string Header = "sl-violations";
    private const int StartSeconds = 60;
    private static readonly string Folder = Path.Combine(TwilioFiles.Folder(), "..", "prism");
    private readonly ConcurrentQueue<string> said = new();
    private readonly Process process;

    public string Url { get; }

    private Prism(string simulator)
    {
        Url = FreeUrl();
        var start = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])[
            "node_modules/@stoplight/prism-cli/dist/index.js", "proxy", "-h", "127.0.0.1", "-p", $"{new Uri(Url).Port}", "-v", "warn",
            "../twilio/twilio_api_v2010.strict.json", simulator])
            start.ArgumentList.Add(word);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static async Task<Prism> Before(string simulator)
    {
        await Installed.Value;
        var prism = new Prism(simulator);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(StartSeconds));
        while (!await prism.Listens())
        {
            if (prism.process.HasExited || limit.IsCancellationRequested) throw new ShouldAssertException($"Prism does not listen: {string.Join('\n', prism.said)}");
            await Task.Delay(50);
        }
        return prism;
    }

    private async Task<bool> Listens()
    {
        using var line = new TcpClient();
        try
        {
            await line.ConnectAsync(IPAddress.Loopback, new Uri(Url).Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Once a run.</summary>
    private static readonly Lazy<Task> Installed = new(async () =>
    {
        if (File.Exists(Path.Combine(Folder, "node_modules", "@stoplight", "prism-cli", "dist", "index.js"))) return;
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        npm.ExitCode.ShouldBe(0, "npm ci in tests/prism: " + await output + await error);
    });

    private static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>An exchange with the gateway, and what its judges say.</summary>
/// <param name="Names">Names and values that the description does not know: Prism drops unknown names without a word.</param>
internal sealed record Judged(string Operation, int Status, string? Violations, IReadOnlyList<string> Names);

/// <summary>Stands where our requests leave the house and notes what Prism says of each.</summary>
internal sealed class Hearing(ConcurrentQueue<Judged> heard) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var form = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancel);
        var names = TwilioDescription.CheckRequest(request, form);
        var answer = await base.SendAsync(request, cancel);
        var resource = request.RequestUri!.AbsolutePath.Split('/', 5)[^1];
        heard.Enqueue(new(
            $"{request.Method} {(resource.Contains('/', StringComparison.Ordinal) ? resource[..resource.IndexOf('/', StringComparison.Ordinal)] + "/{Sid}.json" : resource)}",
            (int)answer.StatusCode, answer.Headers.TryGetValues(Prism.Header, out var wrong) ? string.Join(' ', wrong) : null, names));
        return answer;
    }
}
