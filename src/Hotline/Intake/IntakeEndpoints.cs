using System.Collections.Concurrent;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;

namespace Hotline.Intake;

/// <summary>/api/reports and its public twin.</summary>
public static class IntakeEndpoints
{
    public static void MapIntake(this WebApplication app)
    {
        var reports = app.MapGroup("/api/reports").WithTags("Reports");
        reports.MapPost("", Post).WithName("FileReport").Produces<ReceiptView>(201);
        reports.MapGet("", List).WithName("ListReports");
        reports.MapGet("/{number}", Get).WithName("GetReport").Produces<WorkView>();
        reports.MapGet("/{number}/timeline", GetTimeline).WithName("GetReportTimeline");
        reports.MapPost("/{number}/steps/{step}", TakeStep).WithName("TakeReportStep").Produces<WorkView>();
        LineEndpoints.Map(reports);
        var open = app.MapGroup("/api/public/reports").WithTags("Reports").AllowAnonymous();
        open.MapPost("", PostPublic).WithName("FilePublicReport").Produces<ReceiptView>(201);
        open.MapGet("/{code}", GetPublic).WithName("LookUpReport").Produces<FeedbackView>();
    }

    private static async Task<IResult> Post(HttpContext http, Caller caller, IntakeDesk desk, Permissions permissions, CancellationToken cancel) =>
        permissions.Has(caller, Permissions.FileReports) ? await desk.Receive(http, Filer.Of(caller), withLookup: false, cancel) : new Problem(403, "forbidden");

    private static async Task<IResult> PostPublic(HttpContext http, IntakeDesk desk, Desks desks, PublicPace pace, CancellationToken cancel)
    {
        await pace.Wait(http.Connection.RemoteIpAddress?.ToString() ?? "", cancel);
        return await desk.Receive(http, Filer.Public(await desks.Handling(null, "", cancel)), withLookup: true, cancel);
    }

    private static async Task<IResult> GetPublic(string code, HttpContext http, IntakeDesk desk, ReportViews views, PublicPace pace, CancellationToken cancel)
    {
        await pace.Wait("look-up " + http.Connection.RemoteIpAddress, cancel);
        return await desk.ByCode(JsonMending.Mend(code, out _), cancel) is { } report
            ? TypedResults.Json(await views.ForReporter(report, cancel), Codec.Json)
            : new Problem(404, "not-found");
    }

    private static async Task<IResult> List(
        HttpContext http, Caller caller, FileQueries files, CaseViews cases, Permissions permissions, CancellationToken cancel)
    {
        var query = http.Request.Query;
        var works = permissions.Has(caller, Permissions.ReadReports);
        var mine = !works || query["mine"] == "true";
        if (mine && !permissions.Has(caller, Permissions.FileReports)) return new Problem(403, "forbidden");
        var filter = new FileQueries.Filter
        {
            Kind = CaseKind.Report, Scope = mine ? null : caller.Scope, FiledBy = mine ? caller.Id : null,
            Division = CaseEndpoints.Text(query["division"]), State = CaseEndpoints.Text(query["state"]), Triage = CaseEndpoints.Text(query["triage"]),
            Text = CaseEndpoints.Text(query["q"]), Open = CaseEndpoints.Text(query["open"]) is { } open ? open == "true" : null,
            After = CaseEndpoints.Text(query["cursor"]), Limit = CaseEndpoints.Limit(query["limit"]),
        };
        if (mine)
        {
            var (own, next) = await files.Newest(filter, cancel);
            return TypedResults.Json(Listing.Of(own.Select(r => new { reportNumber = r.Number, state = r.State, receivedAt = r.OpenedAt }), next), Codec.Json);
        }
        var (rows, cursor) = await files.ByDanger(filter, cancel);
        List<FileListed> readable = [.. rows.Where(r => permissions.MayRead(caller, r.Subject))];
        var items = (await cases.Listed(readable, caller, cancel)).Zip(readable, (shown, row) => new
        {
            shown.Id, reportNumber = shown.Number, shown.State, shown.Version, shown.Triage, shown.Division, shown.DivisionName,
            shown.DivisionTitle, receivedAt = shown.OpenedAt, shown.Summary, shown.Clocks, cases = row.Read<RowBody>().Cases, shown.Page, shown.Owner, shown.Exercise,
        });
        return TypedResults.Json(Listing.Of(items, cursor), Codec.Json);
    }

    private static async Task<IResult> Get(string number, Caller caller, FileQueries files, ReportViews views, Permissions permissions, CancellationToken cancel)
    {
        if (await Find(number, caller, files, permissions, cancel) is not { } found) return new Problem(404, "not-found");
        return found.Works
            ? TypedResults.Json(await views.ForWorker(found.Row.Id, caller, cancel), Codec.Json)
            : TypedResults.Json(await views.ForReporter(found.Row.Id, cancel), Codec.Json);
    }

    private static async Task<IResult> GetTimeline(
        string number, Caller caller, FileQueries files, Permissions permissions, Store.IEventStore store, PolicyBook policies, CancellationToken cancel)
    {
        if (await Find(number, caller, files, permissions, cancel) is not { Works: true } found) return new Problem(404, "not-found");
        var events = (await store.Read(found.Row.Id, 0, cancel)).Select(Codec.Read);
        return TypedResults.Json(Listing.Of(Timeline.Of(events, CaseKind.Report, policies.Current), null), Codec.Json);
    }

    private static async Task<IResult> TakeStep(
        string number, string step, HttpContext http, Caller caller, FileQueries files, Permissions permissions, ReportViews views,
        StepEndpoint steps, CancellationToken cancel)
    {
        if (await Find(number, caller, files, permissions, cancel) is not { } found) return new Problem(404, "not-found");
        if (StepToken.Parse(step) is not { } token || (token.Target is { } target && target != found.Row.Id)) return new Problem(404, "not-found");
        if (!found.Works) return new Problem(403, "forbidden");
        return await steps.Take(
            http, caller, found.Row.Subject, found.Row.Id, token, async load => await views.ForWorker(load, found.Row.Id, caller, CancellationToken.None), cancel);
    }

    internal sealed record Found(FileListed Row, bool Works);

    /// <summary>The report by number or id, if it is the caller's to know: as its worker, or as the one who filed it.</summary>
    internal static async Task<Found?> Find(string number, Caller caller, FileQueries files, Permissions permissions, CancellationToken cancel)
    {
        var row = Guid.TryParse(number, out var id)
            ? await files.Find(id, cancel)
            : await files.Find(CaseKind.Report, JsonMending.Mend(number, out _), cancel);
        if (row is not { Kind: CaseKind.Report }) return null;
        if (permissions.MayRead(caller, row.Subject)) return new(row, true);
        return Permissions.Filed(caller, row.Subject) ? new(row, false) : null;
    }
}

/// <summary>Rate limits on the public way slow, never refuse: a report from a shared network still arrives (design 6).</summary>
public sealed class PublicPace(TimeProvider time)
{
    private const int FreePerMinute = 30;
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private const int AddressesMax = 10_000;
    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Count)> seen = new();

    public Task Wait(string address, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (seen.Count > AddressesMax) seen.Clear();
        var (_, count) = seen.AddOrUpdate(address, _ => (now, 1), (_, was) => now - was.Since > Window ? (now, 1) : (was.Since, was.Count + 1));
        if (count <= FreePerMinute) return Task.CompletedTask;
        var wait = TimeSpan.FromMilliseconds(50 * (count - FreePerMinute));
        return Task.Delay(wait < WaitMax ? wait : WaitMax, time, cancel);
    }
}
