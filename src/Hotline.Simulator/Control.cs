using System.Xml;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator;

/// <param name="Now">What the server's clock shows; or</param>
/// <param name="Offset">how far it is ahead of the system's, in ISO 8601; or</param>
/// <param name="Advance">how far to move it on.</param>
public sealed record ClockMove(DateTimeOffset? Now, string? Offset, string? Advance);

/// <param name="On">False: texts and calls go their way, and nothing of it is told.</param>
public sealed record CallbackSwitch(bool On);

/// <summary>What a test or the server tells the simulator about itself.</summary>
public static class Control
{
    public static void Map(WebApplication app)
    {
        var control = app.MapGroup("/control");
        control.MapGet("/clock", (SimulatedClock clock) => Clock(clock));
        control.MapPost("/clock", (ClockMove move, SimulatedClock clock) =>
        {
            try
            {
                if (move.Now is { } now) clock.Follow(now);
                if (move.Offset is { } offset) clock.SetOffset(XmlConvert.ToTimeSpan(offset));
                if (move.Advance is { } advance) clock.Advance(XmlConvert.ToTimeSpan(advance));
                return Clock(clock);
            }
            catch (Exception trouble) when (trouble is FormatException or OverflowException or ArgumentException)
            {
                return Phones.PhonesApi.Refused(422, "时长须为 ISO 8601，例如 PT30M。",
                    "Durations are ISO 8601, such as PT30M.");
            }
        });
        control.MapPost("/demo-clock",
            async (ClockMove move, ClockFollower follower, SimulatedClock clock, CancellationToken cancel) =>
            move.Advance is { } by && await follower.Advance(by, cancel)
                ? Clock(clock)
                : Phones.PhonesApi.Refused(502, "服务器没有拨动时钟。", "The server did not move its clock."));
        control.MapPut("/callbacks", (CallbackSwitch callbacks, World world) =>
        {
            world.Callbacks = callbacks.On;
            return Results.NoContent();
        });
        control.MapPut("/queues", (QueueRule rule, World world) =>
        {
            world.Queues = rule;
            return Results.NoContent();
        });
        control.MapGet("/faults", (Faults faults) => faults.Waiting());
        control.MapPost("/faults", (Fault fault, Faults faults) =>
        {
            if (!Faults.Kinds.Contains(fault.Kind))
                return Phones.PhonesApi.Refused(422, "没有这种故障。", $"Kinds: {string.Join(", ", Faults.Kinds)}.");
            faults.Add(fault);
            return Results.NoContent();
        });
        control.MapDelete("/faults", (Faults faults) =>
        {
            faults.Clear();
            return Results.NoContent();
        });
    }

    static IResult Clock(SimulatedClock clock) =>
        Results.Json(new { now = clock.Now, offset = XmlConvert.ToString(clock.Offset) });
}
