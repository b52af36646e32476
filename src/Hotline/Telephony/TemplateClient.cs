using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hotline.Store;

namespace Hotline.Telephony;

/// <summary>A text by a registered template. <paramref name="OutId"/> is ours: it comes back in receipts and details.</summary>
public sealed record TemplateText(PhoneNumber To, string Template, ImmutableArray<KeyValuePair<string, string>> Parts, string OutId);

/// <summary>A text as the gateway's details tell of it: <c>sent</c> while no receipt has come.</summary>
public sealed record TemplateSeen(string OutId, string Status, string? Error, DateTimeOffset? SentAt);

/// <summary>The mainland's template gateway over HttpClient, in the shape that Aliyun's text service has. Sending has no idempotency
/// there either: it repeats nothing by itself.</summary>
public sealed class TemplateClient(HttpClient http, TemplateSettings settings, IIds ids, TimeProvider time)
{
    private const int DetailsPageSize = 50;
    private const int DetailsPagesMax = 5;

    /// <summary>The gateway's days and hours are Beijing's.</summary>
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    /// <summary>So close to midnight our day may not be the gateway's.</summary>
    private static readonly TimeSpan DayEdge = TimeSpan.FromMinutes(5);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<Submitted> Send(TemplateText text, CancellationToken cancel = default)
    {
        if (!text.To.IsMainland) return new Submitted.Rejected(ErrorClass.Request, null);
        try
        {
            var (status, body) = await Post("SendSms",
            [
                new("PhoneNumbers", text.To.National), new("SignName", settings.SignName), new("TemplateCode", text.Template),
                new("TemplateParam", JsonSerializer.Serialize(text.Parts.ToDictionary(), Plain)), new("OutId", text.OutId),
            ], cancel);
            return Judge(status, body);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new Submitted.Unknown("timeout"); }
        catch (HttpRequestException no) when (TwilioClient.NeverSent(no)) { return new Submitted.NotProcessed(null); }
        catch (HttpRequestException no) { return new Submitted.Unknown(no.HttpRequestError.ToString()); }
        catch (IOException) { return new Submitted.Unknown("cut"); }
    }

    /// <summary>The text to a number that carried this id of ours, requested at <paramref name="at"/>: texts are listed under the day on
    /// which they were sent. <c>Answered: false</c> when the gateway could not say, <c>Found: null</c> when it knows of none.</summary>
    public async Task<(bool Answered, TemplateSeen? Found)> Find(PhoneNumber to, string outId, DateTimeOffset at, CancellationToken cancel = default)
    {
        foreach (var day in new[] { at - DayEdge, at + DayEdge }.Select(t => t.ToOffset(Beijing).Date).Distinct())
        {
            for (var page = 1; page <= DetailsPagesMax; page++)
            {
                if (await Details(to, day, page, cancel) is not { } rows) return (false, null);
                if (rows.FirstOrDefault(r => r.OutId == outId) is { } found) return (true, found);
                if (rows.Count < DetailsPageSize) break;
            }
        }
        return (true, null);
    }

    private async Task<IReadOnlyList<TemplateSeen>?> Details(PhoneNumber to, DateTime day, int page, CancellationToken cancel)
    {
        try
        {
            var (status, body) = await Post("QuerySendDetails",
            [
                new("PhoneNumber", to.National), new("SendDate", day.ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
                new("PageSize", DetailsPageSize.ToString(CultureInfo.InvariantCulture)), new("CurrentPage", page.ToString(CultureInfo.InvariantCulture)),
            ], cancel);
            if (status is < 200 or >= 300 || body is not { } answer || Text(answer, "Code") != "OK") return null;
            return answer.TryGetProperty("SmsSendDetailDTOs", out var list) && list.TryGetProperty("SmsSendDetailDTO", out var rows)
                && rows.ValueKind == JsonValueKind.Array ? [.. rows.EnumerateArray().Select(Seen)] : [];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return null; }
        catch (HttpRequestException) { return null; }
        catch (IOException) { return null; }
    }

    private static TemplateSeen Seen(JsonElement row)
    {
        var status = row.TryGetProperty("SendStatus", out var number) && number.TryGetInt32(out var n) ? n : 1;
        return new(
            Text(row, "OutId") ?? "", status switch { 3 => "delivered", 2 => "undelivered", _ => "sent" },
            status == 2 ? Text(row, "ErrCode") : null,
            DateTime.TryParse(Text(row, "SendDate"), CultureInfo.InvariantCulture, out var at) ? new DateTimeOffset(at, Beijing) : null);
    }

    private static Submitted Judge(int status, JsonElement? body)
    {
        // An answer without a word of the gateway's came from something between us and it.
        if (body is not { } answer || Text(answer, "Code") is not { } word)
            return status == 429 ? new Submitted.NotProcessed(null) : new Submitted.Unknown($"http {status.ToString(CultureInfo.InvariantCulture)}");
        if (word == "OK" && status is >= 200 and < 300)
            return Text(answer, "BizId") is { Length: > 0 } id ? new Submitted.Accepted(id, "accepted") : new Submitted.Unknown("unreadable");
        return TemplateErrors.OfAnswer(status, word) switch
        {
            ErrorClass.NotProcessed => new Submitted.NotProcessed(null),
            ErrorClass.UnknownOutcome => new Submitted.Unknown(word),
            var refused => new Submitted.Rejected(refused, null),
        };
    }

    private async Task<(int Status, JsonElement? Body)> Post(string action, KeyValuePair<string, string>[] own, CancellationToken cancel)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("Action", action), new("Version", "2017-05-25"), new("Format", "JSON"), new("RegionId", "cn-hangzhou"),
            new("AccessKeyId", settings.AccessKeyId), new("SignatureMethod", "HMAC-SHA1"), new("SignatureVersion", "1.0"),
            new("SignatureNonce", ids.New().ToString("N")),
            new("Timestamp", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)), .. own,
        ];
        form.Add(new(TemplateSignature.Field, TemplateSignature.Of(settings.AccessKeySecret, "POST", form)));
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.BaseUrl);
        request.Content = new StringContent(FormFields.Encode(form), Encoding.ASCII, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        request.Headers.Accept.Add(new("application/json"));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.RequestTimeout);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
        return ((int)response.StatusCode, TwilioClient.Json(await response.Content.ReadAsStringAsync(limit.Token)));
    }

    private static string? Text(JsonElement row, string name) => TwilioClient.Text(row, name);
}
