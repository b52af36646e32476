using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Hotline.Api.Tests.Hosting;

/// <summary>The server as an operator starts it, in a process of its own with a data directory of its own.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly Process process;
    private readonly Task<string> errors;
    private readonly ConcurrentQueue<string> log = [];

    private ServerProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
    }

    public static ServerProcess Start(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hotline.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in settings) start.Environment["HOTLINE__" + name] = value;
        return new(Process.Start(start)!);
    }

    /// <summary>Exit code and stderr of a start that ends by itself.</summary>
    public static async Task<(int ExitCode, string Errors)> Run(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var server = Start(settings, arguments);
        return await server.End();
    }

    public async Task<(int ExitCode, string Errors)> End()
    {
        using var limit = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await errors);
    }

    public async Task<(int ExitCode, string Errors)> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        return await End();
    }

    public int Id => process.Id;

    public bool Ended => process.HasExited;

    public void Kill() => process.Kill();

    /// <summary>What the server has logged so far, a line each.</summary>
    public IReadOnlyCollection<string> Log => log;

    public async Task Answers(string url)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Eventually(async () =>
        {
            process.HasExited.ShouldBeFalse(Said());
            try
            {
                return (await http.GetAsync(url + "/health/live")).IsSuccessStatusCode;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }, Said);
    }

    private string Said() => string.Join('\n', log.TakeLast(10));

    public static async Task Eventually(Func<Task<bool>> condition, Func<string>? said = null, TimeSpan? within = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(within ?? Patience, said?.Invoke() ?? "it did not come true in time");
            await Task.Delay(50);
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await Terminate();
        process.Dispose();
    }
}
