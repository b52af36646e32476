using System.Security.Cryptography;
using System.Text;

namespace Hotline.Simulator.Twilio;

/// <summary>Signs what the provider posts, by its published rule; written apart from the server's check on
/// purpose.</summary>
public static class Signature
{
    public const string Header = "X-Twilio-Signature";

    /// <summary>HMAC-SHA1 over the address and each name with its distinct values, names in order of code
    /// units.</summary>
    public static string Of(string token, string url, IEnumerable<KeyValuePair<string, string>> form)
    {
        var signed = new StringBuilder(url);
        foreach (var field in form.GroupBy(pair => pair.Key, pair => pair.Value)
                     .OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            foreach (var value in field.Distinct().Order(StringComparer.Ordinal))
                signed.Append(field.Key).Append(value);
        }
        return Convert.ToBase64String(
            HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(signed.ToString())));
    }

    /// <summary>A JSON body is not signed itself: its hash stands in the address, and the address is signed.</summary>
    public static string BodyHash(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
