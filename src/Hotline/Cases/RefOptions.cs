using Dapper;
using Hotline.Security;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Cases;

/// <summary>What a reference field may point to now: open cases of the caller's division, organisations, people of the division.</summary>
public sealed class RefOptions(NpgsqlDataSource database, FileQueries files, PolicyBook policies, IOrganisations organisations)
{
    private const int Most = 50;

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Option>>> For(
        Loader load, GuardWorld world, Caller caller, IEnumerable<string> kinds, CancellationToken cancel)
    {
        var options = new Dictionary<string, IReadOnlyList<Option>>();
        var notTo = world.Reports.Where(MustNotKnow).Select(r => r.Report!.Organisation).OfType<Guid>().ToHashSet();
        foreach (var kind in kinds.Distinct()) options[kind] = await Of(kind, load, world.File, caller, notTo, cancel);
        return options;
    }

    /// <summary>Somebody of the reporting unit is suspected or stands in the way (domain 2.3, 9.1).</summary>
    private static bool MustNotKnow(CaseFile report) => report.Report is { } said
        && (said.MyUnitMustNotKnow || said.Obstructed || said.Suspects.Any(s => s.WorksAtReportersUnit));

    private async Task<IReadOnlyList<Option>> Of(
        string kind, Loader load, CaseFile file, Caller caller, IReadOnlySet<Guid> notTo, CancellationToken cancel)
    {
        if (kind == "case") return Cases(file, await load.Once($"open cases {file.Exercise}", () => Open(CaseKind.Case, caller, file.Exercise, cancel)));
        if (kind == "report") return await load.Once($"open reports {file.Exercise}", () => Open(CaseKind.Report, caller, file.Exercise, cancel));
        if (kind is "higher-level" or "lower-level") return Levels(file.Triage, higher: kind == "higher-level");
        if (kind is "organisation" or "agency" or "receiver" or "visitor") return await Bodies(kind, file, caller, notTo, cancel);
        return await load.Once("people", () => People(caller, cancel));
    }

    private async Task<IReadOnlyList<Option>> People(Caller caller, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<(string Value, string Zh, string En)>(new CommandDefinition(
            "select id::text as Value, display_name as Zh, display_name as En from hotline.accounts where division ^@ @scope and disabled_at is null order by display_name limit @Most",
            new { scope = caller.Scope, Most }, cancellationToken: cancel));
        return [.. rows.Select(r => new Option(r.Value, new Text(r.Zh, r.En)))];
    }

    /// <summary>Bodies that something may be given to now: of a kind that may have it, with people who can take it. Whoever visits
    /// may be of one's own body; a task or a child goes to another, and never back to the body that gave it: nobody would be left
    /// to confirm. A unit that must not know of its report learns nothing here.</summary>
    private async Task<IReadOnlyList<Option>> Bodies(string kind, CaseFile file, Caller caller, IReadOnlySet<Guid> notTo, CancellationToken cancel)
    {
        var (pack, all) = (policies.Current, await organisations.All(cancel));
        HashSet<string> takers = kind == "organisation" ? []
            : [.. pack.Machines[Machine(kind)].Steps.Where(s => s.Party == Step.Receiver).SelectMany(s => s.Who)];
        bool Fits(Organisation body) => kind switch
        {
            "organisation" => true,
            "receiver" => pack.Organisations.TryGetValue(body.Type, out var type) && type.ReceivesChildren,
            "visitor" => pack.Organisations.TryGetValue(body.Type, out var type) && type.Visits,
            _ => true,
        } && (takers.Count == 0 || body.Roles.Any(takers.Contains));
        return [.. all.Where(o => Fits(o) && !notTo.Contains(o.Id) && (kind == "visitor" || (o.Id != caller.Organisation && o.Id != file.Sender)))
            .Take(Most).Select(o => new Option(o.Id.ToString(), o.Name))];
    }

    private static string Machine(string kind) => kind switch { "agency" => Assigning.Task, "receiver" => Assigning.Transfer, _ => Assigning.Visit };

    private static IReadOnlyList<Option> Levels(string present, bool higher) =>
    [
        .. new[] { ("T1", "立即", "Immediate"), ("T2", "紧急", "Urgent"), ("T3", "优先", "Priority"), ("T4", "一般", "Routine") }
            .Where(l => higher ? string.CompareOrdinal(l.Item1, present) < 0 : string.CompareOrdinal(l.Item1, present) > 0)
            .Select(l => new Option(l.Item1, new Text($"{l.Item1} {l.Item2}", $"{l.Item1} {l.Item3}"))),
    ];

    private async Task<IReadOnlyList<Option>> Open(string kind, Caller caller, bool exercise, CancellationToken cancel) =>
        [.. (await files.NewestOpen(kind, caller.Scope, exercise, Most, cancel)).Select(c => new Option(c.Id.ToString(), new Text(c.Number, c.Number)))];

    private static IReadOnlyList<Option> Cases(CaseFile file, IReadOnlyList<Option> open)
    {
        var own = file.Cases.Select(c => c.Id).Append(file.Id).Select(id => id.ToString()).ToHashSet();
        return [.. open.Where(option => !own.Contains(option.Value))];
    }
}
