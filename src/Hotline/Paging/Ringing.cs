using Hotline.Cases;
using Npgsql;

namespace Hotline.Paging;

/// <summary>Which pages ring for a matter. <c>about</c> is the task, hand-over or call that rings beside its case; null for the
/// report or case itself.</summary>
public interface IRinging
{
    /// <summary>Does a page ring for this clock of the matter, or one that another clock of the very same file began between two moments,
    /// by the same plan and no less urgent? What a sibling's clock began says nothing of this child.</summary>
    Task<bool> RingsFor(CaseFile file, Guid? about, string clock, string plan, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel);

    /// <summary>Pages that ring for the file, its reports included.</summary>
    Task<IReadOnlyList<Guid>> Of(CaseFile file, Guid? about, CancellationToken cancel);

    /// <summary>Others that ring for what this page rings for.</summary>
    Task<IReadOnlyList<Guid>> Beside(PageFile page, CancellationToken cancel);
}

/// <summary>Asks the rows of pages, which are written with their events.</summary>
public sealed class Ringing(NpgsqlDataSource database) : IRinging
{
    public async Task<bool> RingsFor(CaseFile file, Guid? about, string clock, string plan, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("""
            select exists (select 1 from hotline.files
                           where kind = 'page' and is_open and body->>'clock' is not null and (case_id = $1 or report = any($2))
                             and body->>'about' is not distinct from $6 and ((body->>'clock' = $3 and (case_id = $1 or case_id is null)) or (body->>'why' = 'clock-breached' and opened_at between $4 and $5
                                 and case_id is not distinct from $7 and coalesce(body->>'plan', $8) = $8 and triage <= $9)))
            """);
        ask.Parameters.Add(new() { Value = file.Assignment?.Case ?? file.Id });
        ask.Parameters.Add(new() { Value = file.Reports.Select(r => r.Id).Append(file.Id).ToArray() });
        ask.Parameters.Add(new() { Value = clock });
        ask.Parameters.Add(new() { Value = from.ToUniversalTime() });
        ask.Parameters.Add(new() { Value = until.ToUniversalTime() });
        ask.Parameters.Add(About(about));
        ask.Parameters.Add(new() { Value = (object?)CaseOf(file) ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        ask.Parameters.Add(new() { Value = plan });
        ask.Parameters.Add(new() { Value = file.Triage });
        return (bool)(await ask.ExecuteScalarAsync(cancel))!;
    }

    public async Task<IReadOnlyList<Guid>> Of(CaseFile file, Guid? about, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = 'page' and is_open and (case_id = $1 or (report = any($2) and (case_id is null or case_id = $1))) and body->>'about' is not distinct from $3 limit 50");
        ask.Parameters.Add(new() { Value = file.Assignment?.Case ?? file.Id });
        ask.Parameters.Add(new() { Value = (Guid[])[file.Id, .. file.Reports.Select(r => r.Id)] });
        ask.Parameters.Add(About(about));
        return await Ids(ask, cancel);
    }

    public async Task<IReadOnlyList<Guid>> Beside(PageFile page, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = 'page' and is_open and id <> $1 and (case_id = $2 or (report = $3 and (case_id is null or $2 is null))) and body->>'about' is not distinct from $4 limit 50");
        ask.Parameters.Add(new() { Value = page.Id });
        ask.Parameters.Add(new() { Value = (object?)page.Started?.Case ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        ask.Parameters.Add(new() { Value = (object?)page.Started?.Report ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        ask.Parameters.Add(About(page.Started?.About));
        return await Ids(ask, cancel);
    }

    /// <summary>The case that a page of this file's clock stands under; none for a report's own.</summary>
    public static Guid? CaseOf(CaseFile file) => file.Kind == CaseKind.Report ? null : file.Assignment?.Case ?? file.Id;

    private static NpgsqlParameter About(Guid? stream) =>
        new() { Value = (object?)stream?.ToString() ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };

    private static async Task<IReadOnlyList<Guid>> Ids(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var ids = new List<Guid>();
        while (await rows.ReadAsync(cancel)) ids.Add(rows.GetGuid(0));
        return ids;
    }
}
