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

    /// <summary>Its place in a list by danger.</summary>
    public string Danger { get; init; } = "";
    public string Body { get; init; } = "{}";

    public Subject Subject => new(Kind, Division, FiledBy, Organisation, Sender);

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, Codec.Json)!;
}

/// <summary>Plain reads of the rows that boards and lists show.</summary>
public sealed class FileQueries(NpgsqlDataSource database)
{
    private const string Columns = """
        select id, kind, version, number, state, stage, triage, division, organisation, sender, filed_by as FiledBy, report,
               case_id as CaseId, is_open as IsOpen, due_at as DueAt, opened_at as OpenedAt, danger, body::text as Body
        """;

    /// <summary>Digits of a county's division code.</summary>
    private const int CountyDigits = 6;

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

    /// <summary>Greatest danger first: open before closed, T1 before T4, then the nearest clock.</summary>
    public async Task<(IReadOnlyList<FileListed> Items, string? Cursor)> ByDanger(Filter filter, CancellationToken cancel)
    {
        var rows = await List(filter, filter.After is null ? null : "danger > @After", "danger", null, cancel);
        return Page(rows, filter.Limit, last => last.Danger);
    }

    public async Task<(IReadOnlyList<FileListed> Items, string? Cursor)> Newest(Filter filter, CancellationToken cancel)
    {
        var after = Cursor.Read(filter.After);
        var rows = await List(filter, after is null ? null : "(opened_at, id) < (@At, @Id)", "opened_at desc, id desc", after, cancel);
        return Page(rows, filter.Limit, last => new Cursor(last.OpenedAt, last.Id).Write());
    }

    /// <summary>That a division lies within a scope, so that the index of a single county serves whoever has but one.</summary>
    internal static string Within(string scope, string parameter) =>
        $"division ^@ {parameter} and {parameter} <> ''" + (scope.Length < CountyDigits ? "" : $" and left(division, {CountyDigits}) = left({parameter}, {CountyDigits})");

    /// <summary>Names of open files alone, for whoever picks one of them: exercises for an exercise, else none.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Number)>> NewestOpen(string kind, string scope, bool exercise, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return [.. await connection.QueryAsync<(Guid Id, string Number)>(new CommandDefinition(
            $"select id, number from hotline.files where kind = @kind and is_open and {Within(scope, "@scope")} and coalesce((body->>'exercise')::boolean, false) = @exercise order by opened_at desc, id desc limit @limit",
            new { kind, scope, exercise, limit }, cancellationToken: cancel))];
    }

    public async Task<FileListed?> Find(string kind, string number, CancellationToken cancel) =>
        await One("kind = @kind and number = @number", new { kind, number }, cancel);

    public async Task<FileListed?> Find(Guid id, CancellationToken cancel) => await One("id = @id", new { id }, cancel);

    /// <summary>Pages of reports and of a case: those that ring first, then the newest.</summary>
    public async Task<IReadOnlyList<FileListed>> Pages(Guid[] reports, Guid? caseId, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return [.. await connection.QueryAsync<FileListed>(new CommandDefinition(
            Columns + " from hotline.files where kind = 'page' and (report = any(@reports) or case_id = @caseId) order by is_open desc, opened_at desc, id limit 50",
            new { reports, caseId }, cancellationToken: cancel))];
    }

    /// <summary>For each row of a list the page that its people look at first, by the row's id.</summary>
    public async Task<IReadOnlyDictionary<Guid, FileListed>> FirstPages(IReadOnlyCollection<FileListed> rows, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var pages = await connection.QueryAsync<Guid, FileListed, (Guid Row, FileListed Page)>(new CommandDefinition(
            $"""
            select row.id as Row, page.* from unnest(@ids, @reports, @cases) as row(id, report, case_id) cross join lateral (
                {Columns} from hotline.files where kind = 'page' and (report = row.report or case_id = row.case_id)
                order by is_open desc, opened_at desc, id limit 1) page
            """,
            new { ids = rows.Select(r => r.Id).ToArray(), reports = rows.Select(r => r.Report).ToArray(), cases = rows.Select(r => r.CaseId).ToArray() },
            cancellationToken: cancel), (row, page) => (row, page));
        return pages.ToDictionary(p => p.Row, p => p.Page);
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

    /// <returns>One row more than asked, where there are more.</returns>
    private async Task<List<FileListed>> List(Filter filter, string? beyond, string order, Cursor? after, CancellationToken cancel)
    {
        List<string> where = ["kind = @Kind"];
        if (beyond is not null) where.Add(beyond);
        if (filter.Scope is { } scope) where.Add(Within(scope, "@Scope"));
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
        var parameters = new DynamicParameters(filter with
        {
            Division = filter.Division is null ? null : Divisions.Scope(filter.Division),
            Text = filter.Text?.Replace("\\", "\\\\").Replace("%", "\\%").Replace("_", "\\_"),
        });
        parameters.AddDynamicParams(new { After = filter.After, At = after?.At.UtcDateTime, after?.Id });
        await using var connection = await database.OpenConnectionAsync(cancel);
        return [.. await connection.QueryAsync<FileListed>(new CommandDefinition(
            $"{Columns} from hotline.files where {string.Join(" and ", where)} order by {order} limit @Limit + 1", parameters, cancellationToken: cancel))];
    }

    private static (IReadOnlyList<FileListed> Items, string? Cursor) Page(List<FileListed> rows, int limit, Func<FileListed, string> cursor)
    {
        if (rows.Count <= limit) return (rows, null);
        rows.RemoveAt(limit);
        return (rows, cursor(rows[^1]));
    }
}
