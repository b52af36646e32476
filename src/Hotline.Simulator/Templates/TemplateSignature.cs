using System.Security.Cryptography;
using System.Text;

namespace Hotline.Simulator.Templates;

/// <summary>The gateway's own reckoning of a request's signature; written apart from the server's on purpose.</summary>
public static class TemplateSignature
{
    public static string Of(string secret, string method, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var query = new StringBuilder();
        foreach (var field in fields.Where(f => f.Key != "Signature").OrderBy(f => f.Key, StringComparer.Ordinal))
            query.Append(query.Length > 0 ? "&" : "").Append(Escaped(field.Key)).Append('=').Append(Escaped(field.Value));
        var signed = method + "&" + Escaped("/") + "&" + Escaped(query.ToString());
        using var hmac = new HMACSHA1(Encoding.UTF8.GetBytes(secret + "&"));
        return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(signed)));
    }

    static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)unit) || unit is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~') escaped.Append((char)unit);
            else escaped.Append('%').Append(unit.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }
}
