namespace Hotline.Telephony;

public enum TextEncoding { Gsm7, Ucs2 }

/// <summary>How many pieces a text becomes on the air. A page must be one: pieces arrive apart, or not at all.</summary>
public readonly record struct Segments(TextEncoding Encoding, int Count)
{
    public const int Ucs2Single = 70;
    private const int Ucs2Part = 67;
    private const int Gsm7Single = 160;
    private const int Gsm7Part = 153;

    private const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
        "abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extended = "\f^{}\\[~]|€";

    public static Segments Of(string text)
    {
        var gsm = text.All(c => Basic.Contains(c, StringComparison.Ordinal) || Extended.Contains(c, StringComparison.Ordinal));
        return gsm
            ? new(TextEncoding.Gsm7, Pieces(text.Select(c => Extended.Contains(c, StringComparison.Ordinal) ? 2 : 1), Gsm7Single, Gsm7Part))
            : new(TextEncoding.Ucs2, Pieces(text.EnumerateRunes().Select(r => r.Utf16SequenceLength), Ucs2Single, Ucs2Part));
    }

    /// <summary>A character of two units is never split over two pieces.</summary>
    private static int Pieces(IEnumerable<int> widths, int single, int part)
    {
        var all = widths.ToList();
        if (all.Sum() <= single) return 1;
        var count = 1;
        var used = 0;
        foreach (var width in all)
        {
            if (used + width > part) { count++; used = 0; }
            used += width;
        }
        return count;
    }
}
