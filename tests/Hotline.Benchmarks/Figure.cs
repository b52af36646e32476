namespace Hotline.Benchmarks;

/// <summary>What one contestant did in one round: appends a second, and milliseconds each took.</summary>
internal sealed record Figure(double Rate, double P50, double P99)
{
    public static Figure Of(double rate, double[] took)
    {
        if (took.Length == 0) return new(rate, double.NaN, double.NaN);
        Array.Sort(took);
        return new(rate, took[took.Length / 2], took[(int)(took.Length * 0.99)]);
    }

    /// <summary>Each value's median over the rounds.</summary>
    public static Figure Middle(IReadOnlyCollection<Figure> rounds) =>
        new(Middle(rounds.Select(r => r.Rate)), Middle(rounds.Select(r => r.P50)), Middle(rounds.Select(r => r.P99)));

    /// <summary>The median of a ratio taken round by round: contestants of one round met the same neighbours on the machine.</summary>
    public static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
