using System.Collections.Immutable;
using System.Text.Json;

namespace Hotline.Store;

/// <summary>The twin of <see cref="PostgresStore"/> in memory, for simulations that replay a night in a second. It passes the
/// same contract suite; it is no database and outlives nothing.</summary>
public sealed class MemoryStore(TimeProvider time) : IEventStore
{
    private readonly Lock _lock = new();
    private readonly Signal _signal = new(time);
    private readonly List<StoredEvent> _events = [];
    private readonly Dictionary<Guid, List<StoredEvent>> _streams = [];
    private readonly Dictionary<RowKey, ImmutableArray<object?>> _rows = [];
    private readonly Dictionary<string, long> _progress = [];
    private readonly List<Effect> _outbox = [];
    private readonly Dictionary<string, Timer> _timers = [];
    private readonly Dictionary<string, Holding> _leases = [];

    private sealed record Holding(string Holder, DateTimeOffset Until);

    private sealed class Effect(OutboxMessage message)
    {
        public OutboxMessage Message => message;
        public DateTimeOffset? ReadyAt { get; set; } = message.NotBefore;
        public int Attempts { get; set; }
        public Holding? Lease { get; set; }
    }

    private sealed record Timer(TimerChange.Set Set, Holding? Lease);

    public Task<Appended> Append(StoreCommand command, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var shape = CommandShape.Of(command);
        Appended end;
        lock (_lock)
        {
            end = Judge(shape) ?? Write(shape);
        }
        if (end is Appended.Done) _signal.Set();
        return Task.FromResult(end);
    }

    private Appended? Judge(CommandShape shape)
    {
        foreach (var claim in shape.Claims)
            if (_rows.ContainsKey(RowKey.Of(claim))) return new Appended.KeyTaken(claim.Set.Table, RowKey.Of(claim).Parts);
        foreach (var write in shape.Streams)
            if (Version(write.Stream) != write.Expected) return new Appended.VersionMoved(write.Stream, Version(write.Stream));
        if (shape.Command.Outbox.Any(m => _outbox.Exists(e => e.Message.Id == m.Id)))
            return new Appended.RolledBack(new InvalidOperationException("An effect with this id waits already."));
        var json = shape.Streams.SelectMany(s => s.Events).Select(e => e.Data).Concat(Json([.. shape.Claims, .. shape.Rows]));
        return json.Select(Unreadable).FirstOrDefault(e => e is not null) is { } why ? new Appended.RolledBack(why) : null;
    }

    private Appended.Done Write(CommandShape shape)
    {
        var command = shape.Command;
        foreach (var write in shape.Streams)
        {
            if (!_streams.TryGetValue(write.Stream, out var stream)) _streams[write.Stream] = stream = [];
            foreach (var e in write.Events)
            {
                stream.Add(new(_events.Count + 1, e.Id, write.Stream, stream.Count > 0 ? stream[0].StreamKind : write.Kind,
                    stream.Count + 1, e.Type, e.Data, shape.At, command.UserName, command.CorrelationId, command.Id.ToString()));
                _events.Add(stream[^1]);
            }
        }
        foreach (var row in shape.Claims) _rows[RowKey.Of(row)] = row.Values;
        WriteRows(shape.Rows);
        _outbox.AddRange(command.Outbox.Select(m => new Effect(m)));
        foreach (var timer in shape.Timers)
        {
            if (timer is TimerChange.Set set) _timers[set.Key] = new(set with { DueAt = ColumnTypes.Moment(set.DueAt) }, null);
            else _timers.Remove(timer.Key);
        }
        return new(shape.Streams.Any(s => s.Events.Length > 0) ? _events.Count : 0);
    }

    private void WriteRows(IEnumerable<RowChange> rows)
    {
        foreach (var row in rows)
        {
            var key = RowKey.Of(row);
            var there = _rows.TryGetValue(key, out var current);
            if (row.Op == RowOp.Delete) _rows.Remove(key);
            else if (!there) _rows[key] = row.Values;
            else if (row.Op == RowOp.Upsert && CommandShape.Version(row) >= CommandShape.Version(row with { Values = current }))
                _rows[key] = row.Values;
        }
    }

    private long Version(Guid stream) => _streams.TryGetValue(stream, out var events) ? events.Count : 0;

    private static IEnumerable<string> Json(IEnumerable<RowChange> rows) => rows.SelectMany(r =>
        r.Values.Where((v, i) => v is not null && r.Set.Columns[i].Type == "jsonb").Cast<string>());

