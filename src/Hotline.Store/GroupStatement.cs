using System.Collections.Immutable;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>Several commands as ONE statement and one commit. Each command is judged on its own: the array <c>ok</c> holds a
/// verdict for each, and every write asks it, so that a refused command leaves no trace and its neighbours stand.</summary>
/// <remarks>The commands must not touch each other: no stream, row or timer in common. The last select answers four
/// columns: the verdicts, the streams of the events written and their sequence numbers, and a guard that divides by zero
/// when somebody outside took a key or began a stream in the same moment: then the database undoes all of it.</remarks>
internal static class GroupStatement
{
    /// <summary>False for a command that must go alone: an array of arrays cannot be unnested row by row.</summary>
    public static bool Fits(CommandShape shape) =>
        shape.Rows.Concat(shape.Claims).All(r => r.Set.Columns.All(ColumnTypes.CanUnnest));

    private sealed record Part<T>(int Place, CommandShape Shape, T It);

    public static Sql Of(IReadOnlyList<CommandShape> shapes)
    {
        var sql = new Sql();
        var parts = new List<string>();
        var streams = All(shapes, s => s.Streams).OrderBy(p => p.It.Stream).ToList();
        var (old, born) = (streams.Where(p => p.It.Expected > 0).ToList(), streams.Where(p => p.It.Expected == 0).ToList());
        var grown = old.Where(p => p.It.Events.Length > 0).ToList();
        var claims = Groups(All(shapes, s => s.Claims)).ToList();
        Judge(shapes, sql, parts, old, born, claims);
        var undo = new List<string>();
        for (var i = 0; i < claims.Count; i++)
        {
            parts.Add($"c{i} as ({RowSql.Write(sql, claims[i].Rows, Allowed("v.place"), claims[i].Places)} returning 1)");
            undo.Add($"(select count(*) from c{i}) = {Counted(sql, claims[i].Places)}");
        }
        if (born.Count > 0)
        {
            parts.Add($"born as ({Begin(sql, born)})");
            undo.Add($"(select count(*) from born) = {Counted(sql, [.. born.Select(p => p.Place)])}");
        }
        if (grown.Count > 0) parts.Add($"moved as ({Move(sql, grown)})");
        var events = All(shapes, s => s.Streams.SelectMany(w => w.Events.Select((e, i) => (w.Stream, Version: w.Expected + 1 + i, Event: e)))).ToList();
        if (events.Count > 0) parts.Add($"written as ({Events(sql, events)} returning stream_id, seq_id)");
        var number = 0;
        foreach (var (rows, places) in Groups(All(shapes, s => s.Rows))) parts.Add($"r{number++} as ({RowSql.Write(sql, rows, Allowed("v.place"), places)})");
        foreach (var (rows, places) in Groups(All(shapes, s => s.Timers.Select(AppendStatement.TimerRow))))
            parts.Add($"t{number++} as ({RowSql.Write(sql, rows, Allowed("v.place"), places)})");
        var effects = All(shapes, s => s.Command.Outbox).ToList();
        if (effects.Count > 0) parts.Add($"effects as ({Outbox(sql, effects)})");
        var written = events.Count > 0
            ? "(select array_agg(stream_id) from written), (select array_agg(seq_id) from written)" : "null::uuid[], null::bigint[]";
        var guard = undo.Count == 0 ? "1" : $"1 / (case when {string.Join(" and ", undo)} then 1 else 0 end)";
        return sql.Add($"with {string.Join(", ", parts)} select (select ok from judged), {written}, {guard}");
    }

    /// <summary>A verdict for each command: as many streams held at their expected version as it has, and nothing in its way.</summary>
    private static void Judge(
        IReadOnlyList<CommandShape> shapes, Sql sql, List<string> parts, List<Part<StreamWrite>> old, List<Part<StreamWrite>> born,
        List<(ImmutableArray<RowChange> Rows, int[] Places)> claims)
    {
        var wanted = sql.Many(shapes.Select(s => s.Streams.Count(w => w.Expected > 0)), NpgsqlDbType.Integer);
        var found = new List<string> { $"select place::integer, wanted from unnest({wanted}) with ordinality as w(wanted, place)" };
        if (old.Count > 0)
        {
            // In the order of the ids, so that two nodes on the same streams wait for each other instead of dying.
            parts.Add($"held as (select x.place from unnest({Ids(sql, old)}, {sql.Many(old.Select(p => p.It.Expected), NpgsqlDbType.Bigint)}, "
                + $"{Places(sql, old)}) as x(id, expected, place) join public.mt_streams as s on s.id = x.id and s.version = x.expected "
                + "and not s.is_archived order by s.id for no key update of s)");
            found.Add("select place, -1 from held");
        }
        if (born.Count > 0)
            found.Add($"select x.place, 1 from unnest({Ids(sql, born)}, {Places(sql, born)}) as x(id, place) "
                + "join public.mt_streams as s on s.id = x.id where coalesce(s.version, 0) > 0 or s.is_archived");
        foreach (var (rows, places) in claims)
        {
            var keys = rows[0].Set.Columns[..rows[0].Set.KeyColumns];
            var match = string.Join(" and ", keys.Select(k => $"t.\"{k.Name}\" = v.\"{k.Name}\""));
            found.Add($"select v.place, 1 from {sql.Source(keys, rows, places)} join {rows[0].Set.Table} as t on {match}");
        }
        parts.Add("judged as materialized (select array_agg(missing = 0 order by place) as ok from (select place, sum(wanted) as missing "
            + $"from ({string.Join(" union all ", found)}) as f group by place) as each)");
    }

