using Hotline.Paging;
using Hotline.Telephony;

namespace Hotline.Tests.Paging;

public sealed class What_a_provider_says
{
    [Theory]
    [InlineData(null, "queued", true), InlineData("queued", "sent", true), InlineData("sent", "delivered", true)]
    [InlineData("delivered", "sent", false), InlineData("failed", "sent", false), InlineData("undelivered", "delivered", false)]
    [InlineData("delivered", "delivered", false), InlineData("completed", "ringing", false), InlineData("in-progress", "initiated", false)]
    [InlineData("sent", "a-word-of-2031", false), InlineData("ringing", "no-answer", true)]
    public void Cases_25_48_never_goes_back_from_a_final_word(string? known, string said, bool advances) =>
        Statuses.Advances(known, said).ShouldBe(advances);

    [Theory]
    [InlineData("sms", "undelivered", 30005, "number-invalid", true), InlineData("sms", "undelivered", 30003, "not-reachable", false)]
    [InlineData("sms", "failed", 30007, "blocked-by-provider", true), InlineData("sms", "undelivered", null, "not-delivered", false)]
    [InlineData("sms", "undelivered", 99999, "not-reachable", false), InlineData("call", "busy", null, "busy", false)]
    [InlineData("call", "completed", null, "no-key-pressed", false), InlineData("sms", "failed", 21610, "opted-out", true)]
    public void tells_why_it_did_not_ring(string channel, string status, int? code, string why, bool moveOn) =>
        Statuses.Failure(Guid.Empty, channel, status, Cause.OfTwilio(code)).ShouldBe(new AttemptFailed(Guid.Empty, why, moveOn));

    [Theory]
    [InlineData("sms", "delivered"), InlineData("sms", "sent"), InlineData("call", "ringing"), InlineData("call", "in-progress")]
    public void is_no_failure_while_it_may_still_ring(string channel, string status) =>
        Statuses.Failure(Guid.Empty, channel, status, null).ShouldBeNull();

    [Fact]
    public void Cases_15_19_a_text_is_one_segment_and_asks_for_a_reply_only_where_one_can_come()
    {
        foreach (var triage in new[] { "T1", "T2", "T3", "T4" })
            foreach (var why in new[] { PageNeed.NewReport, PageNeed.ClockBreached, PageNeed.ChildLeaves, PageNeed.ReporterWrote, PageNeed.DangerFound, PageNeed.RingsAgain, PageNeed.DrillCall })
                foreach (var number in new[] { "+14155550101", "+8610000000103" })
                {
                    var can = ChannelCapabilities.OfTwilio(PhoneNumber.Parse(number)!.Value);
                    foreach (var (count, exercise) in new[] { (1, false), (40, false), (999, false), (1, true), (999, true) })
                    {
                        var text = Texts.Page("K7QF3", triage, why, 999, count, can, exercise);
                        text.Contains("演练", StringComparison.Ordinal).ShouldBe(exercise, text);
                        Segments.Of(text).Count.ShouldBe(1, text);
                        text.Contains("回复999a", StringComparison.Ordinal).ShouldBe(can.CanReply);
                        text.Contains($"{count}个呼叫", StringComparison.Ordinal).ShouldBe(count > 1);
                        text.ShouldNotContain("http");
                        text.ShouldNotContain("${");
                        text.ShouldContain("编号K7QF3。");
                    }
                }
    }
}