    private static JsonException? Unreadable(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            // jsonb keeps no NUL, and neither do we.
            return json.Contains("\\u0000", StringComparison.Ordinal) ? new JsonException("NUL in a text.") : null;
        }
        catch (JsonException e)
        {
            return e;
        }
    }

    public Task<IReadOnlyList<StoredEvent>> Read(Guid stream, long afterVersion = 0, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StoredEvent>>(
                _streams.TryGetValue(stream, out var events) ? [.. events.Skip((int)Math.Max(0, afterVersion))] : []);
        }
    }

    public Task<IReadOnlyList<StoredEvent>> ReadMany(IReadOnlyCollection<Guid> streams, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StoredEvent>>(
                [.. streams.Distinct().SelectMany(s => _streams.TryGetValue(s, out var events) ? events : Enumerable.Empty<StoredEvent>())]);
        }
    }

    public Task<TailBatch> ReadTail(long afterSeq, int limit, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            StoredEvent[] events = [.. _events.Skip((int)afterSeq).Take(limit)];
            return Task.FromResult(new TailBatch(events, events.Length > 0 ? events[^1].Seq : afterSeq));
        }
    }

    /// <summary>A row as it stands, or null: what a query would find.</summary>
    public ImmutableArray<object?>? Row(RowSet set, params ReadOnlySpan<object?> key)
    {
        ImmutableArray<object?> parts = [.. key];
        lock (_lock)
        {
            var normal = parts.Select((p, i) => ColumnTypes.Normal(set.Columns[i], p)).ToImmutableArray();
            return _rows.TryGetValue(new(set.Table, normal), out var row) ? row : null;
        }
    }

    /// <summary>All rows of a set, in no promised order.</summary>
    public IReadOnlyList<ImmutableArray<object?>> Rows(RowSet set)
    {
        lock (_lock) return [.. _rows.Where(r => r.Key.Table == set.Table).Select(r => r.Value)];
    }

    /// <summary>When the next timer or message can be leased that cannot be yet; null when nothing waits. Tells a simulation where to
    /// move its clock.</summary>
    public DateTimeOffset? NextReady(DateTimeOffset now)
    {
        static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset? b) => (a > b || b is null ? a : b) ?? DateTimeOffset.MinValue;
        lock (_lock)
        {
            // A lease holds to its last moment and no longer.
            var ready = _timers.Values.Select(t => Later(t.Set.DueAt, t.Lease?.Until.AddTicks(1)))
                .Concat(_outbox.Select(e => Later(e.ReadyAt, e.Lease?.Until.AddTicks(1))));
            return ready.Where(at => at > now).Select(at => (DateTimeOffset?)at).Min();
        }
    }

    public Task<IReadOnlyList<OutboxItem>> LeaseOutbox(
        string holder, TimeSpan lease, int limit, bool urgentOnly = false, CancellationToken cancel = default)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var free = _outbox.Where(e => !(e.ReadyAt > now) && !(e.Lease?.Until >= now));
            Effect[] ready = [.. (urgentOnly ? free.Where(e => e.Message.Urgency > 0).OrderByDescending(e => e.Message.Urgency) : free).Take(limit)];
            var items = new List<OutboxItem>();
            foreach (var effect in ready)
            {
                items.Add(new(effect.Message.Id, effect.Message.Topic, effect.Message.Payload, ++effect.Attempts, effect.Lease is not null));
                effect.Lease = new(holder, now + lease);
            }
            return Task.FromResult<IReadOnlyList<OutboxItem>>(items);
        }
    }

    public Task<bool> CompleteOutbox(Guid id, string holder, CancellationToken cancel = default)
    {
        lock (_lock) return Task.FromResult(_outbox.RemoveAll(e => e.Message.Id == id && e.Lease?.Holder == holder) > 0);
    }

    public Task<bool> RetryOutbox(Guid id, string holder, TimeSpan wait, string why, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_outbox.Find(e => e.Message.Id == id && e.Lease?.Holder == holder) is not { } effect) return Task.FromResult(false);
            effect.Lease = null;
            effect.ReadyAt = time.GetUtcNow() + wait;
            return Task.FromResult(true);
        }
    }

    public Task<bool> HurryOutbox(Guid id, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_outbox.Find(e => e.Message.Id == id && !(e.Lease?.Until > time.GetUtcNow())) is not { } effect) return Task.FromResult(false);
            effect.ReadyAt = null;
        }
        _signal.Set();
        return Task.FromResult(true);
    }

    public Task<IReadOnlyList<TimerItem>> LeaseTimers(
        string holder, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel = default)
    {
        var machine = time.GetUtcNow();
        lock (_lock)
        {
            TimerChange.Set[] due =
            [
                .. _timers.Values.Where(t => t.Set.DueAt <= ColumnTypes.Moment(now) && !(t.Lease?.Until >= machine)).Select(t => t.Set)
                    .OrderBy(t => t.DueAt).ThenBy(t => t.Key, StringComparer.Ordinal).Take(limit),
            ];
            foreach (var timer in due) _timers[timer.Key] = new(timer, new(holder, machine + lease));
            return Task.FromResult<IReadOnlyList<TimerItem>>(
                [.. due.Select(t => new TimerItem(t.Key, t.Kind, t.Stream, t.DueAt, t.Payload))]);
        }
    }

    public Task ReleaseTimer(string key, string holder, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (!_timers.TryGetValue(key, out var timer) || timer.Lease?.Holder != holder) return Task.CompletedTask;
            _timers[key] = timer with { Lease = null };
        }
        _signal.Set();
        return Task.CompletedTask;
    }

    public Task<bool> HoldLease(string name, string holder, TimeSpan lease, CancellationToken cancel = default)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_leases.TryGetValue(name, out var held) && held.Holder != holder && held.Until >= now) return Task.FromResult(false);
            _leases[name] = new(holder, now + lease);
            return Task.FromResult(true);
        }
    }

    public Task ReleaseLease(string name, string holder, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_leases.TryGetValue(name, out var held) && held.Holder == holder) _leases.Remove(name);
        }
        return Task.CompletedTask;
    }

    public Task<long> ReadProgress(string name, CancellationToken cancel = default)
    {
        lock (_lock) return Task.FromResult(_progress.GetValueOrDefault(name));
    }

    public Task SaveProgress(string name, long seq, IReadOnlyCollection<RowChange> rows, CancellationToken cancel = default)
    {
        if (rows.Any(r => r.Op == RowOp.Claim)) throw new ArgumentException("A reader of the tail claims nothing.");
        var net = CommandShape.Net(rows);
        if (Json(net).Select(Unreadable).FirstOrDefault(e => e is not null) is { } why) return Task.FromException(why);
        lock (_lock)
        {
            WriteRows(net);
            _progress[name] = seq;
        }
        return Task.CompletedTask;
    }

    public Task WaitForAppend(TimeSpan atMost, CancellationToken cancel = default) => _signal.Wait(atMost, cancel);

    public void Wake() => _signal.Set();
}
