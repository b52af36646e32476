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
        Task<TailBatch>? ahead = null;
        var savedAt = Environment.TickCount64;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!read) Interlocked.Exchange(ref position, saved = await store.ReadProgress(ProgressName, stopping));
                read = true;
                var woken = store.WaitForAppend(Poll, stopping);
                var batch = await (ahead ?? store.ReadTail(Position, BatchMax, stopping));
                // More stands behind a full batch: it is fetched while this one is worked through.
                ahead = batch.Events.Count < BatchMax ? null : store.ReadTail(batch.Position, BatchMax, stopping);
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
                ahead = null;
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
        var streams = events.Where(e => kinds.Find(e.StreamKind) is not null).GroupBy(e => e.Stream).ToList();
        if (streams.Count == 0) return;
        var rows = await files.Versions([.. streams.Select(s => s.Key)], cancel);
        var stale = streams.Where(s => !rows.TryGetValue(s.Key, out var shown) || shown < s.Last().Version).ToList();
        if (stale.Count == 0) return;
        // A stream that begins in this batch is here as a whole; only of older ones the beginning is fetched.
        var older = stale.Where(s => s.First().Version > 1).ToList();
        var fetched = older.Count == 0 ? [] : await store.ReadMany([.. older.Select(s => s.Key)], cancel);
        var changes = stale.Except(older).Concat(fetched.GroupBy(e => e.Stream))
            .SelectMany(s => RowsOf(kinds[s.First().StreamKind!], s)).ToList();
        if (changes.Count > 0) await store.SaveProgress(ProgressName, Position, changes, cancel);
    }

    private static IEnumerable<RowChange> RowsOf(StreamKind kind, IGrouping<Guid, StoredEvent> stream) => kind.Rows(kind.Fold(stream.Key, stream));
}

internal static partial class FeedLog
{
    [LoggerMessage(4101, LogLevel.Warning, "The change feed stumbled and goes on")]
    public static partial void FeedStumbled(this ILogger log, Exception broken);
}
