using System.Globalization;
using System.Text;
using System.Buffers.Text;

namespace Hotline.Cases;

/// <summary>Where a list of the newest goes on: behind the last row that was shown. Opaque to its reader.</summary>
public sealed record Cursor(DateTimeOffset At, Guid Id)
{
    public string Write() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id:N}")));

    /// <summary>Null for a text that is none of ours: the list starts from the top.</summary>
    public static Cursor? Read(string? text)
    {
        if (text is null || !Base64Url.IsValid(text)) return null;
        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks && Guid.TryParse(parts[1], out var id)
            ? new(new DateTimeOffset(ticks, TimeSpan.Zero), id)
            : null;
    }
}
