namespace Hotline.Simulator.Twilio;

/// <summary>Ids of the provider's form: two letters and 32 hex digits; a seed repeats them.</summary>
public sealed class Sids(int? seed = null)
{
    readonly Lock gate = new();
    readonly Random chance = seed is { } given ? new(given) : new();

    public string New(string prefix)
    {
        var bytes = new byte[16];
        lock (gate) chance.NextBytes(bytes);
        return prefix + Convert.ToHexStringLower(bytes);
    }
}
