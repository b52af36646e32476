using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Telephony;

/// <summary>The gateway's proof that a webhook is its own: HMAC-SHA1 with the auth token over the public URL and the form.
/// Two tokens may be valid at once while they are rotated.</summary>
public static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    public static bool AcceptsForm(IEnumerable<string> tokens, string? signature, string url, FormFields form)
    {
        var fields = Fields(form);
        return Accepts(tokens, signature, UrlForms(url).Select(u => u + fields));
    }

    /// <summary>JSON bodies: the URL alone is signed, and its bodySHA256 is the hash of the bytes as received.</summary>
    public static bool AcceptsJson(IEnumerable<string> tokens, string? signature, string url, ReadOnlySpan<byte> body)
    {
        var claimed = QueryValue(url, "bodySHA256");
        var actual = Convert.ToHexStringLower(SHA256.HashData(body));
        var same = claimed is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(actual), Encoding.UTF8.GetBytes(claimed.ToLowerInvariant()));
        return Accepts(tokens, signature, UrlForms(url)) & same;
    }

    public static string Sign(string token, string url, FormFields form) => Hash(token, url + Fields(form));

    private static bool Accepts(IEnumerable<string> tokens, string? signature, IEnumerable<string> texts)
    {
        var given = Encoding.UTF8.GetBytes(signature ?? "");
        var accepted = false;
        var candidates = texts.ToImmutableArray();
        foreach (var token in tokens.Where(t => t.Length > 0))
            foreach (var text in candidates)
                accepted |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(token, text)), given);
        return accepted && given.Length > 0;
    }

    // The service signs with SHA-1; that is its contract, and as an HMAC it still holds.
#pragma warning disable CA5350
    private static string Hash(string token, string text) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    private static string Fields(FormFields form)
    {
        var text = new StringBuilder();
        foreach (var name in form.All.GroupBy(f => f.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            foreach (var value in name.Select(f => f.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
                text.Append(name.Key).Append(value);
        return text.ToString();
    }

    /// <summary>The URL as seen, without its port and with it: the sender's side is not consistent. Nothing is re-encoded.</summary>
    private static IEnumerable<string> UrlForms(string url)
    {
        yield return url;
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0) yield break;
        start += 3;
        var end = url.IndexOfAny(['/', '?', '#'], start);
        if (end < 0) end = url.Length;
        var authority = url[start..end];
        var colon = authority.LastIndexOf(':');
        // A colon before the @ belongs to the credentials, one before ] to an IPv6 address.
        var hasPort = colon > authority.LastIndexOf('@') && colon > authority.LastIndexOf(']');
        if (hasPort)
        {
            yield return url[..start] + authority[..colon] + url[end..];
            yield break;
        }
        var port = url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? 443 : 80;
        yield return string.Create(CultureInfo.InvariantCulture, $"{url[..end]}:{port}{url[end..]}");
    }

    private static string? QueryValue(string url, string name)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return null;
        return FormFields.Parse(Encoding.UTF8.GetBytes(url[(query + 1)..]))?[name];
    }
}
