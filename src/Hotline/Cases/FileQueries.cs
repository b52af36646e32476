using System.Text.Json;
using Dapper;
using Hotline.Security;
using Npgsql;

namespace Hotline.Cases;

/// <summary>A row of <c>hotline.files</c> as lists read it.</summary>
public record FileListed
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public long Version { get; init; }
    public string Number { get; init; } = "";
    public string State { get; init; } = "";
    public string? Stage { get; init; }
    public string? Triage { get; init; }
    public string Division { get; init; } = "";
    public Guid? Organisation { get; init; }
    public Guid? Sender { get; init; }
    public Guid? FiledBy { get; init; }
    public Guid? Report { get; init; }
    public Guid? CaseId { get; init; }
    public bool IsOpen { get; init; }
    public DateTime? DueAt { get; init; }
    public DateTime OpenedAt { get; init; }
    public string Body { get; init; } = "{}";

    public Subject Subject => new(Kind, Division, FiledBy, Organisation, Sender);

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, Codec.Json)!;
}

/// <summary>Plain reads of the rows that boards and lists show.</summary>
public sealed class FileQueries(NpgsqlDataSource database)
{
    private const string Columns = """
        select id, kind, version, number, state, stage, triage, division, organisation, sender, filed_by as FiledBy, report,
               case_id as CaseId, is_open as IsOpen, due_at as DueAt, opened_at as OpenedAt, body::text as Body
        """;

    /// <summary>What a list may be asked for; nulls do not filter.</summary>
    public sealed record Filter
    {
        public required string Kind { get; init; }
        public string? Scope { get; init; }
        public Guid? FiledBy { get; init; }
        public string? Division { get; init; }
        public string? State { get; init; }
        public string? Triage { get; init; }
        public string? Text { get; init; }
        public bool? Open { get; init; }
        public Guid? Owner { get; init; }
        public Guid? Report { get; init; }
        public Guid? Case { get; init; }

        /// <summary>Addressed to, given over by, or either.</summary>
        public Guid? Receiver { get; init; }
        public Guid? Sender { get; init; }
        public Guid? Party { get; init; }

        public string? After { get; init; }
        public int Limit { get; init; } = 50;
    }

    /// <summary>Newest danger first: open before closed, T1 before T4, then the nearest clock.</summary>
    public Task<(IReadOnlyList<FileListed> Items, string? Cursor)> ByDanger(Filter filter, CancellationToken cancel) =>
        List(filter, "(not is_open)::int::text || coalesce(triage, 'T9') || to_char(coalesce(due_at, timestamptz '9999-01-01') at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || id::text", ">", "asc", cancel);

    public Task<(IReadOnlyList<FileListed> Items, string? Cursor)> Newest(Filter filter, CancellationToken cancel) =>
        List(filter, "to_char(opened_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || id::text", "<", "desc", cancel);

    public async Task<FileListed?> Find(string kind, string number, CancellationToken cancel) =>
        await One("kind = @kind and number = @number", new { kind, number }, cancel);

    public async Task<FileListed?> Find(Guid id, CancellationToken cancel) => await One("id = @id", new { id }, cancel);

    /// <summary>Pages of a report or a case: those that ring first, then the newest.</summary>
    public async Task<IReadOnlyList<FileListed>> Pages(Guid? report, Guid? caseId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return [.. await connection.QueryAsync<FileListed>(new CommandDefinition(
            Columns + " from hotline.files where kind = 'page' and (report = @report or case_id = @caseId) order by is_open desc, opened_at desc, id limit 50",
            new { report, caseId }, cancellationToken: cancel))];
    }

    /// <summary>Tasks, hand-overs and visits of a case, in the order they were opened.</summary>
    public async Task<IReadOnlyList<FileListed>> Assignments(Guid caseId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return [.. await connection.QueryAsync<FileListed>(new CommandDefinition(
            Columns + " from hotline.files where case_id = @caseId and kind = any(@kinds) order by opened_at, id",
            new { caseId, kinds = Workflow.Names.Assignments.ToArray() }, cancellationToken: cancel))];
    }

    public async Task<IReadOnlyDictionary<Guid, FileListed>> Many(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<FileListed>(new CommandDefinition(
            Columns + " from hotline.files where id = any(@ids)", new { ids = ids.ToArray() }, cancellationToken: cancel));
        return rows.ToDictionary(r => r.Id);
    }

    public async Task<IReadOnlyDictionary<Guid, long>> Versions(IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<(Guid Id, long Version)>(new CommandDefinition(
            "select id, version from hotline.files where id = any(@ids)", new { ids = ids.ToArray() }, cancellationToken: cancel));
        return rows.ToDictionary(r => r.Id, r => r.Version);
    }

    private async Task<FileListed?> One(string where, object parameters, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<FileListed>(new CommandDefinition($"{Columns} from hotline.files where {where}", parameters, cancellationToken: cancel));
    }

    private async Task<(IReadOnlyList<FileListed> Items, string? Cursor)> List(
        Filter filter, string sort, string beyond, string direction, CancellationToken cancel)
    {
        List<string> where = ["kind = @Kind"];
        if (filter.Scope is not null) where.Add("division ^@ @Scope and @Scope <> ''");
        if (filter.FiledBy is not null) where.Add("filed_by = @FiledBy");
        if (filter.Division is not null) where.Add("division ^@ @Division");
        if (filter.State is not null) where.Add("state = @State");
        if (filter.Triage is not null) where.Add("triage = @Triage");
        if (filter.Text is not null) where.Add("(number ilike '%' || @Text || '%' or body ->> 'reportNumber' ilike '%' || @Text || '%')");
        if (filter.Open is not null) where.Add("is_open = @Open");
        if (filter.Owner is not null) where.Add("owner = @Owner");
        if (filter.Report is not null) where.Add("report = @Report");
        if (filter.Case is not null) where.Add("case_id = @Case");
        if (filter.Receiver is not null) where.Add("organisation = @Receiver");
        if (filter.Sender is not null) where.Add("sender = @Sender");
        if (filter.Party is not null) where.Add("(organisation = @Party or sender = @Party)");
        if (filter.After is not null) where.Add($"{sort} {beyond} @After");
        var sql = $"{Columns}, {sort} as Cursor from hotline.files where {string.Join(" and ", where)} order by {sort} {direction} limit @Limit + 1";
        var parameters = new DynamicParameters(filter with
        {
            Division = filter.Division is null ? null : Divisions.Scope(filter.Division),
            Text = filter.Text?.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_"),
        });
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = (await connection.QueryAsync<Positioned>(new CommandDefinition(sql, parameters, cancellationToken: cancel))).ToList();
        var more = rows.Count > filter.Limit;
        if (more) rows.RemoveAt(rows.Count - 1);
        return (rows, more ? rows[^1].Cursor : null);
    }

    private sealed record Positioned : FileListed
    {
        public string Cursor { get; init; } = "";
    }
}
