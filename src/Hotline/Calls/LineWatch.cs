using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>Asks the gateway now and then who rang us. A call whose documents, fallback and callbacks all failed has left its trace
/// nowhere else, and somebody may have been in danger.</summary>
public sealed class LineWatch(Line line, TwilioClient gateway, TwilioSettings settings, TimeProvider time, ILogger<LineWatch> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>Longer than any outage we mean to survive unnoticed; a call that is known already costs one read.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var rounds = new PeriodicTimer(Every, time);
        while (await rounds.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            try
            {
                await Look(time.GetUtcNow() - Back, stopping);
            }
            catch (Exception broken) when (!stopping.IsCancellationRequested)
            {
                log.WatchStumbled(broken);
            }
        }
    }

    /// <summary>Hears of every inbound call since then that is over.</summary>
    public async Task Look(DateTimeOffset since, CancellationToken cancel)
    {
        foreach (var ours in new[] { settings.From, settings.PublicNumber }.Select(PhoneNumber.Parse).OfType<PhoneNumber>().Distinct())
            foreach (var call in await gateway.ListCalls(ours, since, cancel) ?? [])
                if (call.Status is "completed" or "busy" or "no-answer" or "failed" or "canceled") await line.Over(call.Sid, call.From, call.To);
    }
}
