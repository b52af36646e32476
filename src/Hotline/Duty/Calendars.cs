using System.Globalization;
using System.Text;

namespace Hotline.Duty;

/// <summary>A time on duty as a calendar program shows it.</summary>
/// <param name="Uid">Stays the same while the duty begins at the same moment.</param>
public sealed record CalendarEntry(string Uid, DateTimeOffset From, DateTimeOffset Until, string Summary);

/// <summary>Writes iCalendar (RFC 5545): CRLF, lines of at most 75 octets, times in UTC.</summary>
public static class Calendars
{
    public const string MediaType = "text/calendar; charset=utf-8";
    private const int LineOctetsMax = 75;

    public static string Write(string name, DateTimeOffset now, IEnumerable<CalendarEntry> entries)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Hotline//Duty//ZH");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        Line(text, $"X-WR-CALNAME:{Escaped(name)}");
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        foreach (var entry in entries)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{entry.Uid}");
            Line(text, $"DTSTAMP:{Utc(now)}");
            Line(text, $"DTSTART:{Utc(entry.From)}");
            Line(text, $"DTEND:{Utc(entry.Until)}");
            Line(text, $"SUMMARY:{Escaped(entry.Summary)}");
            Line(text, "END:VEVENT");
        }
        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    /// <summary>The times a roster puts a person on duty; where only the others change, it stays one entry.</summary>
    public static IEnumerable<CalendarEntry> Of(RosterFile roster, Guid person, IEnumerable<Watch> watches, string summary)
    {
        Watch? open = null;
        foreach (var watch in watches.Where(w => w.People.Contains(person)))
        {
            if (open is not null && open.Until == watch.From) open = open with { Until = watch.Until };
            else
            {
                if (open is not null) yield return Entry(roster, person, open, summary);
                open = watch;
            }
        }
        if (open is not null) yield return Entry(roster, person, open, summary);
    }

    public static CalendarEntry Entry(RosterFile roster, Guid person, Watch watch, string summary) =>
        new($"{roster.Id:N}-{person:N}-{Utc(watch.From)}@hotline", watch.From, watch.Until, summary);

    private static string Utc(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    /// <summary>A longer line goes on behind a line break and a blank; never inside a character.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctetsMax)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
