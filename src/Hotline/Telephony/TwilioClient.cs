using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Hotline.Telephony;

/// <summary>Twilio's REST API over HttpClient, as far as paging needs it. It repeats nothing by itself: creating has no
/// idempotency there, so every repeat is the engine's decision.</summary>
public sealed class TwilioClient(HttpClient http, TwilioSettings settings, TimeProvider time)
{
    private const int ListPagesMax = 5;
    private const int ListPageSize = 50;

    private string Account => $"/2010-04-01/Accounts/{settings.AccountSid}";

    public Task<Submitted> SendText(OutgoingText text, CancellationToken cancel = default)
    {
        if (text.To.E164 == settings.From) return Task.FromResult<Submitted>(new Submitted.Rejected(ErrorClass.Request, null));
        List<KeyValuePair<string, string>> form =
        [
            new("To", text.To.E164),
            settings.MessagingServiceSid.Length > 0 ? new("MessagingServiceSid", settings.MessagingServiceSid) : new("From", settings.From),
            new("Body", text.Body),
            new("StatusCallback", text.StatusCallback),
        ];
        if (text.Validity is { } validity)
            form.Add(new("ValidityPeriod", Math.Clamp((int)validity.TotalSeconds, 1, 36000).ToString(CultureInfo.InvariantCulture)));
        return Post($"{Account}/Messages.json", form, cancel);
    }

