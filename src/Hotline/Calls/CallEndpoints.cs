using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;

namespace Hotline.Calls;

/// <summary>/api/calls: what a call centre tells, the inbox of calls owed, one call and its steps.</summary>
public static class CallEndpoints
{
    private const int BodyBytesMax = 16 * 1024;

    public static void Map(WebApplication app)
    {
        var calls = app.MapGroup("/api/calls").WithTags("Calls");
        calls.MapPost("", Hear).WithName("PostCallEvent");
        calls.MapGet("", List).WithName("ListCalls").Produces<Listing<CallListed>>();
        calls.MapGet("/{id}", Get).WithName("GetCall").Produces<CallView>();
        calls.MapPost("/{id}/look", Look).WithName("LookIntoCall");
        calls.MapPost("/{id}/steps/{step}", Take).WithName("TakeCallStep").Produces<CallView>();
    }

    /// <summary>Answers alike for the first time and for every repeat.</summary>
    private static async Task<IResult> Hear(HttpContext http, Caller caller, Permissions permissions, Switchboard switchboard, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.PostCallEvents)) return new Problem(403, "forbidden");
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        var (what, errors) = TelephoneEvent.Read(body!.RootElement);
        if (what is null) return new Problem(422, "invalid") { Members = ImmutableDictionary<string, object?>.Empty.Add("errors", errors) };
        // Whoever hangs up has still called: nothing below listens to the caller's cancellation.
        var call = await switchboard.Hear(new Centre(caller.Organisation, caller.Division), what);
        return TypedResults.Json(new { call.Id, call.Number, call.State }, Codec.Json);
    }

    /// <summary>The calls that somebody still owes something, the most urgent first; <c>open=false</c> those that are done.</summary>
    private static async Task<IResult> List(
        HttpContext http, Caller caller, FileQueries files, CallViews views, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.TakeCalls)) return new Problem(403, "forbidden");
        var query = http.Request.Query;
        var own = !permissions.MayRead(caller, new(CallFacts.Kind, caller.Division, null, null));
        var (rows, cursor) = await files.ByDanger(new()
        {
            Kind = CallFacts.Kind, Scope = own ? null : caller.Scope, FiledBy = own ? caller.Id : null, State = CaseEndpoints.Text(query["state"]),
            Open = own || query["open"] != "false", After = CaseEndpoints.Text(query["cursor"]), Limit = CaseEndpoints.Limit(query["limit"]),
        }, cancel);
        var items = new List<CallListed>();
        foreach (var row in rows.Where(r => Mine(caller, r, permissions))) items.Add(await views.Listed(row, cancel));
        return TypedResults.Json(Listing.Of(items, cursor), Codec.Json);
    }

    private static async Task<IResult> Get(string id, Caller caller, FileQueries files, CallViews views, Permissions permissions, CancellationToken cancel) =>
        await Find(id, caller, files, permissions, cancel) is { } row
            ? TypedResults.Json(await views.Of(row.Id, caller, cancel), Codec.Json) : new Problem(404, "not-found");

    private static async Task<IResult> Look(
        string id, HttpContext http, Caller caller, FileQueries files, Permissions permissions, Looking looking, CancellationToken cancel) =>
        await Find(id, caller, files, permissions, cancel) is { } row ? await looking.Look(http, caller, row, cancel) : new Problem(404, "not-found");

    private static async Task<IResult> Take(
        string id, string step, HttpContext http, Caller caller, FileQueries files, Permissions permissions, CallViews views, StepEndpoint steps,
        CancellationToken cancel)
    {
        if (await Find(id, caller, files, permissions, cancel) is not { } row) return new Problem(404, "not-found");
        if (StepToken.Parse(step) is not { } token || (token.Target is { } target && target != row.Id)) return new Problem(404, "not-found");
        return await steps.Take(http, caller, row.Subject, row.Id, token, async load => await views.Of(load, row.Id, caller, CancellationToken.None), cancel);
    }

    private static async Task<FileListed?> Find(string id, Caller caller, FileQueries files, Permissions permissions, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await files.Find(guid, cancel) is { Kind: CallFacts.Kind } row && Mine(caller, row, permissions) ? row : null;

    /// <summary>Calls of the division; to the operator of a contracted line its own call until its outcome is handed in.</summary>
    private static bool Mine(Caller caller, FileListed row, Permissions permissions) => permissions.MayRead(caller, row.Subject)
        || (row.IsOpen && Permissions.Filed(caller, row.Subject) && permissions.Has(caller, Permissions.TakeCalls));
}
