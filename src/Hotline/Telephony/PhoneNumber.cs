using System.Text.RegularExpressions;

namespace Hotline.Telephony;

/// <summary>A telephone number in E.164. It never prints itself: numbers have no place in logs.</summary>
public readonly partial record struct PhoneNumber
{
    private PhoneNumber(string e164) => E164 = e164;

    public string E164 { get; }

    public bool IsMainland => E164.StartsWith("+86", StringComparison.Ordinal);

    /// <summary>Accepts what people write (spaces, hyphens, brackets, full-width digits, 0086, a mainland number without
    /// its country); anything else is refused rather than guessed.</summary>
    public static PhoneNumber? Parse(string? written)
    {
        if (written is null || written.Length > 64) return null;
        var text = Separators().Replace(FullWidth.Fold(written), "");
        var number = text switch
        {
            ['+', ..] => text,
            ['0', '0', ..] => "+" + text[2..],
            _ when MainlandMobile().IsMatch(text) => "+86" + text,
            _ when MainlandMobileWithCountry().IsMatch(text) => "+" + text,
            _ when MainlandLandline().IsMatch(text) => "+86" + text[1..],
            _ => "",
        };
        return International().IsMatch(number) ? new PhoneNumber(number) : null;
    }

    /// <summary>The number without its country, as gateways inside the mainland write it.</summary>
    public string National => IsMainland ? E164[3..] : E164;

    public override string ToString() => IsMainland ? "+86…" : "+…";

    [GeneratedRegex(@"[\s\-\.\(\)‐-―]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^\+[1-9][0-9]{6,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex International();

    [GeneratedRegex(@"^1[3-9][0-9]{9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MainlandMobile();

    [GeneratedRegex(@"^861[3-9][0-9]{9}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MainlandMobileWithCountry();

    [GeneratedRegex(@"^0[1-9][0-9]{8,10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MainlandLandline();
}
