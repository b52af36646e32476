using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>What a province, city or county changes: values, lists and telephone numbers, never a safeguard.</summary>
public sealed record Overlay
{
    public required string Division { get; init; }
    public required Text Title { get; init; }
    public Text? CoordinatingBody { get; init; }
    public ImmutableDictionary<string, string> Hotlines { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableArray<string> Neighbours { get; init; } = [];
    public ImmutableDictionary<string, ImmutableDictionary<string, Span>> Clocks { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, Span>>.Empty;
    public ImmutableDictionary<string, Span> Periods { get; init; } = ImmutableDictionary<string, Span>.Empty;

    public Pack On(Pack pack) => pack with
    {
        CoordinatingBody = CoordinatingBody ?? pack.CoordinatingBody,
        Hotlines = pack.Hotlines.SetItems(Hotlines),
        Neighbours = Neighbours.IsEmpty ? pack.Neighbours : Neighbours,
        Clocks = pack.Clocks.SetItems(Clocks.Select(change => KeyValuePair.Create(
            change.Key, pack.Clocks[change.Key] with { Within = pack.Clocks[change.Key].Within.SetItems(change.Value) }))),
        Periods = pack.Periods.SetItems(Periods.Select(change => KeyValuePair.Create(
            change.Key, pack.Periods[change.Key] with { Length = change.Value }))),
    };

    /// <summary>The division code without its trailing 00 pairs (440000 → 44).</summary>
    internal static string Scope(string division)
    {
        var code = division;
        while (code.Length is > 2 and <= 6 && code.EndsWith("00", StringComparison.Ordinal)) code = code[..^2];
        return code;
    }
}
