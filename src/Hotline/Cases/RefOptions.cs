using Dapper;
using Hotline.Security;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Cases;

/// <summary>What a reference field may point to now: open cases of the caller's division, organisations, people of the division.</summary>
public sealed class RefOptions(NpgsqlDataSource database, FileQueries files, PolicyBook policies)
{
    private const int Most = 50;

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Option>>> For(
        CaseFile file, Caller caller, IEnumerable<string> kinds, CancellationToken cancel)
    {
        var options = new Dictionary<string, IReadOnlyList<Option>>();
        foreach (var kind in kinds.Distinct()) options[kind] = await Of(kind, file, caller, cancel);
        return options;
    }

    private async Task<IReadOnlyList<Option>> Of(string kind, CaseFile file, Caller caller, CancellationToken cancel)
    {
        if (kind == "case") return await Cases(file, caller, cancel);
        if (kind is "higher-level" or "lower-level") return Levels(file.Triage, higher: kind == "higher-level");
        await using var connection = await database.OpenConnectionAsync(cancel);
        var types = Types(kind);
        // Whoever visits may be of one's own body; a task or a child goes to another.
        var sql = kind is "organisation" or "agency" or "receiver" or "visitor"
            ? $"""
                select id::text as Value, name_zh as Zh, name_en as En from hotline.organisations
                where (@types::text[] is null or type = any(@types)) {(kind == "visitor" ? "" : "and id <> @own")} order by division, name_zh limit @Most
                """
            : "select id::text as Value, display_name as Zh, display_name as En from hotline.accounts where division ^@ @scope and disabled_at is null order by display_name limit @Most";
        var rows = await connection.QueryAsync<(string Value, string Zh, string En)>(new CommandDefinition(
            sql, new { own = caller.Organisation, scope = caller.Scope, types, Most }, cancellationToken: cancel));
        return [.. rows.Select(r => new Option(r.Value, new Text(r.Zh, r.En)))];
    }

    /// <summary>Which kinds of organisation may be chosen: those whose people receive tasks, those that receive or visit children.</summary>
    private string[]? Types(string kind)
    {
        var pack = policies.Current;
        return kind switch
        {
            "agency" => [.. pack.Organisations.Values.Where(o => o.Roles.Any(r => pack.Roles[r].Rights.Contains(Permissions.ReadTasks))).Select(o => o.Name)],
            "receiver" => [.. pack.Organisations.Values.Where(o => o.ReceivesChildren).Select(o => o.Name)],
            "visitor" => [.. pack.Organisations.Values.Where(o => o.Visits).Select(o => o.Name)],
            _ => null,
        };
    }

    private static IReadOnlyList<Option> Levels(string present, bool higher) =>
    [
        .. new[] { ("T1", "立即", "Immediate"), ("T2", "紧急", "Urgent"), ("T3", "优先", "Priority"), ("T4", "一般", "Routine") }
            .Where(l => higher ? string.CompareOrdinal(l.Item1, present) < 0 : string.CompareOrdinal(l.Item1, present) > 0)
            .Select(l => new Option(l.Item1, new Text($"{l.Item1} {l.Item2}", $"{l.Item1} {l.Item3}"))),
    ];

    private async Task<IReadOnlyList<Option>> Cases(CaseFile file, Caller caller, CancellationToken cancel)
    {
        var own = file.Cases.Select(c => c.Id).Append(file.Id).ToHashSet();
        var (items, _) = await files.Newest(new() { Kind = CaseKind.Case, Scope = caller.Scope, Open = true, Limit = Most }, cancel);
        return [.. items.Where(i => !own.Contains(i.Id)).Select(i => new Option(i.Id.ToString(), new Text(i.Number, i.Number)))];
    }
}
