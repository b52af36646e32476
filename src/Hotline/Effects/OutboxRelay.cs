using System.Collections.Immutable;
using Hotline.Store;

namespace Hotline.Effects;

/// <summary>Competes with the relays of other nodes for outbox rows and carries them out. Never gives a row up: what fails
/// waits longer and longer, at most <see cref="WaitMax"/>, and is tried again.</summary>
/// <remarks>Urgent rows have places of their own, so that an emergency never stands behind a jam; all others go in order whatever
/// the urgent ones do, so that nothing starves.</remarks>
public sealed class OutboxRelay(IEventStore store, IEnumerable<IOutboxHandler> handlers, ILogger<OutboxRelay> log) : BackgroundService
{
    private const int BatchMax = 32;
    private const int UrgentMax = 16;
    /// <summary>Longer than any request to a gateway may take; as short as that, since a killed node keeps its pages this long.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly ImmutableDictionary<string, IOutboxHandler> byTopic = handlers.ToImmutableDictionary(h => h.Topic);
    private readonly string holder = $"relay-{Environment.MachineName}-{Environment.ProcessId}-{Guid.CreateVersion7():N}";

    protected override Task ExecuteAsync(CancellationToken stopping) =>
        Task.WhenAll(Run(BatchMax, urgentOnly: false, stopping), Run(UrgentMax, urgentOnly: true, stopping));

    private async Task Run(int places, bool urgentOnly, CancellationToken stopping)
    {
        var running = new HashSet<Task>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                running.RemoveWhere(t => t.IsCompleted);
                var woken = store.WaitForAppend(Poll, stopping);
                var free = places - running.Count;
                var items = free > 0 ? await store.LeaseOutbox(holder, Lease, free, urgentOnly, stopping) : [];
                foreach (var item in items) running.Add(Carry(item, stopping));
                // Every place is taken: whoever is done first makes room, appends or not.
                await Task.WhenAny(items.Count < free ? [woken] : running);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { break; }
            catch (Exception broken)
            {
                log.RelayStumbled(broken);
                await Task.Delay(Poll, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Carry(OutboxItem item, CancellationToken stopping)
    {
        OutboxEnd end;
        try
        {
            end = byTopic.TryGetValue(item.Topic, out var handler)
                ? await handler.Deliver(item, stopping)
                : new OutboxEnd.Again(WaitMax, "no handler on this node");
        }
        catch (Exception broken)
        {
            log.DeliveryFailed(broken, item.Topic, item.Id, item.Attempt);
            end = new OutboxEnd.Again(TimeSpan.FromSeconds(Math.Min(WaitMax.TotalSeconds, Math.Pow(2, Math.Min(item.Attempt, 6)) / 2)), broken.GetType().Name);
        }
        try
        {
            if (end is OutboxEnd.Again again) await store.RetryOutbox(item.Id, holder, again.Wait, again.Why, CancellationToken.None);
            else await store.CompleteOutbox(item.Id, holder, CancellationToken.None);
        }
        catch (Exception broken)
        {
            log.RelayStumbled(broken); // The lease runs out and the row is taken over.
        }
    }
}

internal static partial class RelayLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The relay stumbled and goes on")]
    public static partial void RelayStumbled(this ILogger log, Exception broken);

    [LoggerMessage(3102, LogLevel.Warning, "Delivery of {Topic} {Id} failed at attempt {Attempt}; it is tried again")]
    public static partial void DeliveryFailed(this ILogger log, Exception broken, string topic, Guid id, int attempt);
}
