using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Hotline.Http;

/// <summary>PostgreSQL's jsonb and .NET's readers reject NUL and half a surrogate pair; a report must not fail for one. They
/// become U+FFFD before anything parses the body, and the caller is told that something was mended.</summary>
public static class JsonMending
{
    private const string Replacement = "\\uFFFD";

    /// <summary>A byte order mark read backwards. It is no character, and .NET refuses to normalise a text that holds one.</summary>
    private const char Backwards = '\uFFFE';

    public static byte[] Mend(byte[] json, out bool mended)
    {
        var text = Encoding.UTF8.GetString(json);
        var result = new StringBuilder(text.Length);
        mended = !Utf8.IsValid(json);
        for (var at = text.StartsWith('\uFEFF') ? 1 : 0; at < text.Length;)
        {
            if (text[at] is '\0' or Backwards)
            {
                mended = true;
                result.Append('\uFFFD');
                at++;
            }
            else if (text[at] != '\\' || at + 1 >= text.Length)
            {
                result.Append(text[at++]);
            }
            else if (Escaped(text, at) is not { } unit)
            {
                result.Append(text, at, 2);
                at += 2;
            }
            else if (char.IsHighSurrogate(unit) && Escaped(text, at + 6) is { } low && char.IsLowSurrogate(low))
            {
                result.Append(text, at, 12);
                at += 12;
            }
            else
            {
                var bad = unit is '\0' or Backwards || char.IsSurrogate(unit);
                mended |= bad;
                if (bad) result.Append(Replacement);
                else result.Append(text, at, 6);
                at += 6;
            }
        }
        return Encoding.UTF8.GetBytes(result.ToString());
    }

    /// <summary>The same for text that came in a header or the query, where nothing is escaped.</summary>
    public static string Mend(string text, out bool mended)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) result.Append(rune.Value is 0 or Backwards ? Rune.ReplacementChar.ToString() : rune.ToString());
        var whole = result.ToString();
        mended = !string.Equals(whole, text, StringComparison.Ordinal);
        return mended ? whole : text;
    }

    private static char? Escaped(string text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
        && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
