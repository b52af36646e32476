using System.Collections.Immutable;
using System.Globalization;

namespace Hotline.Store;

/// <summary>A command made ready to write: checked, its values in their one shape, and at most one change left for each row
/// and each timer. Both stores start from it, so that they agree about odd commands too.</summary>
internal sealed record CommandShape(
    StoreCommand Command,
    ImmutableArray<StreamWrite> Streams,
    ImmutableArray<RowChange> Claims,
    ImmutableArray<RowChange> Rows,
    ImmutableArray<TimerChange> Timers)
{
    public DateTimeOffset At => ColumnTypes.Moment(Command.At);

    public static CommandShape Of(StoreCommand command)
    {
        var streams = command.Streams.Length < 2 ? command.Streams : command.Streams.Sort((a, b) => a.Stream.CompareTo(b.Stream));
        for (var i = 0; i < streams.Length; i++)
        {
            if (streams[i].Expected < 0) throw new ArgumentException("An expected version is never below 0.");
            if (streams[i] is { Expected: 0, Events.Length: 0 }) throw new ArgumentException("A stream begins with an event.");
            if (i > 0 && streams[i].Stream == streams[i - 1].Stream)
                throw new ArgumentException("A command writes each stream once.");
        }
        var claims = command.Rows.IsEmpty ? [] : Normal(command.Rows.Where(r => r.Op == RowOp.Claim));
        if (claims.Select(RowKey.Of).Distinct().Count() != claims.Length)
            throw new ArgumentException("A command claims each key once.");
        return new(command, streams, claims, Net(command.Rows), Net(command.Timers));
    }

    /// <summary>The changes as they stand after one another: what a later one says of the same row replaces the earlier.</summary>
    public static ImmutableArray<RowChange> Net(IReadOnlyCollection<RowChange> changes)
    {
        if (changes.Count == 0) return [];
        var rows = Normal(changes.Where(c => c.Op != RowOp.Claim));
        if (rows.Length < 2) return rows;
        var last = new OrderedDictionary<RowKey, RowChange>();
        foreach (var change in rows)
        {
            var key = RowKey.Of(change);
            last[key] = last.TryGetValue(key, out var earlier) ? After(earlier, change) : change;
        }
        return [.. last.Values];
    }

    private static RowChange After(RowChange earlier, RowChange later) => (earlier.Op, later.Op) switch
    {
        (RowOp.Upsert or RowOp.InsertIfAbsent, RowOp.InsertIfAbsent) => earlier,
        (RowOp.Delete, RowOp.InsertIfAbsent) => later with { Op = RowOp.Upsert },
        (RowOp.Upsert, RowOp.Upsert) => Version(later) >= Version(earlier) ? later : earlier,
        _ => later,
    };

    /// <summary>The version a row shows, or 0 where its set has none.</summary>
    public static long Version(RowChange change)
    {
        for (var i = 0; i < change.Values.Length; i++)
            if (change.Set.Columns[i].Name == change.Set.VersionColumn) return Convert.ToInt64(change.Values[i], CultureInfo.InvariantCulture);
        return 0;
    }

    private static ImmutableArray<RowChange> Normal(IEnumerable<RowChange> changes) => [.. changes.Select(Normal)];

    private static RowChange Normal(RowChange change)
    {
        var expected = change.Op == RowOp.Delete ? change.Set.KeyColumns : change.Set.Columns.Length;
        if (change.Values.Length != expected && !(change.Op == RowOp.Delete && change.Values.Length > expected))
            throw new ArgumentException($"{change.Set.Table}: {expected} values expected, {change.Values.Length} given.");
        var values = ImmutableArray.CreateBuilder<object?>(expected);
        for (var i = 0; i < expected; i++) values.Add(ColumnTypes.Normal(change.Set.Columns[i], change.Values[i]));
        return change with { Values = values.MoveToImmutable() };
    }

    private static ImmutableArray<TimerChange> Net(ImmutableArray<TimerChange> timers) => timers.Length < 2
        ? timers
        : [.. timers.Reverse().DistinctBy(t => t.Key).Reverse()];
}
