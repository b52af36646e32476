using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Dashboards;

/// <summary>Follows the tail on every node: brings rows up to the events (ours and foreign), then tells who watches here. The
/// inline write has done the rows already; this is their repair and their rebuild, by the same functions.</summary>
public sealed class Feed(IEventStore store, StreamKinds kinds, FileQueries files, ILogger<Feed> log) : BackgroundService
{
    public const string ProgressName = "hotline.files";
    private const int BatchMax = 1_000;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);
    private long position;

    /// <summary>Everything up to here is settled and shown by the rows.</summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Streams that changed, in the order of their last event, and the position they bring.</summary>
    public event Action<IReadOnlyList<StoredEvent>, long>? Moved;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var read = false;
        long saved = 0;
        var savedAt = Environment.TickCount64;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!read) Interlocked.Exchange(ref position, saved = await store.ReadProgress(ProgressName, stopping));
                read = true;
                var woken = store.WaitForAppend(Poll, stopping);
                var batch = await store.ReadTail(Position, BatchMax, stopping);
                if (batch.Position > Position) await Advance(batch, stopping);
                if (Position > saved && Environment.TickCount64 - savedAt > SaveEvery.TotalMilliseconds)
                {
                    await store.SaveProgress(ProgressName, saved = Position, [], stopping);
                    savedAt = Environment.TickCount64;
                }
                if (batch.Events.Count < BatchMax) await Pause(woken, batch, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested) { return; }
            catch (Exception broken)
            {
                log.FeedStumbled(broken);
                await Task.Delay(Poll, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>An append wakes us before its neighbours' gaps are settled; a short look again keeps a held gap from costing the
    /// whole poll.</summary>
    private static async Task Pause(Task woken, TailBatch batch, CancellationToken stopping) =>
        await Task.WhenAny(woken, Task.Delay(batch.Events.Count > 0 ? 20 : 200, stopping));

    private async Task Advance(TailBatch batch, CancellationToken cancel)
    {
        await Repair(batch.Events, cancel);
        Interlocked.Exchange(ref position, batch.Position);
        if (batch.Events.Count > 0) Moved?.Invoke(batch.Events, batch.Position);
    }

    /// <summary>Writes the row of each stream whose row is older than its events.</summary>
    private async Task Repair(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        if (events.Count == 0) return;
        var newest = events.Where(e => kinds.Find(e.StreamKind) is not null).GroupBy(e => e.Stream)
            .Select(g => (Stream: g.Key, Kind: g.First().StreamKind!, Version: g.Max(e => e.Version))).ToList();
        if (newest.Count == 0) return;
        var rows = await files.Versions([.. newest.Select(n => n.Stream)], cancel);
        var stale = newest.Where(n => !rows.TryGetValue(n.Stream, out var shown) || shown < n.Version).ToDictionary(n => n.Stream, n => n.Kind);
        if (stale.Count == 0) return;
        var changes = (await store.ReadMany(stale.Keys, cancel)).GroupBy(e => e.Stream)
            .SelectMany(g => kinds[stale[g.Key]].Rows(kinds[stale[g.Key]].Fold(g.Key, g))).ToList();
        if (changes.Count > 0) await store.SaveProgress(ProgressName, Position, changes, cancel);
    }
}

internal static partial class FeedLog
{
    [LoggerMessage(4101, LogLevel.Warning, "The change feed stumbled and goes on")]
    public static partial void FeedStumbled(this ILogger log, Exception broken);
}
