using System.Collections.Immutable;

namespace Hotline.Telephony;

/// <summary>Reads what stands as the caller of an inbound call. A withheld number has many spellings, some of them digits: whoever
/// withholds it is a caller with full rights, and never the same person as another who does.</summary>
public static class CallerId
{
    /// <summary>Digits that spell a word on a telephone's keys: RESTRICTED, BLOCKED, UNKNOWN, ANONYMOUS, UNAVAILABLE.</summary>
    private static readonly ImmutableHashSet<string> Withheld = ["+7378742833", "+7378742883", "+2562533", "+8656696", "+266696687", "+86282452253"];

    /// <summary>The number to call back; null when there is none.</summary>
    public static PhoneNumber? Read(string? from)
    {
        if (from is null) return null;
        var text = from.Trim();
        if (text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
            text = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('@', ';')[0];
        return PhoneNumber.Parse(text) is { } number && !Withheld.Contains(number.E164) ? number : null;
    }
}

/// <summary>Hears how a call to our line ended that is no page's: the gateway tells of it beside the documents.</summary>
public interface IInboundLine
{
    Task Over(string sid, string? from, string? to);
}
