using System.Text;
using Hotline.Duty;
using static Hotline.Tests.Duty.DutyWorld;

namespace Hotline.Tests.Duty;

public sealed class A_calendar_feed
{
    private static readonly string Feed = Calendars.Write(
        "值班 · Duty", SaturdayNineInChina,
        [new("one@hotline", SaturdayNineInChina, SaturdayNineInChina.AddHours(8), "值班；" + string.Concat(Enumerable.Repeat("值班员𠮷, ", 12)))]);

    [Fact]
    public void ends_every_line_as_the_format_wants_and_folds_the_long_ones()
    {
        Feed.ShouldEndWith("END:VCALENDAR\r\n");
        Feed.Replace("\r\n", "").ShouldNotContain("\n");
        var lines = Feed.Split("\r\n")[..^1];
        lines.ShouldAllBe(line => Encoding.UTF8.GetByteCount(line) <= 75);
        lines.Any(line => line.StartsWith(' ')).ShouldBeTrue();
        Feed.ShouldNotContain('\uFFFD'); // no character was cut in two
        var unfolded = Feed.Replace("\r\n ", "");
        unfolded.ShouldContain("SUMMARY:值班；值班员𠮷\\, 值班员𠮷\\, ");
        unfolded.ShouldContain("DTSTART:20261121T010000Z\r\nDTEND:20261121T090000Z\r\n");
        unfolded.ShouldContain("DTSTAMP:20261121T010000Z\r\n");
    }

    [Fact]
    public void keeps_one_entry_where_only_the_others_change()
    {
        var roster = Weekly(On(Ling, "08:00", "20:00", 6), On(Wen, "08:00", "12:00", 6));
        var watches = Rota.Watches(roster, SaturdayNineInChina.AddHours(-2), TimeSpan.FromDays(7), Calendar);
        var entry = Calendars.Of(roster, Ling, watches, "x").Single();
        (entry.From, entry.Until).ShouldBe((SaturdayNineInChina.AddHours(-1), SaturdayNineInChina.AddHours(11)));
        Calendars.Of(roster, Ling, Rota.Watches(roster, SaturdayNineInChina.AddHours(-20), TimeSpan.FromDays(3), Calendar), "y").Single().Uid.ShouldBe(entry.Uid);
    }
}
