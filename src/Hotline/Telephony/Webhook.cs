using Hotline.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hotline.Telephony;

/// <summary>Lets a webhook in only when the gateway signed it, over the public address and the raw target: an address
/// rebuilt from the parsed request is re-encoded, and behind a proxy its host is wrong.</summary>
public sealed partial class Webhook(TwilioSettings settings, ILogger<Webhook> log) : IEndpointFilter
{
    private const int BodyBytesMax = 64 * 1024;
    private static readonly object FormKey = new();

    public static FormFields Form(HttpContext http) => (FormFields)http.Items[FormKey]!;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (await Refusal(http) is not { } problem) return await next(context);
        LogRefused(log, http.Request.Path, problem.Code);
        return problem;
    }

    private async Task<Problem?> Refusal(HttpContext http)
    {
        var signature = http.Request.Headers[TwilioSignature.Header];
        if (signature.Count != 1 || string.IsNullOrEmpty(signature[0])) return new Problem(403, "bad-signature");
        if (!http.Request.HasFormContentType || http.Request.ContentType!.StartsWith("multipart", StringComparison.OrdinalIgnoreCase))
            return new Problem(415, "unsupported-form");
        if (await JsonBody.Bytes(http, BodyBytesMax, http.RequestAborted) is not { } body) return new Problem(413, "too-large", BodyBytesMax);
        if (FormFields.Parse(body) is not { } form) return new Problem(400, "malformed-form");
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/')) return new Problem(403, "bad-signature");
        var url = settings.PublicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + target;
        if (!TwilioSignature.AcceptsForm(settings.WebhookTokens, signature[0], url, form)) return new Problem(403, "bad-signature");
        http.Items[FormKey] = form;
        return null;
    }

    [LoggerMessage(4101, LogLevel.Warning, "A webhook to {Path} was refused: {Why}")]
    private static partial void LogRefused(ILogger log, string path, string why);
}
