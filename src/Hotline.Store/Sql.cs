using System.Collections.Immutable;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>A statement under construction: its text and its numbered parameters. Text depends on the shape of what is
/// written alone, so that equal shapes share one prepared statement.</summary>
internal sealed class Sql
{
    private readonly StringBuilder _text = new(1024);
    private readonly List<NpgsqlParameter> _parameters = [];

    public Sql Add(string text)
    {
        _text.Append(text);
        return this;
    }

    public string Value(object? value, NpgsqlDbType type)
    {
        _parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return "$" + _parameters.Count;
    }

    public string Uuid(Guid value) => Typed(value, NpgsqlDbType.Uuid);

    public string Bigint(long value) => Typed(value, NpgsqlDbType.Bigint);

    public string Text(string? value) => value is null ? Value(null, NpgsqlDbType.Text) : Typed(value, NpgsqlDbType.Text);

    public string Moment(DateTimeOffset value) => Typed(ColumnTypes.Moment(value), NpgsqlDbType.TimestampTz);

    public string Typed<T>(T value, NpgsqlDbType type)
    {
        _parameters.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return "$" + _parameters.Count;
    }

    public string Many<T>(IEnumerable<T> values, NpgsqlDbType type) => Typed(values.ToArray(), NpgsqlDbType.Array | type);

    /// <summary>Rows as a source named <c>v</c>: plain values for one row, arrays for several. With <paramref name="places"/>
    /// always arrays, and <c>v.place</c> says whose row it is.</summary>
    public string Source(IReadOnlyList<Column> columns, IReadOnlyList<RowChange> rows, int[]? places = null)
    {
        if (rows.Count == 1 && places is null)
        {
            var values = rows[0].Values;
            var single = columns.Select((c, i) => $"{Value(values[i], ColumnTypes.Of(c))} as \"{c.Name}\"");
            return $"(select {string.Join(", ", single)}) as v";
        }
        var arrays = columns.Select((c, i) =>
            Value(ColumnTypes.ArrayOf(c, [.. rows.Select(r => r.Values[i])]), NpgsqlDbType.Array | ColumnTypes.Of(c)));
        var names = columns.Select(c => $"\"{c.Name}\"");
        if (places is null) return $"unnest({string.Join(", ", arrays)}) as v({string.Join(", ", names)})";
        return $"unnest({string.Join(", ", [.. arrays, Many(places, NpgsqlDbType.Integer)])}) as v({string.Join(", ", [.. names, "place"])})";
    }

    public NpgsqlBatchCommand Command() => Fill(new NpgsqlBatchCommand(_text.ToString()));

    public NpgsqlCommand Command(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(_text.ToString(), connection);
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    private NpgsqlBatchCommand Fill(NpgsqlBatchCommand command)
    {
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>Writes of typed row sets as SQL. <c>gate</c> is a condition that holds when the command may write at all.</summary>
internal static class RowSql
{
    /// <summary>Changes that one statement can write together: same table, same kind of change, in the given order.</summary>
    public static IEnumerable<ImmutableArray<RowChange>> Groups(ImmutableArray<RowChange> rows) =>
        rows.GroupBy(r => (r.Set.Table, r.Op)).SelectMany(Split);

    private static IEnumerable<ImmutableArray<RowChange>> Split(IEnumerable<RowChange> group)
    {
        RowChange[] rows = [.. group];
        return rows[0].Set.Columns.All(ColumnTypes.CanUnnest) ? [[.. rows]] : rows.Select(r => ImmutableArray.Create(r));
    }

    public static string Write(Sql sql, ImmutableArray<RowChange> group, string gate, int[]? places = null)
    {
        var set = group[0].Set;
        var keys = set.Columns[..set.KeyColumns];
        if (group[0].Op == RowOp.Delete)
        {
            var match = string.Join(" and ", keys.Select(k => $"t.\"{k.Name}\" = v.\"{k.Name}\""));
            return $"delete from {set.Table} as t using {sql.Source(keys, group, places)} where {match} and {gate}";
        }
        var names = string.Join(", ", set.Columns.Select(c => $"\"{c.Name}\""));
        var keyNames = string.Join(", ", keys.Select(k => $"\"{k.Name}\""));
        var insert = $"insert into {set.Table} as t ({names}) select {names} from {sql.Source(set.Columns, group, places)} where {gate}"
            + $" on conflict ({keyNames})";
        if (group[0].Op != RowOp.Upsert || set.Columns.Length == set.KeyColumns) return insert + " do nothing";
        var updates = set.Columns[set.KeyColumns..].Select(c => $"\"{c.Name}\" = excluded.\"{c.Name}\"");
        var monotonic = set.VersionColumn is { } version ? $" where t.\"{version}\" <= excluded.\"{version}\"" : "";
        return $"{insert} do update set {string.Join(", ", updates)}{monotonic}";
    }
}
