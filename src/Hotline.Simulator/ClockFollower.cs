using System.Globalization;
using Hotline.Simulator.City;

namespace Hotline.Simulator;

/// <summary>Keeps the simulator's time at the server's: looks every second, and moves it when a person asks.</summary>
public sealed class ClockFollower(SimulatorOptions options, SimulatedClock clock, HotlineClient hotline)
    : BackgroundService
{
    static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.FollowClock) return;
        using var beat = new PeriodicTimer(LookEvery);
        while (await beat.WaitForNextTickAsync(stoppingToken))
            Follow(await hotline.Send(HttpMethod.Get, "/api/demo/clock", null, null, null, stoppingToken));
    }

    /// <summary>Moves the server's demo clock as its administrator; false when the server did not.</summary>
    public async Task<bool> Advance(string by, CancellationToken cancel)
    {
        var body = new System.Text.Json.Nodes.JsonObject { ["advance"] = by };
        return Follow(await hotline.Send(HttpMethod.Post, "/api/demo/clock", body, "admin", null, cancel));
    }

    bool Follow(HotlineAnswer answer)
    {
        if (!answer.Good || (string?)answer.Body?["now"] is not { } text) return false;
        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var now)) return false;
        clock.Follow(now);
        return true;
    }
}
