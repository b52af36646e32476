using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotline.Workflow;

public sealed partial record Span
{
    [GeneratedRegex(@"^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")]
    private static partial Regex Shape { get; }

    /// <summary>"PT15M" (natural time) or "P1D working"; null when it is neither or no time at all.</summary>
    public static Span? Parse(string words)
    {
        var working = words.EndsWith(" working", StringComparison.Ordinal);
        var span = new Span(working ? words[..^" working".Length].Trim() : words.Trim(), working);
        if (!Shape.IsMatch(span.Iso)) return null;
        var (months, days, time) = span.Parts;
        if (months == 0 && days == 0 && time == TimeSpan.Zero) return null;
        // Working months and "two days and four hours" have no agreed meaning: a working span is whole days or a time.
        return working && (months > 0 || (days > 0 && time > TimeSpan.Zero)) ? null : span;
    }

    /// <summary>Calendar months, days, and hours and below.</summary>
    internal (int Months, int Days, TimeSpan Time) Parts
    {
        get
        {
            var found = Shape.Match(Iso);
            int Of(int group) => found.Groups[group].Success && int.TryParse(
                found.Groups[group].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, 100_000) : 0;
            return ((Of(1) * 12) + Of(2), (Of(3) * 7) + Of(4), new TimeSpan(Of(5), Of(6), Of(7)));
        }
    }

    /// <summary>About how long, to compare two spans; a working day may stretch over a long holiday.</summary>
    internal TimeSpan AtMost
    {
        get
        {
            var (months, days, time) = Parts;
            return Working ? TimeSpan.FromDays((days + 1) * 3) + (time * 9) : TimeSpan.FromDays((months * 31) + days) + time;
        }
    }

    public override string ToString() => Working ? Iso + " working" : Iso;
}
