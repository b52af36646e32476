using System.Collections.Immutable;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>A whole command as ONE statement: it is its own transaction, so an append costs one round trip, and a refusal
/// needs no rollback. Each part is a common table expression that writes only when the parts before it let it.</summary>
/// <remarks>The last select answers four columns: streams as expected, claims taken, highest sequence number, and a guard
/// that divides by zero when a part has written although a later one refused: that alone needs the database to undo it.
/// </remarks>
internal static class AppendStatement
{
    public static Sql Of(CommandShape shape)
    {
        var sql = new Sql();
        var parts = new Parts(sql);
        var verdict = shape.Claims.IsEmpty && shape.Streams is [{ Events.Length: > 0 } only]
            ? OneStream(shape, only, sql, parts)
            : ManyStreams(shape, sql, parts);
        if (shape.Streams.Any(s => s.Events.Length > 0)) parts.Add("written", Events(shape, sql, verdict.Gate) + " returning seq_id");
        var number = 0;
        foreach (var group in RowSql.Groups(shape.Rows)) parts.Add($"r{number++}", RowSql.Write(sql, group, verdict.Gate));
        if (shape.Command.Outbox.Length > 0) parts.Add("effects", Outbox(shape.Command.Outbox, sql, verdict.Gate));
        foreach (var part in Timers(shape.Timers, sql, verdict.Gate)) parts.Add($"t{number++}", part);
        var highest = parts.Has("written") ? "(select max(seq_id) from written)" : "null::bigint";
        return sql.Add($"{parts.Text}select {verdict.Streams}, {verdict.Claims}, {highest}, {verdict.Undo}");
    }

    private sealed record Verdict(string Gate, string Streams, string Claims, string Undo);

    /// <summary>The usual command: the change of the stream's own row is the version check.</summary>
    private static Verdict OneStream(CommandShape shape, StreamWrite write, Sql sql, Parts parts)
    {
        var (id, at, next) = (sql.Uuid(write.Stream), sql.Moment(shape.At), sql.Bigint(write.Expected + write.Events.Length));
        parts.Add("moved", write.Expected == 0
            ? "insert into public.mt_streams (id, type, version, timestamp, created) "
              + $"values ({id}, {sql.Text(write.Kind)}, {next}, {at}, {at}) {UnlessBegun}"
            : $"update public.mt_streams set version = {next}, timestamp = {at} "
              + $"where id = {id} and version = {sql.Bigint(write.Expected)} and not is_archived returning id");
        return new("exists (select from moved)", "exists (select from moved)", "true", "1");
    }

    /// <summary>Several streams, or claims: lock and judge what exists, then claim, then start new streams, then write.</summary>
    private static Verdict ManyStreams(CommandShape shape, Sql sql, Parts parts)
    {
        var old = shape.Streams.Where(s => s.Expected > 0).ToImmutableArray();
        var born = shape.Streams.Where(s => s.Expected == 0).ToImmutableArray();
        var at = sql.Moment(shape.At);
        List<string> gates = [], undo = [];
        if (old.Length > 0)
        {
            // In the order of the ids, so that two commands on the same streams wait for each other instead of dying.
            var (ids, versions) = (sql.Many(old.Select(s => s.Stream), NpgsqlDbType.Uuid), sql.Many(old.Select(s => s.Expected), NpgsqlDbType.Bigint));
            parts.Add("held", $"select s.id from unnest({ids}, {versions}) as x(id, expected) join public.mt_streams as s "
                + "on s.id = x.id and s.version = x.expected and not s.is_archived order by s.id for no key update of s");
            gates.Add($"(select count(*) from held) = {old.Length}");
        }
        var asExpected = string.Join(" and ", [.. gates, "true"]);
        var claimed = new List<string>();
        foreach (var group in RowSql.Groups(shape.Claims))
        {
            var name = $"c{claimed.Count}";
            parts.Add(name, RowSql.Write(sql, group, string.Join(" and ", [.. gates, "true"])) + " returning 1");
            claimed.Add($"(select count(*) from {name}) = {group.Length}");
            undo.Add($"(select count(*) from {name}) > 0");
            gates.Add(claimed[^1]);
        }
        var allClaimed = claimed.Count == 0 ? "true" : string.Join(" and ", claimed);
        if (born.Length > 0)
        {
            parts.Add("born", Born(born, sql, at, string.Join(" and ", [.. gates, "true"])));
            gates.Add($"(select count(*) from born) = {born.Length}");
            undo.Add("(select count(*) from born) > 0");
        }
        var gate = gates.Count == 0 ? "true" : string.Join(" and ", gates);
        if (gates.Count > 1)
        {
            parts.Add("judged", $"select ({gate}) as ok");
            gate = "(select ok from judged)";
        }
        if (old.Any(s => s.Events.Length > 0)) parts.Add("moved", Moved(old, sql, at, gate));
        var fits = born.Length > 0 ? $"({gate} or not ({asExpected} and {allClaimed}))" : "true";
        var partial = undo.Count == 0 ? "1" : $"1 / (case when not {gate} and ({string.Join(" or ", undo)}) then 0 else 1 end)";
        return new(gate, $"{asExpected} and {fits}", allClaimed, partial);
    }

    /// <summary>A row at version 0 is a stream that somebody prepared and nobody began.</summary>
    internal const string UnlessBegun = "on conflict (id) do update set version = excluded.version, type = excluded.type, "
        + "timestamp = excluded.timestamp where coalesce(mt_streams.version, 0) = 0 and not mt_streams.is_archived returning id";

