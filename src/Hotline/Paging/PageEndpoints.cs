using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>/api/pages: who was rung, who answered, and the two things a person may do about it.</summary>
public static class PageEndpoints
{
    private const string AcknowledgeTrigger = "Acknowledge";
    private const string StopTrigger = "Stop";
    private const int ListMax = 200;
    private const int BodyBytesMax = 16 * 1024;

    public static void Map(WebApplication app)
    {
        var pages = app.MapGroup("/api/pages").WithTags("Pages");
        pages.MapGet("", List).WithName("ListPages");
        pages.MapGet("/{id}", Get).WithName("GetPage").Produces<PageView>();
        pages.MapPost("/{id}/acknowledge", Acknowledge).WithName("AcknowledgePage").Produces<PageView>();
        pages.MapPost("/{id}/steps/{step}", Step).WithName("TakePageStep").Produces<PageView>();
    }

    private static async Task<IResult> List(
        HttpContext http, Caller caller, PageQueries pages, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var query = http.Request.Query;
        var (items, cursor) = await pages.Newest(
            new(
                caller.Scope, bool.TryParse(query["open"], out var open) ? open : null, Word(query["report"]),
                Guid.TryParse(query["case"], out var own) ? own : query["case"].Count > 0 ? Guid.Empty : null, Word(query["cursor"]),
                int.TryParse(query["limit"], out var limit) ? Math.Clamp(limit, 1, ListMax) : 50),
            cancel);
        var shown = items.Where(p => permissions.MayRead(caller, new Subject(PageFile.KindName, p.Division, null, null)));
        return TypedResults.Json(Listing.Of(shown.Select(p => JsonNode.Parse(p.Body)), cursor), Codec.Json);
    }

    private static async Task<IResult> Get(string id, Caller caller, PageDesk desk, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } page ? Shown(desk, page, caller) : new Problem(404, "not-found");

    private static async Task<IResult> Acknowledge(string id, HttpContext http, Caller caller, PageDesk desk, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } page) return new Problem(404, "not-found");
        if (desk.RoleFor(caller, AcknowledgeTrigger) is not { } role) return new Problem(403, "forbidden");
        if (!PageDesk.IsTheirs(page, caller)) return new Problem(403, "page-not-yours");
        if (Keys.Of(http.Request, required: false) is { Refusal: { } noKey }) return noKey;
        if (await JsonBody.Bytes(http, BodyBytesMax, cancel) is not { } body) return new Problem(413, "too-large", BodyBytesMax);
        if (Malformed(http, body) is { } malformed) return malformed;
        // Answering twice gives the same answer, so a repeated key needs no memory of its own.
        return await desk.Acknowledge(page.Id, new Actor(caller.Id, caller.User, role)) switch
        {
            Answer.Taken taken => Shown(desk, taken.Page, caller),
            Answer.Already already => Shown(desk, already.Page, caller),
            _ => new Problem(409, "page-stopped"),
        };
    }

    private static async Task<IResult> Step(
        string id, string step, HttpContext http, Caller caller, PageDesk desk, Keys keys, CancellationToken cancel)
    {
        if (step == $"{PageFile.KindName}.{AcknowledgeTrigger}") return await Acknowledge(id, http, caller, desk, cancel);
        if (await desk.Find(id, caller, cancel) is not { } page || step != $"{PageFile.KindName}.{StopTrigger}") return new Problem(404, "not-found");
        if (desk.RoleFor(caller, StopTrigger) is not { } role) return new Problem(403, "forbidden");
        var (keyText, noKey) = Keys.Of(http.Request, required: true);
        if (noKey is not null) return noKey;
        if (await JsonBody.Bytes(http, BodyBytesMax, cancel) is not { } body) return new Problem(413, "too-large", BodyBytesMax);
        var key = Keys.For(http, caller.Id, keyText, body)!;
        using var held = await keys.Hold(key, cancel);
        if (await keys.Find(key, cancel) is { } first)
            return first.BodyHash.AsSpan().SequenceEqual(key.BodyHash) ? Shown(desk, page, caller) : new Problem(409, "key-reused");
        // Optional here: a page moves by itself while a supervisor reads, and stopping commutes with that.
        if (http.Request.Headers.IfMatch.Count > 0 && Preconditions.IfMatch(http.Request).Version != page.Version)
            return new Problem(412, "version-moved") { Members = ImmutableDictionary<string, object?>.Empty.Add("version", page.Version) };
        if (!http.Request.HasJsonContentType()) return new Problem(415, "unsupported-media");
        if (Malformed(http, body) is { } malformed) return malformed;
        if (Reason(body) is not { } reason) return Reasons.Missing;
        return await desk.Stop(page.Id, new Actor(caller.Id, caller.User, role), reason, key) switch
        {
            Written.Refused no => no.Problem,
            _ => Shown(desk, await desk.Load(page.Id), caller),
        };
    }

    /// <summary>No body at all is an empty form; a body must be a JSON object.</summary>
    private static Problem? Malformed(HttpContext http, byte[] body)
    {
        if (body.Length == 0) return null;
        if (!http.Request.HasJsonContentType()) return new Problem(415, "unsupported-media");
        try
        {
            using var document = JsonDocument.Parse(JsonMending.Mend(body, out _), new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object ? null : new Problem(400, "malformed", "not an object");
        }
        catch (JsonException wrong)
        {
            return new Problem(400, "malformed", $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine}");
        }
    }

    private static string? Reason(byte[] body)
    {
        using var document = JsonDocument.Parse(JsonMending.Mend(body, out _));
        return Reasons.Read(document.RootElement);
    }

    private static IResult Shown(PageDesk desk, PageFile page, Caller caller) =>
        TypedResults.Text(JsonSerializer.Serialize(desk.View(page, caller), Codec.Json), "application/json");

    private static string? Word(Microsoft.Extensions.Primitives.StringValues value) =>
        value.ToString() is { Length: > 0 and <= 200 } text && !text.Contains('\0', StringComparison.Ordinal) ? text : null;
}
