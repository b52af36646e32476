using System.Globalization;
using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>Where the gateway asks what to do with a call on our line. All are signed but the fallback, which says nothing of anybody
/// and is meant to be copied to a host of its own.</summary>
public static class LineWebhooks
{
    public static void Map(WebApplication app)
    {
        var open = app.MapGroup("/webhooks/twilio").AllowAnonymous().ExcludeFromDescription();
        open.MapMethods("/voice-fallback", ["GET", "POST"], (LineDocuments documents) => Xml(documents.Fallback()));
        var line = app.MapGroup("/webhooks/twilio").AllowAnonymous().AddEndpointFilter<Webhook>().ExcludeFromDescription();
        line.MapPost("/voice", async (HttpContext http, Line calls) => Xml(await calls.Arrives(Webhook.Form(http))));
        line.MapPost("/voice-menu", async (HttpContext http, Line calls) => Xml(await calls.Enters(Webhook.Form(http))));
        line.MapPost("/voice-field", async (HttpContext http, Line calls) => Xml(await calls.FieldKey(Webhook.Form(http))));
        line.MapPost("/voice-wait", (HttpContext http, Line calls) => Xml(calls.Waits(Webhook.Form(http), Language(http))));
        line.MapPost("/voice-left", async (HttpContext http, Line calls) => Xml(await calls.Leaves(Webhook.Form(http), Language(http))));
        line.MapPost("/voice-message", (HttpContext http, LineDocuments documents) => Xml(documents.Message(LineTexts.Of(Language(http)))));
        line.MapPost("/voice-recorded", async (HttpContext http, Line calls) => Xml(await calls.Recorded(Webhook.Form(http), Language(http))));
        line.MapPost("/voice-officer", async (HttpContext http, Line calls) => Xml(
            Id(http, "call") is { } call && Id(http, "person") is { } person ? await calls.OfficerAnswers(call, person) : Gone()));
        line.MapPost("/voice-officer-key", async (HttpContext http, Line calls) => Xml(
            Id(http, "call") is { } call && Id(http, "person") is { } person ? await calls.OfficerPresses(call, person, Webhook.Form(http)["Digits"]) : Gone()));
        line.MapPost("/voice-officer-status", () => Results.NoContent());
        line.MapPost("/voice-joined", async (HttpContext http, Line calls) => Xml(
            Id(http, "person") is { } person ? await calls.Joins(Webhook.Form(http), person) : Twiml.Document()));
        line.MapPost("/voice-bridge", (HttpContext http, Line calls) => Xml(Attempt(http) is var (call, attempt) ? calls.BridgeAnswers(call, attempt) : Gone()));
        line.MapPost("/voice-bridge-key", async (HttpContext http, Line calls) => Xml(
            Attempt(http) is var (call, attempt) ? await calls.BridgePresses(call, attempt, Webhook.Form(http)["Digits"]) : Gone()));
        line.MapPost("/voice-bridged", async (HttpContext http, Line calls) => Xml(
            Attempt(http) is var (call, attempt) ? await calls.BridgeOver(call, attempt, Webhook.Form(http)["DialCallStatus"]) : Gone()));
        line.MapPost("/voice-bridge-status", BridgeStatus);
    }

    private static async Task<IResult> BridgeStatus(HttpContext http, Line calls)
    {
        var over = Webhook.Form(http)["CallStatus"] is "completed" or "busy" or "no-answer" or "failed" or "canceled";
        if (over && Attempt(http) is var (call, attempt)) await calls.BridgeEnds(call, attempt);
        return Results.NoContent();
    }

    private static string? Language(HttpContext http) => http.Request.Query["lang"];

    private static Guid? Id(HttpContext http, string name) => Guid.TryParse(http.Request.Query[name], out var id) ? id : null;

    private static (Guid Call, long Attempt)? Attempt(HttpContext http) => Id(http, "call") is { } call
        && long.TryParse(http.Request.Query["attempt"], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? (call, attempt) : null;

    private static string Gone() => LineDocuments.Told(LineTexts.OfficerTooLate);

    private static IResult Xml(string document) => Results.Content(document, Twiml.ContentType, System.Text.Encoding.UTF8);
}
