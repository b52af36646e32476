using System.Globalization;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Where the telephone gateway reaches us. Every one is signed; callbacks are answered 204 at once.</summary>
public static class Webhooks
{
    public static void Map(WebApplication app)
    {
        var twilio = app.MapGroup("/webhooks/twilio").AllowAnonymous().AddEndpointFilter<Webhook>().ExcludeFromDescription();
        twilio.MapPost("/message-status", (HttpContext http, StatusCallbacks callbacks) => Status(http, callbacks, "MessageSid", "MessageStatus"));
        twilio.MapPost("/call-status", (HttpContext http, StatusCallbacks callbacks, IEnumerable<IInboundLine> lines) => CallStatus(http, callbacks, lines));
        twilio.MapPost("/page-call", Call);
        twilio.MapPost("/sms", Text);
    }

    private static async Task<IResult> Status(HttpContext http, StatusCallbacks callbacks, string sid, string status)
    {
        var form = Webhook.Form(http);
        if (Ids(http) is var (page, attempt) && form[sid] is { Length: 34 } id && form[status] is { } said)
            await callbacks.Hear(new(page, attempt, GatewayNames.Twilio, id, said, Cause.OfTwilio(Number(form["ErrorCode"]))));
        return Results.NoContent();
    }

    private static async Task<IResult> CallStatus(HttpContext http, StatusCallbacks callbacks, IEnumerable<IInboundLine> lines)
    {
        var form = Webhook.Form(http);
        if (form["Direction"] == "inbound" && form["CallSid"] is { Length: 34 } sid && Statuses.IsFinal(form["CallStatus"]))
            foreach (var line in lines) await line.Over(sid, form["From"], form["To"]);
        return await Status(http, callbacks, "CallSid", "CallStatus");
    }

    private static async Task<IResult> Call(HttpContext http, PageCalls calls)
    {
        if (Ids(http) is not var (page, attempt)) return Xml(Twiml.Document(Twiml.Say(Texts.SaidGone), Twiml.Hangup));
        var tries = int.TryParse(http.Request.Query["tries"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        // A key pressed while the database was slow comes back in the query.
        var digits = Webhook.Form(http)["Digits"] ?? (http.Request.Query["digits"] is [{ Length: > 0 } kept, ..] ? kept : null);
        return Xml(await calls.Document(page, attempt, digits, tries));
    }

    private static async Task<IResult> Text(HttpContext http, TextReplies replies)
    {
        var form = Webhook.Form(http);
        if (form["MessageSid"] is not { Length: 34 } sid) return Results.NoContent();
        var answer = await replies.Answer(sid, form["From"], form["To"], form["Body"], http.RequestAborted);
        return Xml(answer is null ? Twiml.Document() : Twiml.Document(Twiml.Message(answer)));
    }

    private static (Guid Page, Guid Attempt)? Ids(HttpContext http) =>
        Guid.TryParse(http.Request.Query["page"], out var page) && Guid.TryParse(http.Request.Query["attempt"], out var attempt)
            ? (page, attempt)
            : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IResult Xml(string document) => Results.Content(document, Twiml.ContentType, System.Text.Encoding.UTF8);
}
