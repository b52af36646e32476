using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Paging;
using Hotline.Security;

namespace Hotline.Auditing;

/// <summary>How the house itself does. Counts for everybody who may watch it; which deliveries wait, for those who may stop pages there.</summary>
/// <param name="LookedAt">When it was last looked; null before the first look after a start.</param>
/// <param name="Alarms">Who was rung how often, of the people whose pages the caller may read.</param>
/// <param name="AllWell">Null until it has been looked twice.</param>
public sealed record OperationsView(
    DateTimeOffset? LookedAt, bool? AllWell, IReadOnlyList<OverdueCount> Overdue, OutsideView Outside, IReadOnlyList<DeliveryView> Deliveries, BudgetView Alarms);

/// <summary>Whether somebody outside watches us, and when they last heard that all is well.</summary>
public sealed record OutsideView(bool Configured, DateTimeOffset? HeardAt);

/// <summary>/api/operations: what is overdue, and deliveries that do not get out.</summary>
public static class AuditEndpoints
{
    private const string Watch = "watch-operations";
    private const string StopPages = "stop-pages";
    private const int BodyBytesMax = 16 * 1024;

    public static void Map(WebApplication app)
    {
        var operations = app.MapGroup("/api/operations").WithTags("Operations");
        operations.MapGet("", Get).WithName("GetOperations").Produces<OperationsView>();
        operations.MapPost("/deliveries/{id}/retry", Retry).WithName("RetryDelivery").Produces<OperationsView>();
        operations.MapPost("/deliveries/{id}/close", Close).WithName("CloseDelivery").Produces<OperationsView>();
        operations.MapGet("/deliveries/{id}/people", People).WithName("ListDeliveryPeople");
        operations.MapPost("/deliveries/{id}/reassign", Reassign).WithName("ReassignDelivery").Produces<OperationsView>();
    }

    private static async Task<IResult> Get(Caller caller, Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Permissions permissions, CancellationToken cancel) =>
        permissions.Has(caller, Watch) ? await Shown(caller, auditor, outside, deliveries, budget, permissions, cancel) : new Problem(403, "forbidden");

    private static async Task<IResult> Retry(
        string id, Caller caller, Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Permissions permissions, CancellationToken cancel)
    {
        if (await Find(id, caller, deliveries, permissions, cancel) is not var (delivery, _)) return new Problem(404, "not-found");
        await deliveries.Hurry(delivery, cancel);
        return await Shown(caller, auditor, outside, deliveries, budget, permissions, cancel);
    }

    private static async Task<IResult> Close(
        string id, HttpContext http, Caller caller, Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Permissions permissions, CancellationToken cancel)
    {
        if (await Find(id, caller, deliveries, permissions, cancel) is not var (delivery, attempt)) return new Problem(404, "not-found");
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (Reason(given.RootElement) is not { } reason) return new Problem(422, "invalid") { Members = ReasonMissing };
        await deliveries.Close(delivery, attempt, new Actor(caller.Id, caller.User, permissions.RoleWith(caller, StopPages)!), reason, cancel);
        return await Shown(caller, auditor, outside, deliveries, budget, permissions, cancel);
    }

    /// <summary>Whom it could be given to.</summary>
    private static async Task<IResult> People(
        string id, Caller caller, Deliveries deliveries, Reassigning reassigning, Permissions permissions, CancellationToken cancel) =>
        await Find(id, caller, deliveries, permissions, cancel) is var (delivery, attempt)
            ? TypedResults.Json(Listing.Of(await reassigning.Targets(delivery.Page, attempt, cancel), null), Codec.Json)
            : new Problem(404, "not-found");

    private static async Task<IResult> Reassign(
        string id, HttpContext http, Caller caller, Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Reassigning reassigning, Permissions permissions,
        CancellationToken cancel)
    {
        if (await Find(id, caller, deliveries, permissions, cancel) is not var (delivery, attempt)) return new Problem(404, "not-found");
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (Reason(given.RootElement) is not { } reason) return new Problem(422, "invalid") { Members = ReasonMissing };
        if (Person(given.RootElement) is not { } person
            || (await reassigning.Targets(delivery.Page, attempt, cancel)).FirstOrDefault(t => t.Id == person) is not { } to)
            return new Problem(422, "invalid") { Members = PersonUnfit };
        await reassigning.Reassign(delivery.Page, attempt, to, new Actor(caller.Id, caller.User, permissions.RoleWith(caller, StopPages)!), reason, cancel);
        // The relay finds the old attempt settled and lets go of it.
        await deliveries.Hurry(delivery, cancel);
        return await Shown(caller, auditor, outside, deliveries, budget, permissions, cancel);
    }

    private static async Task<(DeliveryView Delivery, Guid Attempt)?> Find(
        string id, Caller caller, Deliveries deliveries, Permissions permissions, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await deliveries.Find(guid, cancel) is var (delivery, attempt) && MayAct(caller, delivery, permissions)
            ? (delivery, attempt) : null;

    private static bool MayAct(Caller caller, DeliveryView delivery, Permissions permissions) =>
        permissions.Has(caller, StopPages) && permissions.MayRead(caller, new(PageFile.KindName, delivery.Division, null, null));

    private static async Task<IResult> Shown(
        Caller caller, Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Permissions permissions, CancellationToken cancel)
    {
        var waiting = (await deliveries.Waiting(cancel)).Where(d => MayAct(caller, d, permissions));
        var last = auditor.Last;
        return TypedResults.Json(
            new OperationsView(last?.At, last is null or { AllWell: false, Overdue.IsEmpty: true } ? null : last.AllWell, last?.Counts ?? [], new(outside.IsConfigured, outside.HeardAt), [.. waiting],
                await budget.Of(division => permissions.MayRead(caller, new(PageFile.KindName, division, null, null)), cancel)),
            Codec.Json);
    }

    private static readonly ImmutableDictionary<string, object?> ReasonMissing = ImmutableDictionary<string, object?>.Empty.Add(
        "errors", new Dictionary<string, string[]> { ["reason"] = ["请填写理由（不超过 500 字）。 Give a reason of at most 500 characters."] });

    private static readonly ImmutableDictionary<string, object?> PersonUnfit = ImmutableDictionary<string, object?>.Empty.Add(
        "errors", new Dictionary<string, string[]> { ["person"] = ["请另选一位能联系上的值班人员。 Choose somebody else of the duty who can be reached."] });

    private static Guid? Person(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("person", out var value) && value.ValueKind == JsonValueKind.String
        && value.TryGetGuid(out var person) ? person : null;

    private static string? Reason(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("reason", out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString()!.Trim() is { Length: > 0 and <= Deliveries.ReasonMax } reason ? reason : null;
}