    public Task<Submitted> PlaceCall(OutgoingCall call, CancellationToken cancel = default)
    {
        if (call.To.E164 == settings.From) return Task.FromResult<Submitted>(new Submitted.Rejected(ErrorClass.Request, null));
        List<KeyValuePair<string, string>> form =
        [
            new("To", call.To.E164), new("From", settings.From),
            new("Url", call.Url), new("Method", "POST"),
            new("StatusCallback", call.StatusCallback), new("StatusCallbackMethod", "POST"),
            new("StatusCallbackEvent", "initiated"), new("StatusCallbackEvent", "ringing"),
            new("StatusCallbackEvent", "answered"), new("StatusCallbackEvent", "completed"),
            new("Timeout", ((int)call.RingFor.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ];
        return Post($"{Account}/Calls.json", form, cancel);
    }

    /// <summary>Ends a call. One that is over already counts as done.</summary>
    public Task<Submitted> EndCall(string sid, CancellationToken cancel = default) =>
        Post($"{Account}/Calls/{Uri.EscapeDataString(sid)}.json", [new("Status", "completed")], cancel);

    public async Task<MessageSeen?> FetchMessage(string sid, CancellationToken cancel = default) =>
        await Get($"{Account}/Messages/{Uri.EscapeDataString(sid)}.json", cancel) is { } found ? Message(found) : null;

    public async Task<CallSeen?> FetchCall(string sid, CancellationToken cancel = default) =>
        await Get($"{Account}/Calls/{Uri.EscapeDataString(sid)}.json", cancel) is { } found ? Call(found) : null;

    /// <summary>Messages to a number, newest first, back to <paramref name="since"/>. Null when the gateway could not say.</summary>
    public Task<IReadOnlyList<MessageSeen>?> ListMessages(PhoneNumber to, DateTimeOffset since, CancellationToken cancel = default) =>
        List("Messages", "messages", to, Message, m => m.CreatedAt < since, cancel);

    /// <summary>Calls to a number, newest first, back to <paramref name="since"/>. Null when the gateway could not say.</summary>
    public Task<IReadOnlyList<CallSeen>?> ListCalls(PhoneNumber to, DateTimeOffset since, CancellationToken cancel = default) =>
        List("Calls", "calls", to, Call, c => c.CreatedAt < since, cancel);

    // The date filters of the API look at when a thing was sent, which one still queued has not been: filter here instead.
    private async Task<IReadOnlyList<T>?> List<T>(
        string resource, string member, PhoneNumber to, Func<JsonElement, T?> read, Func<T, bool> tooOld, CancellationToken cancel)
        where T : class
    {
        var found = new List<T>();
        var next = $"{Account}/{resource}.json?To={Uri.EscapeDataString(to.E164)}&PageSize={ListPageSize}";
        for (var page = 0; page < ListPagesMax && next is not null; page++)
        {
            if (await Get(next, cancel) is not { } body || !body.TryGetProperty(member, out var rows)) return null;
            foreach (var row in rows.EnumerateArray().Select(read).OfType<T>())
            {
                if (tooOld(row)) return found;
                found.Add(row);
            }
            next = NextPage(body);
        }
        return found;
    }

    /// <summary>The next page, only if it stays inside our account: an answer must not lead our credentials elsewhere.</summary>
    private string? NextPage(JsonElement body)
    {
        if (Text(body, "next_page_uri") is not { Length: > 0 } uri || !Uri.TryCreate(settings.BaseUrl, uri, out var next)) return null;
        return next.Authority == settings.BaseUrl.Authority && next.AbsolutePath.StartsWith(Account, StringComparison.Ordinal)
            ? next.PathAndQuery
            : null;
    }

    private async Task<Submitted> Post(string path, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancel)
    {
        using var request = Request(HttpMethod.Post, path);
        request.Content = new StringContent(FormFields.Encode(form), Encoding.ASCII, "application/x-www-form-urlencoded");
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.RequestTimeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            return Judge(response, await response.Content.ReadAsStringAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new Submitted.Unknown("timeout"); }
        catch (HttpRequestException no) when (NeverSent(no)) { return new Submitted.NotProcessed(null); }
        catch (HttpRequestException no) { return new Submitted.Unknown(no.HttpRequestError.ToString()); }
        catch (IOException) { return new Submitted.Unknown("cut"); }
    }

    internal static bool NeverSent(HttpRequestException no) => no.HttpRequestError is
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError;

    private Submitted Judge(HttpResponseMessage response, string text)
    {
        var status = (int)response.StatusCode;
        var body = Json(text);
        if (status is >= 200 and < 300)
            return body is { } made && Text(made, "sid") is { Length: 34 } sid && Text(made, "status") is { Length: > 0 } state
                ? new Submitted.Accepted(sid, state)
                : new Submitted.Unknown("unreadable");
        var code = body is { } error ? Number(error, "code") : null;
        return ErrorClasses.OfAnswer(status, code) switch
        {
            ErrorClass.NotProcessed => new Submitted.NotProcessed(RetryAfter(response.Headers.RetryAfter)),
            ErrorClass.UnknownOutcome => new Submitted.Unknown($"http {status.ToString(CultureInfo.InvariantCulture)}"),
            var refused => new Submitted.Rejected(refused, code),
        };
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date > time.GetUtcNow() ? date - time.GetUtcNow() : null);

    private async Task<JsonElement?> Get(string path, CancellationToken cancel)
    {
        using var request = Request(HttpMethod.Get, path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(settings.RequestTimeout);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            return response.IsSuccessStatusCode ? Json(await response.Content.ReadAsStringAsync(limit.Token)) : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return null; }
        catch (HttpRequestException) { return null; }
        catch (IOException) { return null; }
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(settings.BaseUrl, path));
        var credentials = Encoding.UTF8.GetBytes($"{settings.AccountSid}:{settings.AuthToken}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        request.Headers.Accept.Add(new("application/json"));
        return request;
    }

    internal static JsonElement? Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException) { return null; }
    }

    private static MessageSeen? Message(JsonElement row) =>
        Text(row, "sid") is { } sid
            ? new(sid, Text(row, "status") ?? "", Text(row, "to") ?? "", Text(row, "from") ?? "", Text(row, "body") ?? "",
                Number(row, "error_code"), Date(row))
            : null;

    private static CallSeen? Call(JsonElement row) =>
        Text(row, "sid") is { } sid
            ? new(sid, Text(row, "status") ?? "", Text(row, "to") ?? "", Text(row, "from") ?? "", Date(row))
            : null;

    internal static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;

    private static DateTimeOffset? Date(JsonElement row) =>
        DateTimeOffset.TryParse(Text(row, "date_created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;
}
