using System.Collections.Immutable;

namespace Hotline.Store;

/// <summary>Gathers commands that arrive while others are being committed, and hands them to the database together. Nobody
/// waits for company: whoever finds a free writer goes at once and alone.</summary>
/// <remarks>Two commands that touch one stream, row or timer are never in flight in two batches, nor together in one: they
/// go one after another, in the order of their arrival.</remarks>
/// <param name="time">Machine time.</param>
/// <param name="write">Writes a batch; answers the end of each command, in their order. Never throws.</param>
internal sealed class AppendQueue(TimeProvider time, Func<ImmutableArray<CommandShape>, Task<ImmutableArray<Task<Appended>>>> write)
{
    /// <summary>More than this would make everybody wait for the slowest.</summary>
    public const int BatchMax = 256;

    /// <summary>Enough to prepare the next batch while the last one is flushed; on a fast disk more only make batches smaller.</summary>
    public const int WritersMin = 2;

    /// <summary>Opened one by one where flushes are slow: a commit in its flush costs no processor.</summary>
    public const int WritersMax = 8;

    /// <summary>What executing takes at most on a machine with work to do; a batch that is out for longer sits in its commit.</summary>
    private static readonly TimeSpan Executing = TimeSpan.FromMilliseconds(1), ExecutingEach = TimeSpan.FromMicroseconds(40);

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _waiting = [];
    private readonly HashSet<object> _touched = [];
    private readonly List<Batch> _inFlight = [];
    private bool _looking;

    private sealed record Entry(CommandShape Shape, ImmutableArray<object> Touches)
    {
        public TaskCompletionSource<Appended> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Batch(ImmutableArray<Entry> Entries, long SentAt);

    public Task<Appended> Append(CommandShape shape)
    {
        var entry = new Entry(shape, Touches(shape));
        Batch? batch;
        lock (_lock)
        {
            _waiting.AddLast(entry);
            batch = _inFlight.Count < WritersMin || EveryoneCommits() ? Next() : null;
            if (batch is null && !_looking)
            {
                _looking = true;
                _ = LookLater();
            }
        }
        _ = Drain(batch);
        return entry.End.Task;
    }

    /// <summary>A writer: goes on as long as somebody waits whom nobody else's batch touches.</summary>
    private async Task Drain(Batch? batch)
    {
        while (batch is not null)
        {
            var ends = await write([.. batch.Entries.Select(e => e.Shape)]);
            var done = batch;
            lock (_lock)
            {
                _inFlight.Remove(done);
                foreach (var entry in done.Entries) _touched.ExceptWith(entry.Touches);
            }
            for (var i = 0; i < ends.Length; i++) done.Entries[i].End.SetFromTask(ends[i]);
            lock (_lock) batch = Next();
        }
    }

    /// <summary>Those who wait and touch nothing that is in flight, nor anything that somebody before them waits for.</summary>
    private Batch? Next()
    {
        if (_waiting.Count == 0) return null;
        var entries = ImmutableArray.CreateBuilder<Entry>();
        var waitedFor = new HashSet<object>();
        for (var node = _waiting.First; node is not null && entries.Count < BatchMax;)
        {
            var (entry, next) = (node.Value, node.Next);
            var alone = !GroupStatement.Fits(entry.Shape);
            if (entry.Touches.Any(t => _touched.Contains(t) || waitedFor.Contains(t)) || (alone && entries.Count > 0))
            {
                waitedFor.UnionWith(entry.Touches);
            }
            else
            {
                _waiting.Remove(node);
                _touched.UnionWith(entry.Touches);
                entries.Add(entry);
                if (alone) break;
            }
            node = next;
        }
        if (entries.Count == 0) return null;
        var batch = new Batch(entries.DrainToImmutable(), time.GetTimestamp());
        _inFlight.Add(batch);
        return batch;
    }

    private bool EveryoneCommits() => _inFlight.Count < WritersMax
        && _inFlight.TrueForAll(b => time.GetElapsedTime(b.SentAt) > Executing + ExecutingEach * b.Entries.Length);

    /// <summary>Those who wait are looked at again, should nobody arrive or come back before everyone commits.</summary>
    private async Task LookLater()
    {
        await Task.Delay(Executing, time);
        Batch? batch;
        lock (_lock)
        {
            batch = EveryoneCommits() ? Next() : null;
            _looking = _waiting.Count > 0 && _inFlight.Count > 0;
            if (_looking) _ = LookLater();
        }
        await Drain(batch);
    }

    /// <summary>By what two commands could get into each other's way.</summary>
    private static ImmutableArray<object> Touches(CommandShape shape) =>
    [
        .. shape.Streams.Select(s => (object)s.Stream),
        .. shape.Claims.Concat(shape.Rows).Select(r => (object)RowKey.Of(r)),
        .. shape.Timers.Select(t => t.Key),
        .. shape.Command.Outbox.Select(m => (object)m.Id),
    ];
}
