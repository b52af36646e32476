using Hotline.Cases;
using Npgsql;

namespace Hotline.Paging;

/// <summary>A page's row as lists read it.</summary>
public sealed record PageListed(Guid Id, string Division, DateTimeOffset OpenedAt, string Body);

/// <summary>What a list of pages may be asked for; nulls do not filter.</summary>
public sealed record PageFilter(string Scope, bool? Open, string? Report, Guid? Case, string? Cursor, int Limit);

/// <summary>Reads the rows of pages.</summary>
public sealed class PageQueries(NpgsqlDataSource database)
{
    /// <summary>Newest first. The cursor names the last row shown.</summary>
    public async Task<(IReadOnlyList<PageListed> Items, string? Cursor)> Newest(PageFilter filter, CancellationToken cancel)
    {
        var after = Cursor.Read(filter.Cursor);
        await using var ask = database.CreateCommand(
            $"""
            select id, division, opened_at, body::text from hotline.files
            where kind = 'page' and {FileQueries.Within(filter.Scope, "$1")}
              and ($2::boolean is null or is_open = $2)
              and ($3::text is null or body->>'reportNumber' = $3)
              and ($8::uuid is null or report = $8)
              and ($4::uuid is null or case_id = $4 or report in
                (select (link->>'id')::uuid from hotline.files c, jsonb_array_elements(c.body->'reports') link where c.id = $4))
              and ($5::timestamptz is null or (opened_at, id) < ($5, $6))
            order by opened_at desc, id desc limit $7
            """);
        ask.Parameters.Add(new() { Value = filter.Scope });
        ask.Parameters.Add(new() { Value = (object?)filter.Open ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Boolean });
        Guid? report = Guid.TryParse(filter.Report, out var named) ? named : null;
        ask.Parameters.Add(new() { Value = report is null && filter.Report is { } number ? number : DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        ask.Parameters.Add(new() { Value = (object?)filter.Case ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        ask.Parameters.Add(new() { Value = (object?)after?.At ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        ask.Parameters.Add(new() { Value = after?.Id ?? Guid.Empty });
        ask.Parameters.Add(new() { Value = filter.Limit + 1 });
        ask.Parameters.Add(new() { Value = (object?)report ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<PageListed>();
        while (await rows.ReadAsync(cancel))
            found.Add(new(rows.GetGuid(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2), rows.GetString(3)));
        if (found.Count <= filter.Limit) return (found, null);
        found.RemoveAt(filter.Limit);
        return (found, new Cursor(found[^1].OpenedAt, found[^1].Id).Write());
    }
}
