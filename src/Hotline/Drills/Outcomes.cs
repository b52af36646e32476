using System.Collections.Immutable;
using Hotline.Paging;

namespace Hotline.Drills;

/// <summary>How one channel fared with one person.</summary>
/// <param name="Outcome">answered, delivered (arrived, and no answer came by it), failed, untried.</param>
public sealed record ChannelResult(string Channel, string Outcome, DateTimeOffset? SentAt, DateTimeOffset? DeliveredAt, string? WhyNot);

/// <summary>How a drill ended for one person.</summary>
/// <param name="Outcome">answered; delivered, without an answer; not-reached; not-rung; waiting, while the time runs.</param>
/// <param name="Seconds">From the start of their page to the answer.</param>
public sealed record PersonResult(string Outcome, string? Channel, DateTimeOffset? At, int? Seconds, string? WhyNot, ImmutableArray<ChannelResult> Channels);

/// <summary>Reads a drill's result from the page that tried the person. Pure.</summary>
public static class Outcomes
{
    public const string Answered = "answered";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
    public const string Untried = "untried";
    public const string NotReached = "not-reached";
    public const string NotRung = "not-rung";
    public const string Waiting = "waiting";

    /// <summary>Reasons that lie with us or with the gateway: they say nothing of the person's telephone.</summary>
    private static readonly string[] NotTheirs = ["gateway-set-up", "request-refused", "blocked-by-provider", PageFile.ClosedByHand, "answered-first", "overtaken"];

    public static PersonResult Of(Drilled who, PageView? page, bool isOver)
    {
        if (who.WhyNot is { } off) return new(NotRung, null, null, null, off, []);
        if (page is null) return new(isOver ? NotRung : Waiting, null, null, null, null, []);
        ImmutableArray<ChannelResult> channels = [.. page.Attempts.GroupBy(a => a.Channel).Select(g => OfChannel(g.Key, [.. g]))];
        if (page.Acknowledged is { } answer)
        {
            var by = channels.FirstOrDefault(c => c.Outcome == Answered)?.Channel ?? answer.How;
            return new(Answered, by, answer.At, (int)(answer.At - page.StartedAt).TotalSeconds, null, channels);
        }
        if (page.State == PageFile.Ringing && !isOver) return new(Waiting, null, null, null, null, channels);
        return channels.FirstOrDefault(c => c.Outcome == Delivered) is { } arrived
            ? new(Delivered, arrived.Channel, arrived.DeliveredAt, null, null, channels)
            : new(NotReached, null, null, null, channels.Select(c => c.WhyNot).LastOrDefault(w => w is not null) ?? "not-sent", channels);
    }

    /// <summary>The channels a drill takes: those that were tried in good time and brought no answer; of one who answered, only those of
    /// which the provider says that nothing arrived. What the gateway refused of us is no fault of a telephone, and a text that takes no
    /// reply cannot be asked for one.</summary>
    public static IEnumerable<string> Taken(Drilled who, PageView page, DateTimeOffset inGoodTime)
    {
        if (page.StoppedByRole is not null) return [];
        return page.Attempts.GroupBy(a => a.Channel).Where(tried => Fails(who, page, [.. tried], inGoodTime)).Select(tried => tried.Key);
    }

    private static bool Fails(Drilled who, PageView page, IReadOnlyList<AttemptView> tried, DateTimeOffset inGoodTime)
    {
        var last = tried[^1];
        if (last.SentAt is not { } sent || sent > inGoodTime || last.AnsweredAt is not null || NotTheirs.Contains(last.WhyNot)) return false;
        var undelivered = last.Channel == Channels.Sms && last.ProviderStatus is "undelivered" or "failed";
        if (page.Acknowledged is not null) return undelivered;
        var oneWay = last.Channel == Channels.Sms && who.Mainland && last.Gateway != GatewayNames.Template;
        return undelivered || !oneWay;
    }

    private static ChannelResult OfChannel(string channel, IReadOnlyList<AttemptView> tried)
    {
        var last = tried[^1];
        var outcome = last switch
        {
            { AnsweredAt: not null } => Answered,
            { DeliveredAt: not null } => Delivered,
            { SentAt: null, WhyNot: null or "answered-first" } => Untried,
            _ => Failed,
        };
        // What was held back until the drill was over: by what says more than that it came too late.
        var why = last.SentAt is null ? last.DelayedWhy ?? last.WhyNot : last.WhyNot;
        return new(channel, outcome, last.SentAt, last.DeliveredAt, why);
    }
}