    private static string Born(ImmutableArray<StreamWrite> born, Sql sql, string at, string gate) =>
        "insert into public.mt_streams (id, type, version, timestamp, created) "
        + $"select x.id, x.kind, x.version, {at}, {at} from unnest({sql.Many(born.Select(s => s.Stream), NpgsqlDbType.Uuid)}, "
        + $"{sql.Many(born.Select(s => s.Kind), NpgsqlDbType.Text)}, {sql.Many(born.Select(s => (long)s.Events.Length), NpgsqlDbType.Bigint)}) "
        + $"as x(id, kind, version) where {gate} {UnlessBegun}";

    private static string Moved(ImmutableArray<StreamWrite> old, Sql sql, string at, string gate)
    {
        StreamWrite[] grown = [.. old.Where(s => s.Events.Length > 0)];
        var ids = sql.Many(grown.Select(s => s.Stream), NpgsqlDbType.Uuid);
        var versions = sql.Many(grown.Select(s => s.Expected + s.Events.Length), NpgsqlDbType.Bigint);
        return $"update public.mt_streams as s set version = x.version, timestamp = {at} "
            + $"from unnest({ids}, {versions}) as x(id, version) where s.id = x.id and {gate}";
    }

    internal const string EventColumns =
        "insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, correlation_id, causation_id, user_name) "
        + "select nextval('public.mt_events_sequence'), ";

    /// <summary>The numbers are drawn after the streams are locked: that is what keeps a stream's order in the sequence.</summary>
    private static string Events(CommandShape shape, Sql sql, string gate)
    {
        var command = shape.Command;
        var common = $"{sql.Moment(shape.At)}, {sql.Text(command.CorrelationId)}, {sql.Text(command.Id.ToString())}, {sql.Text(command.UserName)}";
        var events = shape.Streams
            .SelectMany(s => s.Events.Select((e, i) => (s.Stream, Version: s.Expected + 1 + i, Event: e))).ToArray();
        if (events is [var one])
            return $"{EventColumns}{sql.Uuid(one.Event.Id)}, {sql.Uuid(one.Stream)}, {sql.Bigint(one.Version)}, "
                + $"{sql.Typed(one.Event.Data, NpgsqlDbType.Jsonb)}, {sql.Text(one.Event.Type)}, {common} where {gate}";
        var arrays = string.Join(", ",
            sql.Many(events.Select(e => e.Event.Id), NpgsqlDbType.Uuid),
            sql.Many(events.Select(e => e.Stream), NpgsqlDbType.Uuid),
            sql.Many(events.Select(e => e.Version), NpgsqlDbType.Bigint),
            sql.Many(events.Select(e => e.Event.Data), NpgsqlDbType.Jsonb),
            sql.Many(events.Select(e => e.Event.Type), NpgsqlDbType.Text));
        return $"{EventColumns}x.id, x.stream, x.version, x.data, x.type, {common} from (select * from unnest({arrays}) with ordinality "
            + $"as e(id, stream, version, data, type, place) order by place) as x where {gate}";
    }

    internal const string OutboxColumns = "insert into hotline.outbox (id, topic, payload, ready_at, urgency) select ";

    private static string Outbox(ImmutableArray<OutboxMessage> outbox, Sql sql, string gate)
    {
        if (outbox is [var one])
            return $"{OutboxColumns}{sql.Uuid(one.Id)}, {sql.Text(one.Topic)}, {sql.Text(one.Payload)}, "
                + $"{sql.Value(Ready(one), NpgsqlDbType.TimestampTz)}, {sql.Typed(one.Urgency, NpgsqlDbType.Integer)} where {gate}";
        return $"{OutboxColumns}x.id, x.topic, x.payload, x.ready_at, x.urgency from unnest({sql.Many(outbox.Select(m => m.Id), NpgsqlDbType.Uuid)}, "
            + $"{sql.Many(outbox.Select(m => m.Topic), NpgsqlDbType.Text)}, {sql.Many(outbox.Select(m => m.Payload), NpgsqlDbType.Text)}, "
            + $"{sql.Many(outbox.Select(Ready), NpgsqlDbType.TimestampTz)}, {sql.Many(outbox.Select(m => m.Urgency), NpgsqlDbType.Integer)}) "
            + $"as x(id, topic, payload, ready_at, urgency) where {gate}";
    }

    internal static DateTimeOffset? Ready(OutboxMessage message) => message.NotBefore is { } at ? ColumnTypes.Moment(at) : null;

    private static readonly RowSet TimerRows = new("hotline.timers",
        [new("key", "text"), new("kind", "text"), new("stream", "uuid"), new("due_at", "timestamptz"), new("payload", "text"),
         new("lease_holder", "text"), new("lease_until", "timestamptz")], 1);

    /// <summary>A timer that is set again is a new timer: the lease on the old one ends.</summary>
    internal static RowChange TimerRow(TimerChange timer) => timer is TimerChange.Set set
        ? new RowChange(TimerRows, RowOp.Upsert, [set.Key, set.Kind, set.Stream, ColumnTypes.Moment(set.DueAt), set.Payload, null, null])
        : new RowChange(TimerRows, RowOp.Delete, [timer.Key]);

    private static IEnumerable<string> Timers(ImmutableArray<TimerChange> timers, Sql sql, string gate) =>
        RowSql.Groups([.. timers.Select(TimerRow)]).Select(group => RowSql.Write(sql, group, gate));

    private sealed class Parts(Sql sql)
    {
        private readonly List<(string Name, string Text)> _parts = [];

        public string Text => _parts.Count == 0 ? "" : $"with {string.Join(", ", _parts.Select(p => $"{p.Name} as ({p.Text})"))} ";

        public void Add(string name, string text) => _parts.Add((name, text));

        public bool Has(string name) => _parts.Any(p => p.Name == name);

        public override string ToString() => sql.ToString();
    }
}
