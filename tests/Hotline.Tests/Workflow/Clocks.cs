using FsCheck;
using FsCheck.Fluent;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

public class A_clock_falls_due
{
    private static readonly WorkCalendar Calendar = BasePack.Pack.Calendar;

    private static (DateTimeOffset DueAt, bool Provisional) Due(string span, string start) =>
        Clock.DueAt(Span.Parse(span)!, DateTimeOffset.Parse(start), Calendar);

    [Theory]
    [InlineData("PT15M", "2026-10-01T23:50:00+08:00", "2026-10-02T00:05:00+08:00")] // natural time runs through the holiday
    [InlineData("P6M", "2026-08-31T10:00:00+08:00", "2027-02-28T10:00:00+08:00")]
    [InlineData("P1D working", "2026-09-30T10:00:00+08:00", "2026-10-08T17:30:00+08:00")] // National Day week
    [InlineData("P1D working", "2026-10-09T10:00:00+08:00", "2026-10-10T17:30:00+08:00")] // make-up Saturday
    [InlineData("P1D working", "2026-11-20T23:30:00+08:00", "2026-11-23T17:30:00+08:00")] // Friday night: Monday
    [InlineData("P5D working", "2026-11-20T00:30:00+08:00", "2026-11-27T17:30:00+08:00")]
    [InlineData("PT2H working", "2026-11-20T16:30:00+08:00", "2026-11-23T10:00:00+08:00")]
    [InlineData("PT2H working", "2026-11-21T03:00:00+08:00", "2026-11-23T11:00:00+08:00")]
    public void as_the_calendar_says(string span, string start, string due)
    {
        var found = Due(span, start);
        found.DueAt.ShouldBe(DateTimeOffset.Parse(due));
        found.DueAt.Offset.ShouldBe(TimeSpan.Zero);
        found.Provisional.ShouldBeFalse();
    }

    [Fact]
    public void provisionally_once_a_year_without_a_notice_is_counted()
    {
        Due("P1D working", "2026-12-30T10:00:00+08:00").Provisional.ShouldBeFalse();
        Due("P2D working", "2026-12-30T10:00:00+08:00").ShouldBe((DateTimeOffset.Parse("2027-01-01T17:30:00+08:00"), true));
        Due("P5D working", "2028-03-01T10:00:00+08:00").Provisional.ShouldBeTrue();
        Due("P5D", "2028-03-01T10:00:00+08:00").Provisional.ShouldBeFalse();
    }

    private static readonly Gen<DateTimeOffset> Starts = Gen.Choose(0, 3 * 365 * 24 * 60)
        .Select(minutes => new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minutes));

    private static readonly Gen<Span> Working = Gen.OneOf(
        Gen.Choose(1, 30).Select(days => new Span($"P{days}D", true)), Gen.Choose(1, 6000).Select(minutes => new Span($"PT{minutes}M", true)));

    [Fact]
    public void never_on_a_day_off_and_never_before_it_started() => Check.QuickThrowOnFailure(Prop.ForAll(
        Starts.Zip(Working).ToArbitrary(), pair =>
        {
            var due = Clock.DueAt(pair.Item2, pair.Item1, Calendar).DueAt;
            var local = due.ToOffset(WorkCalendar.Offset);
            return due > pair.Item1 && Calendar.IsWorkday(DateOnly.FromDateTime(local.DateTime))
                && TimeOnly.FromDateTime(local.DateTime) > Calendar.DayStarts && TimeOnly.FromDateTime(local.DateTime) <= Calendar.DayEnds;
        }));

    [Fact]
    public void no_earlier_when_it_starts_later() => Check.QuickThrowOnFailure(Prop.ForAll(
        Starts.Zip(Gen.Choose(0, 20_000)).Zip(Working).ToArbitrary(), pair =>
        {
            var ((start, minutes), span) = pair;
            return Clock.DueAt(span, start.AddMinutes(minutes), Calendar).DueAt >= Clock.DueAt(span, start, Calendar).DueAt;
        }));

    [Fact]
    public void later_the_longer_it_is() => Check.QuickThrowOnFailure(Prop.ForAll(
        Starts.Zip(Gen.Choose(1, 30)).ToArbitrary(), pair =>
            Clock.DueAt(new Span($"P{pair.Item2 + 1}D", true), pair.Item1, Calendar).DueAt
                > Clock.DueAt(new Span($"P{pair.Item2}D", true), pair.Item1, Calendar).DueAt
            && Clock.DueAt(new Span($"PT{pair.Item2 + 1}H", true), pair.Item1, Calendar).DueAt
                > Clock.DueAt(new Span($"PT{pair.Item2}H", true), pair.Item1, Calendar).DueAt));

    [Fact]
    public void by_the_level_and_by_the_shortest_span_when_the_level_is_unknown()
    {
        var seen = BasePack.Pack.Clocks["child-seen"];
        seen.For("T2").Iso.ShouldBe("PT6H");
        seen.For(null).Iso.ShouldBe("PT1H");
        BasePack.Pack.Clocks["emergency-review"].For("T3").Iso.ShouldBe("PT24H");
    }

    [Fact]
    public void sooner_in_a_county_that_tightens_it()
    {
        var county = BasePack.Pack.For("440199001");
        county.Clocks["child-seen"].For("T2").Iso.ShouldBe("PT4H");
        county.Clocks["child-seen"].For("T1").Iso.ShouldBe("PT1H");
        county.Hotlines["police"].ShouldBe("110");
        BasePack.Pack.For("440100").Clocks["child-seen"].For("T2").Iso.ShouldBe("PT6H");
    }
}

public class A_length_of_time
{
    [Theory]
    [InlineData("PT15M", true), InlineData("P1D working", true), InlineData("P6M", true), InlineData("PT2H working", true)]
    [InlineData("", false), InlineData("P", false), InlineData("PT", false), InlineData("P0D", false), InlineData("15 minutes", false)]
    [InlineData("P6M working", false), InlineData("P1DT4H working", false), InlineData("-P1D", false), InlineData("P1.5D", false)]
    public void is_read_or_refused(string words, bool good) => (Span.Parse(words) is not null).ShouldBe(good);
}