    private static string Allowed(string place) => $"(select ok from judged)[{place}]";

    private static string Counted(Sql sql, int[] places) =>
        $"(select count(*) from unnest({sql.Many(places, NpgsqlDbType.Integer)}) as x(place) where {Allowed("x.place")})";

    private static string Begin(Sql sql, List<Part<StreamWrite>> born) =>
        "insert into public.mt_streams (id, type, version, timestamp, created) select x.id, x.kind, x.version, x.at, x.at "
        + $"from unnest({Ids(sql, born)}, {sql.Many(born.Select(p => p.It.Kind), NpgsqlDbType.Text)}, "
        + $"{sql.Many(born.Select(p => (long)p.It.Events.Length), NpgsqlDbType.Bigint)}, {Moments(sql, born)}, {Places(sql, born)}) "
        + $"as x(id, kind, version, at, place) where {Allowed("x.place")} {AppendStatement.UnlessBegun}";

    private static string Move(Sql sql, List<Part<StreamWrite>> grown) =>
        $"update public.mt_streams as s set version = x.version, timestamp = x.at from unnest({Ids(sql, grown)}, "
        + $"{sql.Many(grown.Select(p => p.It.Expected + p.It.Events.Length), NpgsqlDbType.Bigint)}, {Moments(sql, grown)}, {Places(sql, grown)}) "
        + $"as x(id, version, at, place) where s.id = x.id and {Allowed("x.place")}";

    private static string Events(Sql sql, List<Part<(Guid Stream, long Version, NewEvent Event)>> events)
    {
        var arrays = string.Join(", ",
            sql.Many(events.Select(p => p.It.Event.Id), NpgsqlDbType.Uuid), sql.Many(events.Select(p => p.It.Stream), NpgsqlDbType.Uuid),
            sql.Many(events.Select(p => p.It.Version), NpgsqlDbType.Bigint), sql.Many(events.Select(p => p.It.Event.Data), NpgsqlDbType.Jsonb),
            sql.Many(events.Select(p => p.It.Event.Type), NpgsqlDbType.Text), Moments(sql, events),
            sql.Many(events.Select(p => p.Shape.Command.CorrelationId), NpgsqlDbType.Text),
            sql.Many(events.Select(p => p.Shape.Command.Id.ToString()), NpgsqlDbType.Text),
            sql.Many(events.Select(p => p.Shape.Command.UserName), NpgsqlDbType.Text), Places(sql, events));
        return $"{AppendStatement.EventColumns}x.id, x.stream, x.version, x.data, x.type, x.at, x.correlation, x.causation, x.by "
            + $"from unnest({arrays}) as x(id, stream, version, data, type, at, correlation, causation, by, place) where {Allowed("x.place")}";
    }

    private static string Outbox(Sql sql, List<Part<OutboxMessage>> effects) =>
        $"{AppendStatement.OutboxColumns}x.id, x.topic, x.payload, x.ready_at, x.urgency from unnest({sql.Many(effects.Select(p => p.It.Id), NpgsqlDbType.Uuid)}, "
        + $"{sql.Many(effects.Select(p => p.It.Topic), NpgsqlDbType.Text)}, {sql.Many(effects.Select(p => p.It.Payload), NpgsqlDbType.Text)}, "
        + $"{sql.Many(effects.Select(p => AppendStatement.Ready(p.It)), NpgsqlDbType.TimestampTz)}, "
        + $"{sql.Many(effects.Select(p => p.It.Urgency), NpgsqlDbType.Integer)}, {Places(sql, effects)}) "
        + $"as x(id, topic, payload, ready_at, urgency, place) where {Allowed("x.place")}";

    private static IEnumerable<Part<T>> All<T>(IReadOnlyList<CommandShape> shapes, Func<CommandShape, IEnumerable<T>> of)
    {
        for (var i = 0; i < shapes.Count; i++)
            foreach (var it in of(shapes[i])) yield return new(i + 1, shapes[i], it);
    }

    /// <summary>What one part of the statement can write together, in a fixed order: equal shapes share a prepared statement.</summary>
    private static IEnumerable<(ImmutableArray<RowChange> Rows, int[] Places)> Groups(IEnumerable<Part<RowChange>> rows) => rows
        .GroupBy(p => (p.It.Set.Table, p.It.Op)).OrderBy(g => g.Key.Table, StringComparer.Ordinal).ThenBy(g => g.Key.Op)
        .Select(g => (g.Select(p => p.It).ToImmutableArray(), g.Select(p => p.Place).ToArray()));

    private static string Ids(Sql sql, List<Part<StreamWrite>> streams) => sql.Many(streams.Select(p => p.It.Stream), NpgsqlDbType.Uuid);

    private static string Places<T>(Sql sql, List<Part<T>> parts) => sql.Many(parts.Select(p => p.Place), NpgsqlDbType.Integer);

    private static string Moments<T>(Sql sql, List<Part<T>> parts) => sql.Many(parts.Select(p => p.Shape.At), NpgsqlDbType.TimestampTz);
}
