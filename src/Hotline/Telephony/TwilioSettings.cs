using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Hotline.Telephony;

/// <summary>How to reach the telephone gateway. Tokens never print.</summary>
public sealed partial record TwilioSettings
{
    public const string Section = "Hotline:Twilio";
    public static readonly Uri RealService = new("https://api.twilio.com/");

    public required Uri BaseUrl { get; init; }
    public required string AccountSid { get; init; }
    public required string AuthToken { get; init; }

    /// <summary>The token before or after this one; webhooks signed with it are accepted too while tokens rotate.</summary>
    public string OtherAuthToken { get; init; } = "";

    public required string From { get; init; }
    public string MessagingServiceSid { get; init; } = "";

    /// <summary>The number that the public may write to. Empty: a stranger's text is nobody's, and gets no answer.</summary>
    public string PublicNumber { get; init; } = "";

    /// <summary>On what legal basis personal data may leave the mainland by this gateway, as the operator recorded it; none: it carries
    /// pages alone, and those hold nobody's name, address or matter.</summary>
    public string LegalBasis { get; init; } = "";

    public bool IsPagingOnly => LegalBasis.Length == 0;

    /// <summary>The address under which the gateway reaches us; its signatures cover it.</summary>
    public required Uri PublicUrl { get; init; }

    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public ImmutableArray<string> WebhookTokens => [.. new[] { AuthToken, OtherAuthToken }.Where(t => t.Length > 0)];

    /// <summary>An absolute webhook address with our own values in its query.</summary>
    public string Webhook(string path, params IEnumerable<KeyValuePair<string, string>> query)
    {
        var text = FormFields.Encode(query);
        return PublicUrl.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/webhooks/twilio/" + path + (text.Length == 0 ? "" : "?" + text);
    }

    /// <summary>Reads and checks the settings; what is wrong stops the start with a sentence that prints no secret.</summary>
    public static TwilioSettings Of(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var publicUrl = configuration["Hotline:PublicUrl"] is { Length: > 0 } set ? set : configuration["Hotline:Url"] ?? "http://127.0.0.1:8080";
        var settings = new TwilioSettings
        {
            BaseUrl = Address("Hotline:Twilio:BaseUrl", section["BaseUrl"] is { Length: > 0 } url ? url : RealService.ToString()),
            AccountSid = section["AccountSid"] ?? "",
            AuthToken = section["AuthToken"] ?? "",
            OtherAuthToken = section["OtherAuthToken"] ?? "",
            From = section["From"] ?? "",
            PublicNumber = section["PublicNumber"]?.Trim() ?? "",
            MessagingServiceSid = section["MessagingServiceSid"] ?? "", LegalBasis = section["LegalBasis"]?.Trim() ?? "",
            PublicUrl = Address("Hotline:PublicUrl", publicUrl),
        };
        if (!SidShape().IsMatch(settings.AccountSid))
            throw new InvalidOperationException("Hotline:Twilio:AccountSid must be AC followed by 32 hexadecimal digits.");
        if (settings.AuthToken.Length == 0)
            throw new InvalidOperationException("Hotline:Twilio:AuthToken is missing: without it no webhook can be trusted.");
        if (PhoneNumber.Parse(settings.From) is null)
            throw new InvalidOperationException("Hotline:Twilio:From must be our own number, e.g. +15005550006.");
        return settings;
    }

    public override string ToString() => $"{nameof(TwilioSettings)} {BaseUrl.Host}";

    private static Uri Address(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new InvalidOperationException($"{name} must be an absolute http or https address.");

    [GeneratedRegex(@"^AC[0-9a-fA-F]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SidShape();
}
