using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;

namespace Hotline.Agencies;

/// <summary>Answers the three inboxes alike.</summary>
public sealed class Inbox(FileQueries files, AssignmentViews views, Permissions permissions, StepEndpoint steps, Looking looking)
{
    /// <summary>Open before ended, most urgent first. <c>inbox</c>: mine (addressed to my body; the default), sent (given over by
    /// it), organisation (either), division (of the cases I may read).</summary>
    public async Task<IResult> List(string kind, HttpContext http, Caller caller, CancellationToken cancel)
    {
        var query = http.Request.Query;
        if (!permissions.Has(caller, Permissions.ReadTasks) && !permissions.Has(caller, Permissions.ReadCases)) return new Problem(403, "forbidden");
        var filter = new FileQueries.Filter
        {
            Kind = kind, State = CaseEndpoints.Text(query["state"]), After = CaseEndpoints.Text(query["cursor"]), Limit = CaseEndpoints.Limit(query["limit"]),
            Open = CaseEndpoints.Text(query["open"]) is { } open ? open == "true" : null, Case = Guid.TryParse(query["case"], out var of) ? of : null,
            Text = CaseEndpoints.Text(query["q"]),
        };
        FileQueries.Filter? narrowed = CaseEndpoints.Text(query["inbox"]) switch
        {
            null or "mine" => filter with { Receiver = caller.Organisation },
            "sent" => filter with { Sender = caller.Organisation },
            "organisation" => filter with { Party = caller.Organisation },
            "division" => filter with { Scope = caller.Scope },
            _ => null,
        };
        if (narrowed is null)
            return new Problem(422, "invalid") { Members = ImmutableDictionary<string, object?>.Empty.Add("errors", new[] { new { field = "inbox", code = "not-a-choice" } }) };
        var (rows, cursor) = await files.ByDanger(narrowed, cancel);
        var items = new List<AssignmentListed>();
        foreach (var row in rows.Where(r => permissions.MayRead(caller, r.Subject))) items.Add(await views.Listed(row, caller, cancel));
        return TypedResults.Json(Listing.Of(items, cursor), Codec.Json);
    }

    public async Task<IResult> Get(string kind, string id, Caller caller, CancellationToken cancel) =>
        await Find(kind, id, caller, cancel) is { } row ? TypedResults.Json(await views.Of(kind, row.Id, caller, cancel), Codec.Json) : new Problem(404, "not-found");

    public async Task<IResult> Look(string kind, string id, HttpContext http, Caller caller, CancellationToken cancel) =>
        await Find(kind, id, caller, cancel) is { } row ? await looking.Look(http, caller, row, cancel) : new Problem(404, "not-found");

    public async Task<IResult> Take(string kind, string id, string step, HttpContext http, Caller caller, CancellationToken cancel)
    {
        if (await Find(kind, id, caller, cancel) is not { } row) return new Problem(404, "not-found");
        if (StepToken.Parse(step) is not { } token || (token.Target is { } target && target != row.Id)) return new Problem(404, "not-found");
        return await steps.Take(http, caller, row.Subject, row.Id, token, async load => await views.Of(load, kind, row.Id, caller, CancellationToken.None), cancel);
    }

    private async Task<FileListed?> Find(string kind, string id, Caller caller, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await files.Find(guid, cancel) is { } row && row.Kind == kind && permissions.MayRead(caller, row.Subject) ? row : null;
}
