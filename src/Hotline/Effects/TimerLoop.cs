using System.Collections.Immutable;
using Hotline.Store;

namespace Hotline.Effects;

/// <summary>Fires due timers in due order. Never sleeps longer than a second, so a moved clock or a peer's timer is seen.</summary>
public sealed class TimerLoop(IEventStore store, IBusinessClock clock, IEnumerable<ITimerHandler> handlers, ILogger<TimerLoop> log)
    : BackgroundService
{
    private const int BatchMax = 32;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SleepMax = TimeSpan.FromSeconds(1);

    /// <summary>Timers this close together are independent enough to fire side by side; later ones wait for what these set off.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(500);

    private readonly ImmutableDictionary<string, ITimerHandler> byKind = handlers.ToImmutableDictionary(h => h.Kind);
    private readonly string holder = $"timers-{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7():N}";
    private readonly SemaphoreSlim turn = new(1, 1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var woken = store.WaitForAppend(SleepMax, stopping);
                while (await FireDue(stopping) > 0) { }
                await woken;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { return; }
            catch (Exception broken)
            {
                log.LoopStumbled(broken);
                await Task.Delay(SleepMax, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Fires everything that is due by now and what it sets off in turn; for the demo clock.</summary>
    public async Task Drain(CancellationToken cancel)
    {
        while (await FireDue(cancel) > 0) cancel.ThrowIfCancellationRequested();
    }

    private async Task<int> FireDue(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var first = await store.LeaseTimers(holder, clock.Now, Lease, 1, cancel);
            if (first.Count == 0) return 0;
            var until = first[0].DueAt + Together;
            var rest = await store.LeaseTimers(holder, until < clock.Now ? until : clock.Now, Lease, BatchMax - 1, cancel);
            var byStream = first.Concat(rest).GroupBy(t => t.Stream);
            await Task.WhenAll(byStream.Select(group => FireInOrder(group.OrderBy(t => t.DueAt), cancel)));
            return 1 + rest.Count;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task FireInOrder(IEnumerable<TimerItem> timers, CancellationToken cancel)
    {
        foreach (var timer in timers)
        {
            try
            {
                if (!byKind.TryGetValue(timer.Kind, out var handler)) throw new InvalidOperationException($"No handler for timer kind {timer.Kind}.");
                await handler.Fire(timer, timer.DueAt, cancel);
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                log.TimerFailed(broken, timer.Kind, timer.Stream); // The lease keeps it back a while; then it fires again.
            }
        }
    }
}

internal static partial class TimerLog
{
    [LoggerMessage(3201, LogLevel.Warning, "The timer loop stumbled and goes on")]
    public static partial void LoopStumbled(this ILogger log, Exception broken);

    [LoggerMessage(3202, LogLevel.Error, "Timer {Kind} of {Stream} failed; it fires again after its lease")]
    public static partial void TimerFailed(this ILogger log, Exception broken, string kind, Guid stream);
}
