using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Paging;
using Hotline.Security;

namespace Hotline.Auditing;

/// <summary>/api/operations: what is overdue, and deliveries that do not get out.</summary>
public static class AuditEndpoints
{
    private const string Watch = "watch-operations";
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

    private static async Task<IResult> Get(Caller caller, OperationsDesk desk, Permissions permissions, CancellationToken cancel) =>
        permissions.Has(caller, Watch) ? await Shown(desk, caller, cancel) : new Problem(403, "forbidden");

    private static async Task<IResult> Retry(string id, Caller caller, OperationsDesk desk, Deliveries deliveries, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not var (delivery, _)) return new Problem(404, "not-found");
        await deliveries.Hurry(delivery, cancel);
        return await Shown(desk, caller, cancel);
    }

    private static async Task<IResult> Close(
        string id, HttpContext http, Caller caller, OperationsDesk desk, Deliveries deliveries, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not var (delivery, attempt)) return new Problem(404, "not-found");
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (Reasons.Read(given.RootElement) is not { } reason) return Reasons.Missing;
        await deliveries.Close(delivery, attempt, desk.Actor(caller), reason, cancel);
        return await Shown(desk, caller, cancel);
    }

    /// <summary>Whom it could be given to.</summary>
    private static async Task<IResult> People(string id, Caller caller, OperationsDesk desk, Reassigning reassigning, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is var (delivery, attempt)
            ? TypedResults.Json(Listing.Of(await reassigning.Targets(delivery.Page, attempt, cancel), null), Codec.Json)
            : new Problem(404, "not-found");

    private static async Task<IResult> Reassign(
        string id, HttpContext http, Caller caller, OperationsDesk desk, Deliveries deliveries, Reassigning reassigning, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not var (delivery, attempt)) return new Problem(404, "not-found");
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (Reasons.Read(given.RootElement) is not { } reason) return Reasons.Missing;
        if (Person(given.RootElement) is not { } person
            || (await reassigning.Targets(delivery.Page, attempt, cancel)).FirstOrDefault(t => t.Id == person) is not { } to)
            return new Problem(422, "invalid") { Members = PersonUnfit };
        await reassigning.Reassign(delivery.Page, attempt, to, desk.Actor(caller), reason, cancel);
        // The relay finds the old attempt settled and lets go of it.
        await deliveries.Hurry(delivery, cancel);
        return await Shown(desk, caller, cancel);
    }

    private static async Task<IResult> Shown(OperationsDesk desk, Caller caller, CancellationToken cancel) =>
        TypedResults.Json(await desk.View(caller, cancel), Codec.Json);

    private static readonly ImmutableDictionary<string, object?> PersonUnfit = ImmutableDictionary<string, object?>.Empty.Add(
        "errors", new Dictionary<string, string[]> { ["person"] = ["请另选一位能联系上的值班人员。 Choose somebody else of the duty who can be reached."] });

    private static Guid? Person(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("person", out var value) && value.ValueKind == JsonValueKind.String
        && value.TryGetGuid(out var person) ? person : null;
}
