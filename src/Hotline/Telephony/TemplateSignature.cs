using System.Security.Cryptography;
using System.Text;

namespace Hotline.Telephony;

/// <summary>Signs a request to the template gateway by its published rule: HMAC-SHA1 over method and fields, names in order of
/// code units, everything but unreserved characters escaped.</summary>
public static class TemplateSignature
{
    public const string Field = "Signature";

    public static string Of(string secret, string method, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var canonical = FormFields.Encode(fields.Where(f => f.Key != Field).OrderBy(f => f.Key, StringComparer.Ordinal));
        var signed = $"{method}&%2F&{Uri.EscapeDataString(canonical)}";
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret + "&"), Encoding.UTF8.GetBytes(signed)));
    }
}
