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

    /// <summary>So long after a message what else concerns its household waits for the next one to the same person; zero: not at all.</summary>
    public TimeSpan Household { get; init; }

    public BudgetRule Budget { get; init; } = new(1, TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));

    public bool IsEmergency(string triage) => Emergencies.Contains(triage);
}

/// <summary>How many messages and calls a person can take within a time, and how long more than that may go on before it is shown.</summary>
public sealed record BudgetRule(int Alarms, TimeSpan Within, TimeSpan OverrunFor)
{
    /// <summary>More than so many in <see cref="OverrunFor"/> is too much for too long.</summary>
    public int Most => (int)(Alarms * (OverrunFor / Within));
}

/// <summary>Hours of the night, by Beijing time, in which levels that can wait do not ring people who are not at the desk.</summary>
public sealed record QuietRule(TimeOnly From, TimeOnly To, ImmutableArray<string> Triage, ImmutableArray<string> Roles)
{
    public static QuietRule None { get; } = new(default, default, [], []);
}
