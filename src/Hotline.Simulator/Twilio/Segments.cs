namespace Hotline.Simulator.Twilio;

/// <summary>How many parts a text is sent in.</summary>
public static class Segments
{
    const string Basic =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
        "abcdefghijklmnopqrstuvwxyzäöñüà";
    const string Doubled = "^{}\\[~]|€\f";

    public static (string Encoding, int Count) Of(string text)
    {
        var gsm = text.All(letter => Basic.Contains(letter) || Doubled.Contains(letter));
        return gsm
            ? ("GSM-7", Parts([.. text.Select(letter => Doubled.Contains(letter) ? 2 : 1)], 160, 153))
            : ("UCS-2", Parts([.. text.EnumerateRunes().Select(rune => rune.Utf16SequenceLength)], 70, 67));
    }

    // A letter of two units never lies across two parts.
    static int Parts(int[] widths, int alone, int each)
    {
        if (widths.Sum() <= alone) return 1;
        var parts = 1;
        var used = 0;
        foreach (var width in widths)
        {
            if (used + width > each)
            {
                parts++;
                used = 0;
            }
            used += width;
        }
        return parts;
    }
}
