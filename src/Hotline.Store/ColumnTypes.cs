using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>The column types a row set may use, and the one shape in which each value travels, so that PostgreSQL and the
/// twin keep equal values equal.</summary>
internal static class ColumnTypes
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    public static NpgsqlDbType Of(Column column) => column.Type switch
    {
        "uuid" => NpgsqlDbType.Uuid,
        "text" => NpgsqlDbType.Text,
        "bigint" => NpgsqlDbType.Bigint,
        "integer" => NpgsqlDbType.Integer,
        "smallint" => NpgsqlDbType.Smallint,
        "boolean" => NpgsqlDbType.Boolean,
        "double precision" => NpgsqlDbType.Double,
        "numeric" => NpgsqlDbType.Numeric,
        "timestamptz" => NpgsqlDbType.TimestampTz,
        "date" => NpgsqlDbType.Date,
        "jsonb" => NpgsqlDbType.Jsonb,
        "bytea" => NpgsqlDbType.Bytea,
        "text[]" => NpgsqlDbType.Array | NpgsqlDbType.Text,
        _ => throw new ArgumentException($"Column {column.Name}: the store does not know the type {column.Type}."),
    };

    /// <summary>False for a type that is an array already: unnest would flatten it.</summary>
    public static bool CanUnnest(Column column) => !column.Type.EndsWith("[]", StringComparison.Ordinal);

    public static object? Normal(Column column, object? value) => value is null ? null : column.Type switch
    {
        "uuid" => (Guid)value,
        "text" or "jsonb" => value.ToString(),
        "bigint" => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        "integer" => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        "smallint" => Convert.ToInt16(value, CultureInfo.InvariantCulture),
        "boolean" => (bool)value,
        "double precision" => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        "numeric" => Convert.ToDecimal(value, CultureInfo.InvariantCulture),
        "timestamptz" => value is DateTime moment ? Moment(new DateTimeOffset(moment)) : Moment((DateTimeOffset)value),
        "date" => (DateOnly)value,
        "bytea" => (byte[])value,
        "text[]" => ((IEnumerable<string>)value).ToArray(),
        _ => throw new ArgumentException($"Column {column.Name}: the store does not know the type {column.Type}."),
    };

    /// <summary>A moment as PostgreSQL keeps it: UTC, whole microseconds.</summary>
    public static DateTimeOffset Moment(DateTimeOffset at)
    {
        var utc = at.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TicksPerMicrosecond));
    }

    public static Array ArrayOf(Column column, IReadOnlyList<object?> values)
    {
        var array = Empty(column, values.Count);
        for (var i = 0; i < values.Count; i++) array.SetValue(values[i], i);
        return array;
    }

    private static Array Empty(Column column, int length) => column.Type switch
    {
        "uuid" => new Guid?[length],
        "text" or "jsonb" => new string?[length],
        "bigint" => new long?[length],
        "integer" => new int?[length],
        "smallint" => new short?[length],
        "boolean" => new bool?[length],
        "double precision" => new double?[length],
        "numeric" => new decimal?[length],
        "timestamptz" => new DateTimeOffset?[length],
        "date" => new DateOnly?[length],
        "bytea" => new byte[]?[length],
        _ => throw new ArgumentException($"Column {column.Name}: {column.Type} has no array."),
    };
}

/// <summary>The key of a row, compared by value (bytes too).</summary>
internal readonly record struct RowKey(string Table, ImmutableArray<object?> Parts)
{
    public static RowKey Of(RowChange change) =>
        new(change.Set.Table, change.Values[..Math.Min(change.Set.KeyColumns, change.Values.Length)]);

    public bool Equals(RowKey other) =>
        Table == other.Table && Parts.AsSpan().Length == other.Parts.Length
        && ((IStructuralEquatable)Parts.ToArray()).Equals(other.Parts.ToArray(), StructuralComparisons.StructuralEqualityComparer);

    public override int GetHashCode() =>
        HashCode.Combine(Table, ((IStructuralEquatable)Parts.ToArray()).GetHashCode(StructuralComparisons.StructuralEqualityComparer));
}
