using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>Which gateways carry texts and calls, in order, as far as the operator has configured them [design].</summary>
/// <param name="TryAgainAfter">How long a gateway that refused our account or sender is passed over.</param>
public sealed record GatewayRules(ImmutableArray<string> Mainland, ImmutableArray<string> Elsewhere, TimeSpan TryAgainAfter, Source Law)
{
    public static GatewayRules Unsaid { get; } = new(["template", "twilio"], ["twilio"], TimeSpan.FromMinutes(5), new("design", Mark.Design));
}

/// <summary>How often one person, and one gateway, may be told something [design].</summary>
/// <param name="Every">Between two messages to one person by one channel.</param>
/// <param name="AtMost">So many messages <paramref name="Within"/> this time.</param>
/// <param name="Emergencies">Levels that wait for nothing but the emergency's message before them.</param>
/// <param name="PerSecond">Requests of each node to a gateway; one that is not named is not held back.</param>
public sealed record LimitRules(
    TimeSpan Every, int AtMost, TimeSpan Within, ImmutableArray<string> Emergencies, QuietRule Quiet, ImmutableDictionary<string, int> PerSecond, Source Law)
{
    public static LimitRules Unsaid { get; } = new(
        TimeSpan.FromMinutes(1), 5, TimeSpan.FromMinutes(15), ["T1"], QuietRule.None, ImmutableDictionary<string, int>.Empty, new("design", Mark.Design));

    /// <summary>So many messages of emergencies go to one person within one <see cref="Every"/> without waiting; the rest go together.</summary>
    public int EmergenciesAtOnce { get; init; } = 1;

    public bool IsEmergency(string triage) => Emergencies.Contains(triage);
}

/// <summary>Hours of the night, by Beijing time, in which levels that can wait do not ring people who are not at the desk.</summary>
public sealed record QuietRule(TimeOnly From, TimeOnly To, ImmutableArray<string> Triage, ImmutableArray<string> Roles)
{
    public static QuietRule None { get; } = new(default, default, [], []);
}
