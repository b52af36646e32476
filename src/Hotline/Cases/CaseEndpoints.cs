using System.Globalization;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>/api/cases: the board's rows, a case, its timeline, its steps.</summary>
public static class CaseEndpoints
{
    private const int PageMax = 200;
    private const int FilterMax = 200;

    public static void MapCases(this WebApplication app)
    {
        var cases = app.MapGroup("/api/cases").WithTags("Cases");
        cases.MapGet("", List).WithName("ListCases");
        cases.MapGet("/{id}", Get).WithName("GetCase").Produces<CaseView>();
        cases.MapGet("/{id}/timeline", GetTimeline).WithName("GetTimeline");
        cases.MapPost("/{id}/look", Look).WithName("LookIntoCase");
        cases.MapPost("/{id}/steps/{step}", Post).WithName("TakeCaseStep").Produces<CaseView>();
        app.MapPeople();
    }

    private static async Task<IResult> List(
        HttpContext http, Caller caller, FileQueries files, CaseViews views, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.ReadCases)) return new Problem(403, "forbidden");
        var query = http.Request.Query;
        var (rows, cursor) = await files.ByDanger(new()
        {
            Kind = CaseKind.Case, Scope = caller.Scope, Division = Text(query["division"]), State = Text(query["state"]),
            Triage = Text(query["triage"]), Text = Text(query["q"]), After = Text(query["cursor"]), Limit = Limit(query["limit"]),
            Open = Text(query["open"]) is { } open ? open == "true" : null, Owner = query["mine"] == "true" ? caller.Id : null,
        }, cancel);
        var items = await views.Listed([.. rows.Where(r => permissions.MayRead(caller, r.Subject))], caller, cancel);
        return TypedResults.Json(Listing.Of(items, cursor), Codec.Json);
    }

    private static async Task<IResult> Get(string id, Caller caller, FileQueries files, CaseViews views, Permissions permissions, CancellationToken cancel)
    {
        if (await Find(id, caller, files, permissions, cancel) is not { } row) return new Problem(404, "not-found");
        return TypedResults.Json(await views.Of(row.Id, caller, cancel), Codec.Json);
    }

    private static async Task<IResult> GetTimeline(
        string id, HttpContext http, Caller caller, FileQueries files, Permissions permissions, IEventStore store, PolicyBook policies,
        CancellationToken cancel)
    {
        if (await Find(id, caller, files, permissions, cancel) is not { } row) return new Problem(404, "not-found");
        var after = long.TryParse(http.Request.Query["cursor"], NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0;
        var limit = Limit(http.Request.Query["limit"]);
        var events = (await store.Read(row.Id, after, cancel)).Select(Codec.Read).Take(limit + 1).ToList();
        var items = Timeline.Of(events.Take(limit), CaseKind.Case, policies.Current);
        var cursor = events.Count > limit ? events[limit - 1].Version.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Json(Listing.Of(items, cursor), Codec.Json);
    }

    private static async Task<IResult> Look(
        string id, HttpContext http, Caller caller, FileQueries files, Permissions permissions, Looking looking, CancellationToken cancel) =>
        await Find(id, caller, files, permissions, cancel) is { } row ? await looking.Look(http, caller, row, cancel) : new Problem(404, "not-found");

    private static async Task<IResult> Post(
        string id, string step, HttpContext http, Caller caller, FileQueries files, Permissions permissions, CaseViews views,
        StepEndpoint steps, CancellationToken cancel)
    {
        if (await Find(id, caller, files, permissions, cancel) is not { } row) return new Problem(404, "not-found");
        if (StepToken.Parse(step) is not { } token) return new Problem(404, "not-found");
        var target = row;
        if (token.Target is { } linked && linked != row.Id)
        {
            if (await files.Find(linked, cancel) is not { } other || !permissions.MayRead(caller, other.Subject)) return new Problem(404, "not-found");
            var ours = other.Kind == CaseKind.Report ? row.Read<RowBody>().Reports.Any(r => r.Id == linked)
                : Assigning.Is(other.Kind) && (other.CaseId == row.Id || await views.Gave(row.Id, linked, cancel));
            if (!ours || token.Machine != other.Kind) return new Problem(404, "not-found");
            target = other;
        }
        return await steps.Take(http, caller, target.Subject, target.Id, token, async load => await views.Of(load, row.Id, caller, CancellationToken.None), cancel);
    }

    private static async Task<FileListed?> Find(string id, Caller caller, FileQueries files, Permissions permissions, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await files.Find(guid, cancel) is { Kind: CaseKind.Case } row && permissions.MayRead(caller, row.Subject) ? row : null;

    internal static string? Text(Microsoft.Extensions.Primitives.StringValues value) =>
        value.ToString() is { Length: > 0 } text ? JsonMending.Mend(text.Length > FilterMax ? text[..FilterMax] : text, out _) : null;

    internal static int Limit(Microsoft.Extensions.Primitives.StringValues value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Clamp(limit, 1, PageMax) : 50;
}
