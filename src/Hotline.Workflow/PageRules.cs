using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>Which gateways carry texts and calls, in order, as far as the operator has configured them [design].</summary>
/// <param name="TryAgainAfter">How long a gateway that refused our account or sender is passed over.</param>
public sealed record GatewayRules(ImmutableArray<string> Mainland, ImmutableArray<string> Elsewhere, TimeSpan TryAgainAfter, Source Law)
{
    public static GatewayRules Unsaid { get; } = new(["template", "twilio"], ["twilio"], TimeSpan.FromMinutes(5), new("design", Mark.Design));
}
