using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Http;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Where the template gateway reaches us: arrays of receipts and of replies. It signs nothing, so it must name the key that
/// stands in the addresses we gave it; what it is answered is its own form.</summary>
public static class TemplateWebhooks
{
    private const int BodyBytesMax = 1024 * 1024;
    private const string Taken = """{"code":0,"msg":"成功"}""";

    public static void Map(WebApplication app)
    {
        if (app.Services.GetService<TemplateSettings>() is not { } settings) return;
        var pushes = app.MapGroup("/webhooks/template").AllowAnonymous().ExcludeFromDescription();
        pushes.MapPost("/receipts", (HttpContext http, Requests requests, StatusCallbacks callbacks) => Each(http, settings, row => Receipt(row, requests, callbacks)));
        pushes.MapPost("/replies", (HttpContext http, TextReplies replies) => Each(http, settings, row => Reply(row, replies)));
    }

    private static async Task<IResult> Each(HttpContext http, TemplateSettings settings, Func<JsonElement, Task> take)
    {
        var key = Encoding.UTF8.GetBytes(http.Request.Query["key"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(key, Encoding.UTF8.GetBytes(settings.PushKey))) return new Problem(403, "bad-signature");
        if (await JsonBody.Bytes(http, BodyBytesMax, http.RequestAborted) is not { } body) return new Problem(413, "too-large", BodyBytesMax);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException wrong)
        {
            return new Problem(400, "malformed", $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine}");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array) return new Problem(400, "malformed", "not an array");
            // Whatever fails leaves the push unanswered and it comes again; its neighbours in the array are kept all the same.
            ExceptionDispatchInfo? failed = null;
            foreach (var row in document.RootElement.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object))
            {
                try
                {
                    await take(row);
                }
                catch (Exception broken)
                {
                    failed ??= ExceptionDispatchInfo.Capture(broken);
                }
            }
            failed?.Throw();
        }
        return Results.Content(Taken, "application/json", Encoding.UTF8);
    }

    private static async Task Receipt(JsonElement row, Requests requests, StatusCallbacks callbacks)
    {
        if (!Guid.TryParseExact(Text(row, "out_id"), "N", out var attempt) || Text(row, "biz_id") is not { Length: > 0 and <= 128 } sid) return;
        if (await requests.PageOf(attempt, CancellationToken.None) is not { } page) return;
        var arrived = row.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.True;
        var cause = arrived || Text(row, "err_code") is not { Length: > 0 and <= 128 } word ? null : new Cause(TemplateErrors.OfReceipt(word), word);
        await callbacks.Hear(new(page, attempt, GatewayNames.Template, sid, arrived ? "delivered" : "undelivered", cause));
    }

    /// <summary>What we would answer has no template, so nothing is: who took the page sees it on the desk, and it stops ringing.</summary>
    private static Task Reply(JsonElement row, TextReplies replies)
    {
        if (Text(row, "phone_number") is not { } from || Id(row) is not { Length: > 0 and <= 128 } id) return Task.CompletedTask;
        var number = from.StartsWith('+') ? from : PhoneNumber.Parse(from)?.E164 ?? "+86" + from;
        return replies.Answer("template:" + id, number, null, Text(row, "content"), CancellationToken.None);
    }

    private static string? Id(JsonElement row) => row.TryGetProperty("sequence_id", out var id) ? id.ToString() : null;

    private static string? Text(JsonElement row, string name) => TwilioClient.Text(row, name);
}
