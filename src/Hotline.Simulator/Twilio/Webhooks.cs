using System.Net.Sockets;

namespace Hotline.Simulator.Twilio;

/// <summary>What came back from an address of ours.</summary>
/// <param name="Failure">Why there is no answer; null when there is one, whatever its status.</param>
public sealed record WebhookAnswer(int Status, string? ContentType, string Body, string? Failure)
{
    public bool Good => Failure is null && Status is >= 200 and < 300;
}

/// <summary>Posts to the hotline as the provider does: signed, limited in time, repeated by the rule in the
/// fragment.</summary>
public sealed class Webhooks(World world, HttpClient http)
{
    const int RetriesMax = 5;
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    /// <summary>Connections are given five seconds, answers fifteen; redirects are not followed.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
    }) { Timeout = Timeout.InfiniteTimeSpan };

    public async Task<WebhookAnswer> Send(
        string url, string? method, IReadOnlyList<KeyValuePair<string, string>> form, CancellationToken cancel)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return new(0, null, "", $"not an absolute address: {url}");
        var rule = RetryRule.Of(address.Fragment);
        var token = Guid.NewGuid().ToString();
        for (var attempt = 0; ; attempt++)
        {
            var answer = await Once(address, method, form, token, cancel);
            world.Log("webhook", new { url, attempt, answer.Status, answer.Failure, form = Fields(form) });
            if (attempt >= Math.Min(rule.Count, RetriesMax) || !rule.Covers(answer)) return answer;
        }
    }

    async Task<WebhookAnswer> Once(
        Uri address, string? method, IReadOnlyList<KeyValuePair<string, string>> form, string token,
        CancellationToken cancel)
    {
        var get = string.Equals(method, "GET", StringComparison.OrdinalIgnoreCase);
        // What goes over the wire is what is signed: no fragment, the form in the query of a GET.
        var sent = address.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        if (get && form.Count > 0)
            sent += (address.Query.Length > 0 ? "&" : "?") + await new FormUrlEncodedContent(form)
                .ReadAsStringAsync(cancel);
        using var request = new HttpRequestMessage(get ? HttpMethod.Get : HttpMethod.Post, sent);
        if (!get) request.Content = new FormUrlEncodedContent(form);
        var options = world.Options;
        request.Headers.Add(Signature.Header, Signature.Of(options.AuthToken, sent, get ? [] : form));
        request.Headers.Add("I-Twilio-Idempotency-Token", token);
        request.Headers.UserAgent.ParseAdd("TwilioProxy/1.1");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerWithin);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            return new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(0, null, "", "timeout");
        }
        catch (HttpRequestException trouble)
        {
            var unconnected = trouble.InnerException is SocketException
                || trouble.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;
            return new(0, null, "", unconnected ? "connection" : "broken");
        }
    }

    static Dictionary<string, string> Fields(IEnumerable<KeyValuePair<string, string>> form) =>
        form.GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, group => string.Join(",", group.Select(p => p.Value)));
}

/// <summary>How often and on what a webhook is repeated: <c>#rc=3&amp;rp=5xx,rt</c>; once on a failed connection if
/// unsaid.</summary>
public sealed record RetryRule(int Count, IReadOnlySet<string> Policies)
{
    public static RetryRule Of(string fragment)
    {
        var said = FormBody.Parse(fragment.TrimStart('#'));
        var count = int.TryParse(said["rc"], out var given) && given >= 0 ? given : 1;
        return new(count, new HashSet<string>((said["rp"] ?? "ct").Split(','), StringComparer.OrdinalIgnoreCase));
    }

    public bool Covers(WebhookAnswer answer) => answer switch
    {
        { Failure: "connection" } => Policies.Contains("ct") || Policies.Contains("all"),
        { Failure: not null } => Policies.Contains("rt") || Policies.Contains("all"),
        { Status: >= 500 } => Policies.Contains("5xx") || Policies.Contains("all"),
        { Status: >= 400 } => Policies.Contains("4xx") || Policies.Contains("all"),
        _ => false,
    };
}
