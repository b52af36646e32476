using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Which gateway carries what: pure decisions.</summary>
public static class Routing
{
    /// <summary>The gateways for a destination in the pack's order, those that are known not to work left out; where none works, the
    /// first is tried all the same, or nobody would find out that it works again.</summary>
    public static ImmutableArray<T> Order<T>(GatewayRules rules, bool mainland, IEnumerable<T> configured, Func<T, string> gateway, Func<T, bool> isOut)
    {
        var order = mainland ? rules.Mainland : rules.Elsewhere;
        ImmutableArray<T> all = [.. configured.Where(c => order.Contains(gateway(c))).OrderBy(c => order.IndexOf(gateway(c)))];
        ImmutableArray<T> working = [.. all.Where(c => !isOut(c))];
        return working.IsEmpty ? [.. all.Take(1)] : working;
    }

    /// <summary>What follows a request: where nothing went out for a reason that is the gateway's own, another gateway at once.</summary>
    /// <param name="tries">Which try of the attempt it was: who turns us away for the moment is given one more chance.</param>
    public static AfterRequest After(Submitted end, int tries, bool hasOther) => end switch
    {
        Submitted.Accepted => AfterRequest.Sent,
        Submitted.Unknown => AfterRequest.Look,
        Submitted.Rejected { Class: ErrorClass.SetUp or ErrorClass.Request or ErrorClass.Temporary } when hasOther => AfterRequest.OtherGateway,
        Submitted.Rejected { Class: ErrorClass.Temporary } => AfterRequest.Wait,
        Submitted.NotProcessed => hasOther && tries > 1 ? AfterRequest.OtherGateway : AfterRequest.Wait,
        _ => AfterRequest.Fail,
    };
}

public enum AfterRequest { Sent, OtherGateway, Wait, Look, Fail }

/// <summary>The ways that are configured, and which of them have refused us lately. What is known of a refusal is this node's own: it is
/// found out again by one request.</summary>
public sealed class Gateways(IEnumerable<IChannel> channels, PolicyBook policies, IBusinessClock clock, ILogger<Gateways> log)
{
    private readonly ImmutableArray<IChannel> channels = [.. channels];
    private readonly Lock gate = new();
    private readonly Dictionary<(string Gateway, string Channel, bool Mainland), Refusal> refused = [];

    private sealed record Refusal(Submitted.Rejected By, DateTimeOffset At);

    /// <summary>Requests wait here no longer than this for their place; beyond, they go back into the outbox.</summary>
    public static readonly TimeSpan QueueMax = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, DateTimeOffset> freeAt = [];

    /// <summary>How long the next request to a gateway has to wait by the rate of the pack; null: too long to wait here. An emergency waits
    /// for no rate of ours: should the gateway turn it away, it says when to come again.</summary>
    public TimeSpan? Reserve(IChannel channel, PageStarted page, DateTimeOffset now)
    {
        if (policies.Current.Limits.IsEmergency(page.Triage) && !page.Exercise) return TimeSpan.Zero;
        if (policies.Current.Limits.PerSecond.GetValueOrDefault(channel.Gateway) is not (> 0 and var rate)) return TimeSpan.Zero;
        lock (gate)
        {
            var (wait, free) = Limits.Pace(freeAt.GetValueOrDefault(channel.Gateway), rate, now);
            if (wait > QueueMax) return null;
            freeAt[channel.Gateway] = free;
            return wait;
        }
    }

    public bool Has(string gateway) => channels.Any(c => c.Gateway == gateway);

    public IChannel? Find(string channel, string gateway) => channels.FirstOrDefault(c => c.Name == channel && c.Gateway == gateway);

    public ImmutableArray<IChannel> For(string channel, PhoneNumber to)
    {
        var rules = policies.Current.Gateways;
        var until = clock.Now - rules.TryAgainAfter;
        lock (gate)
        {
            return Routing.Order(rules, to.IsMainland, channels.Where(c => c.Name == channel), c => c.Gateway,
                c => refused.TryGetValue(Key(c, to), out var no) && no.By.Class == ErrorClass.SetUp && no.At > until);
        }
    }

    public void Worked(IChannel channel, PhoneNumber to)
    {
        lock (gate) refused.Remove(Key(channel, to));
    }

    /// <summary>One alarm for each thing that it refuses us with, not one per page, and another once it had worked in between.</summary>
    public void Refused(IChannel channel, PhoneNumber to, Submitted.Rejected no)
    {
        if (no.Class is not (ErrorClass.SetUp or ErrorClass.Request)) return;
        bool known;
        lock (gate)
        {
            known = refused.Any(r => (r.Key.Gateway, r.Key.Channel) == (channel.Gateway, channel.Name) && r.Value.By == no);
            refused[Key(channel, to)] = new(no, clock.Now);
        }
        if (!known) log.GatewayRefusesUs(channel.Gateway, channel.Name, no.Class.ToString(), no.Code);
    }

    private static (string, string, bool) Key(IChannel channel, PhoneNumber to) => (channel.Gateway, channel.Name, to.IsMainland);
}
