using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Dapper;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Cases;

/// <summary>A case as GET /api/cases/{id} shows it.</summary>
public sealed record CaseView
{
    public required Guid Id { get; init; }
    public required string Number { get; init; }
    public required string? Stage { get; init; }
    public required string State { get; init; }
    public required long Version { get; init; }
    public required string Triage { get; init; }
    public required string Division { get; init; }
    public required string DivisionName { get; init; }
    public required Text DivisionTitle { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required IReadOnlyDictionary<string, string> Regions { get; init; }
    public required Summary Summary { get; init; }
    public required Actor? Owner { get; init; }
    public required IReadOnlyList<ClockView> Clocks { get; init; }
    public required IReadOnlyList<JsonNode> Pages { get; init; }
    public required IReadOnlyList<TaskView> Tasks { get; init; }
    public required IReadOnlyList<AssignmentListed> Transfers { get; init; }
    public required IReadOnlyList<AssignmentListed> Visits { get; init; }
    public required IReadOnlyList<Link> Links { get; init; }
    public required IReadOnlyList<Link> Reports { get; init; }
    public required IReadOnlyDictionary<string, string> Danger { get; init; }
    public required IReadOnlyDictionary<string, string> Facts { get; init; }
    public required string PackVersion { get; init; }
    public required bool Exercise { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
}

/// <summary>What a row answers about the matter, without a name.</summary>
public sealed record Summary(IReadOnlyList<string> Grounds, string Category, string? ChildSex, int? ChildAge, int Children, string Place);

/// <summary>Something somebody must still do for this file. Kind ClarifyField: a value of the report nobody could read.
/// CoordinatedTask: an agency's piece of work, code its kind.</summary>
public sealed record TaskView(string Id, string Kind, string Field, string Code, string State)
{
    public AssignmentListed? Task { get; init; }
}

/// <summary>A row of the board.</summary>
public sealed record CaseListed(
    Guid Id, string Number, string? Stage, string State, long Version, string? Triage, string Division, string DivisionName,
    Text DivisionTitle, DateTimeOffset OpenedAt, Summary Summary, IReadOnlyList<ClockView> Clocks, JsonNode? Page, Actor? Owner, string? ReportNumber, bool Exercise);

/// <summary>Makes views of cases for a caller.</summary>
public sealed class CaseViews(
    IEventStore store, StreamKinds kinds, StepDesk desk, FileQueries files, PolicyBook policies, IBusinessClock clock, DivisionNames names,
    Permissions permissions, AssignmentViews assignments)
{
    public Task<CaseView> Of(Guid id, Caller caller, CancellationToken cancel) => Of(new Loader(store, kinds), id, caller, cancel);

    /// <summary>Did this case give the task, hand-over or visit, or a case that was merged into it?</summary>
    public async Task<bool> Gave(Guid id, Guid assignment, CancellationToken cancel) =>
        (await new Loader(store, kinds).Load<CaseFile>(CaseKind.Case, id, cancel)).Assignments.Any(a => a.Id == assignment);

    public async Task<CaseView> Of(Loader load, Guid id, Caller caller, CancellationToken cancel)
    {
        var file = await load.Load<CaseFile>(CaseKind.Case, id, cancel);
        var pack = policies.Of(file);
        var now = clock.Now;
        var steps = (await desk.Offered(load, file, caller, false, now, cancel)).ToList();
        steps.AddRange(await desk.Openings(load, file, caller, now, cancel));
        var given = new List<AssignmentListed>();
        // By its links and not by their case: what a merged case had given goes on here.
        var links = file.Assignments.IsEmpty ? [] : (await files.Many([.. file.Assignments.Select(a => a.Id)], cancel)).Values.ToList();
        foreach (var row in links.OrderBy(r => r.OpenedAt).ThenBy(r => r.Id))
        {
            given.Add(await assignments.Listed(row, caller, cancel));
            if (row.IsOpen) steps.AddRange(await desk.Offered(load, await load.Load<CaseFile>(row.Kind, row.Id, cancel), caller, true, now, cancel));
        }
        List<TaskView> tasks = [.. given.Where(g => g.Kind == Assigning.Task)
            .Select(t => new TaskView(t.Id.ToString(), "CoordinatedTask", "", t.What ?? "", t.State) { Task = t })];
        var readable = new List<Guid>();
        foreach (var link in file.Reports)
        {
            var report = await load.Load<CaseFile>(CaseKind.Report, link.Id, cancel);
            tasks.AddRange(Clarify(report));
            if (!permissions.MayRead(caller, Permissions.SubjectOf(report))) continue;
            steps.AddRange(await desk.Offered(load, report, caller, true, now, cancel));
            readable.Add(link.Id);
        }
        var place = await names.Of(file.Division, cancel);
        return new()
        {
            Id = id, Number = file.Number, Stage = Stages.Of(pack, file), State = file.State,
            Version = file.Version, Triage = file.Triage, Division = file.Division, DivisionName = place.Zh, DivisionTitle = place,
            OpenedAt = file.OpenedAt, Regions = Cases.Regions.Names.ToDictionary(r => r, r => Cases.Regions.State(pack, file, r) ?? Unmoved[r]),
            Summary = SummaryOf(RowBody.Of(file), place.Zh),
            Owner = file.Owner, Clocks = ClockView.All(file.Clocks.Values, pack),
            Pages = await Pages([.. readable], id, caller, cancel), Tasks = tasks, Transfers = [.. given.Where(g => g.Kind == Assigning.Transfer)],
            Visits = [.. given.Where(g => g.Kind == Assigning.Visit)], Links = file.Links, Reports = file.Reports, Danger = file.Danger, Facts = file.Facts,
            PackVersion = file.PackVersion, Exercise = file.Exercise, Steps = steps,
        };
    }

    /// <summary>Rows of a board, each with the page to look at first, if the caller may know of it.</summary>
    public async Task<IReadOnlyList<CaseListed>> Listed(IReadOnlyList<FileListed> rows, Caller caller, CancellationToken cancel)
    {
        var pages = await files.FirstPages(rows, cancel);
        var listed = new List<CaseListed>();
        foreach (var row in rows)
        {
            var page = pages.TryGetValue(row.Id, out var found) && permissions.MayRead(caller, found.Subject) ? JsonNode.Parse(found.Body) : null;
            listed.Add(await Listed(row, page, cancel));
        }
        return listed;
    }

    private async Task<CaseListed> Listed(FileListed row, JsonNode? page, CancellationToken cancel)
    {
        var body = row.Read<RowBody>();
        var place = await names.Of(row.Division, cancel);
        return new(row.Id, row.Number, row.Stage, row.State, row.Version, row.Triage, row.Division, place.Zh, place, row.OpenedAt,
            SummaryOf(body, place.Zh), ClockView.Open(body.Clocks, policies.Current), page, body.Owner,
            body.ReportNumber, body.Exercise);
    }

    /// <summary>Pages of reports and of a case, if the caller may know of pages.</summary>
    public async Task<IReadOnlyList<JsonNode>> Pages(Guid[] reports, Guid? caseId, Caller caller, CancellationToken cancel) =>
        [.. (await files.Pages(reports, caseId, cancel)).Where(p => permissions.MayRead(caller, p.Subject)).Select(p => JsonNode.Parse(p.Body)!)];

    public static IEnumerable<TaskView> Clarify(CaseFile report) => report.Report!.Warnings.Select((w, i) => new TaskView(
        $"{report.Number}-{i + 1}", "ClarifyField", w.Field, w.Code,
        report.Clocks.TryGetValue(Triaging.CallBackClock, out var clock) && !clock.IsOpen ? "Done" : "Open"));

    public static Summary SummaryOf(RowBody body, string place) =>
        new(body.Grounds, body.Category, body.ChildSex, body.ChildAge, body.Children, place);

    /// <summary>What a case shows that began under a pack without region machines.</summary>
    private static readonly ImmutableDictionary<string, string> Unmoved = ImmutableDictionary<string, string>.Empty
        .Add(Cases.Regions.Police, "NotSent").Add(Cases.Regions.Placement, "Unknown").Add(Cases.Regions.Guardianship, "None");
}

/// <summary>Names of divisions by code, read once and again when a new one turns up.</summary>
public sealed class DivisionNames(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<string, Text> known = new();

    public async ValueTask<Text> Of(string code, CancellationToken cancel)
    {
        if (known.TryGetValue(code, out var name)) return name;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var found = await connection.QuerySingleOrDefaultAsync<Text>(new CommandDefinition(
            "select name_zh zh, name_en en from hotline.divisions where @code ^@ code order by length(code) desc limit 1",
            new { code }, cancellationToken: cancel));
        return found is null ? new(code, code) : known.GetOrAdd(code, found);
    }
}
