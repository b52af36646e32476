using System.Collections.Immutable;
using Hotline.Drills;
using Hotline.Paging;

namespace Hotline.Tests.Drills;

/// <summary>What a page tells of the person whom a drill tried.</summary>
public sealed class An_outcome_of_a_drill
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset InGoodTime = Ten.AddMinutes(7);
    private static readonly Drilled Ling = new(Guid.NewGuid(), "DutyOfficer", "440199", null);

    private static AttemptView Try(string channel, string? status = null, string? whyNot = null, int sentAfter = 0, bool answered = false, string? gateway = "twilio") => new(
        "DutyOfficer", channel, Ten, sentAfter < 0 ? null : Ten.AddMinutes(sentAfter), status, status == "delivered" ? Ten.AddMinutes(sentAfter) : null,
        answered ? Ten.AddMinutes(3) : null, whyNot, null, null, gateway, null, null, null);

    private static PageView Page(params AttemptView[] attempts) => new(
        Guid.NewGuid(), 9, null, null, null, attempts.Any(a => a.AnsweredAt is not null) ? PageFile.Acknowledged : PageFile.Stopped, "T4", "440199", "drill", null, null,
        null, null, null, null, Guid.NewGuid(), null, Ten, null,
        attempts.FirstOrDefault(a => a.AnsweredAt is not null) is { } by ? new("DutyOfficer", Ten.AddMinutes(3), by.Channel == "sms" ? "sms" : "key") : null, null, true, attempts);

    private static string[] Taken(PageView page, Drilled? who = null) => [.. Outcomes.Taken(who ?? Ling, page, InGoodTime)];

    [Fact]
    public void without_an_answer_takes_every_channel_that_was_tried_in_good_time()
    {
        var page = Page(Try("sms", "delivered"), Try("call", "no-answer", "no-answer", 2));
        Taken(page).ShouldBe(["sms", "call"]);
        Outcomes.Of(Ling, page, isOver: true).ShouldSatisfyAllConditions(o => o.Outcome.ShouldBe(Outcomes.Delivered), o => o.Channel.ShouldBe("sms"));
        Taken(Page(Try("sms", "delivered", sentAfter: 9))).ShouldBeEmpty();
        Taken(Page(Try("sms", sentAfter: -1))).ShouldBeEmpty();
    }

    [Fact]
    public void with_an_answer_takes_only_what_the_provider_says_did_not_arrive()
    {
        var page = Page(Try("sms", "delivered"), Try("call", "completed", sentAfter: 2, answered: true));
        Taken(page).ShouldBeEmpty();
        Outcomes.Of(Ling, page, isOver: true).ShouldSatisfyAllConditions(
            o => o.Outcome.ShouldBe(Outcomes.Answered), o => o.Channel.ShouldBe("call"), o => o.Seconds.ShouldBe(180));
        Taken(Page(Try("sms", "undelivered", "not-reachable"), Try("call", "completed", sentAfter: 2, answered: true))).ShouldBe(["sms"]);
    }

    [Theory, InlineData("gateway-set-up"), InlineData("request-refused"), InlineData("blocked-by-provider"), InlineData(PageFile.ClosedByHand)]
    public void blames_no_telephone_for_what_lies_with_us_or_the_gateway(string whyNot)
    {
        Taken(Page(Try("sms", "failed", whyNot))).ShouldBeEmpty();
        Outcomes.Of(Ling, Page(Try("sms", "failed", whyNot)), isOver: true).ShouldSatisfyAllConditions(
            o => o.Outcome.ShouldBe(Outcomes.NotReached), o => o.WhyNot.ShouldBe(whyNot));
    }

    [Fact]
    public void asks_no_reply_of_a_text_that_takes_none()
    {
        var county = Ling with { Mainland = true };
        Taken(Page(Try("sms", "delivered"), Try("call", "no-answer", "no-answer", 2)), county).ShouldBe(["call"]);
        Taken(Page(Try("sms", "undelivered", "not-reachable")), county).ShouldBe(["sms"]);
        Taken(Page(Try("sms", "delivered", gateway: "template")), county).ShouldBe(["sms"]);
    }

    [Fact]
    public void that_was_stopped_by_hand_takes_nothing() =>
        Taken(Page(Try("sms", "delivered")) with { StoppedByRole = "DutySupervisor" }).ShouldBeEmpty();

    [Fact]
    public void that_the_night_held_back_says_so_and_takes_nothing()
    {
        var held = Page(Try("sms", whyNot: "answered-first", sentAfter: -1) with { DelayedWhy = Held.Quiet });
        Taken(held).ShouldBeEmpty();
        Outcomes.Of(Ling, held, isOver: true).ShouldSatisfyAllConditions(
            o => o.Outcome.ShouldBe(Outcomes.NotReached), o => o.WhyNot.ShouldBe("quiet-hours"), o => o.Channels.Single().Outcome.ShouldBe(Outcomes.Untried));
    }

    [Fact]
    public void of_somebody_without_a_telephone_says_so() =>
        Outcomes.Of(Ling with { WhyNot = Drilled.NoNumber }, null, isOver: true).ShouldSatisfyAllConditions(
            o => o.Outcome.ShouldBe(Outcomes.NotRung), o => o.WhyNot.ShouldBe(Drilled.NoNumber));
}
