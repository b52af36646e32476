using Npgsql;

namespace Hotline.Security;

/// <summary>One SQL statement with its values, $1 first.</summary>
internal static class Statements
{
    public static NpgsqlCommand Statement(this NpgsqlDataSource database, string sql, params ReadOnlySpan<object?> values)
    {
        var statement = database.CreateCommand(sql);
        foreach (var value in values) statement.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return statement;
    }

    public static NpgsqlBatchCommand Row(string sql, params ReadOnlySpan<object?> values)
    {
        var row = new NpgsqlBatchCommand(sql);
        foreach (var value in values) row.Parameters.Add(new() { Value = value ?? DBNull.Value });
        return row;
    }
}
