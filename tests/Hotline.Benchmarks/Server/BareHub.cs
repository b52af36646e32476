using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.Benchmarks.Server;

/// <summary>The limit of the hub's row: nothing but SignalR, in a process of its own, saying as much to as many. Started by
/// this program with the words <c>bare-hub PORT PER-SECOND BYTES</c>.</summary>
internal static class BareHub
{
    private sealed class Board : Microsoft.AspNetCore.SignalR.Hub;

    public static Process Start(int port, double perSecond, int bytes) => Process.Start(new ProcessStartInfo(
        Environment.ProcessPath!, [.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? new[] { typeof(BareHub).Assembly.Location } : [],
            "bare-hub", $"{port}", perSecond.ToString(CultureInfo.InvariantCulture), $"{bytes}"])
    { RedirectStandardOutput = true })!;

    public static async Task Serve(int port, double perSecond, int bytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSignalR();
        await using var app = builder.Build();
        app.MapHub<Board>("/hub");
        await app.StartAsync();
        var hub = app.Services.GetRequiredService<IHubContext<Board>>();
        var text = new string('x', bytes);
        // Whoever started it ends it; and it ends by itself should that one die.
        for (var left = TimeSpan.FromMinutes(5); left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1 / perSecond))
        {
            await Task.Delay(TimeSpan.FromSeconds(1 / perSecond));
            await hub.Clients.All.SendAsync("Changed", text);
        }
    }
}
