using Hotline.Cases;
using Hotline.Paging;

namespace Hotline.Tests.Year;

/// <summary>What a year was like for those in it.</summary>
internal static class Figures
{
    private static readonly TimeSpan Reached = TimeSpan.FromHours(1);

    /// <summary>Over all seeds of this run: one year of a county has some thirty T1 reports, too few for a tail.</summary>
    private static readonly List<double> Urgent = [];

    public static string Of(YearWorld world, IReadOnlyList<IReadOnlyList<Recorded>> pages, int seed, TimeSpan real)
    {
        var urgent = world.Answered.Where(a => a is { Triage: "T1", Why: PageNeed.NewReport }).Select(a => a.Seconds).Order().ToList();
        var years = Together(urgent);
        var tens = world.Carrier.Rang.GroupBy(r => (r.Person, Ten: r.At.UtcTicks / TimeSpan.FromMinutes(10).Ticks)).ToList();
        var perTen = tens.Select(g => g.Select(r => r.Household).Distinct().Count()).Order().ToList();
        var rings = tens.Select(g => g.Count()).Order().ToList();
        var bundled = pages.Sum(p => p.Count(e => e.What is AttemptSent { TakenAlong: true }));
        var perHour = world.Carrier.Rang.GroupBy(r => (r.Person, Hour: r.At.UtcTicks / TimeSpan.TicksPerHour)).Select(g => g.Count()).Order().ToList();
        var nobody = pages.Count(p => ((PageStarted)p[0].What).Triage == "T1" && p.FirstOrDefault(e => e.What is PageAcknowledged) is var answer
            && (answer?.At ?? world.Time.Now) - p[0].At - A_year_of_a_county.Lost(world, p[0].At, answer?.At ?? world.Time.Now) > Reached);
        var doubles = pages.Sum(p => p.Count(e => e.What is AttemptSent { MaybeDouble: true }));
        return $"seed {seed}: {world.Reports.Count} reports, {pages.Count} pages, {world.Carrier.Rang.Count} rings ({doubles} maybe twice), {world.Nodes.Deaths} deaths, {world.Away.Count} outages and jumps, {real.TotalSeconds:0} s; "
            + $"T1 to a human ({urgent.Count}): p50 {At(urgent, 0.5):0} s, p95 {At(urgent, 0.95):0} s (goal 120), p99.9 {At(urgent, 0.999):0} s (goal 300); "
            + $"over the seeds so far ({years.Count}): p95 {At(years, 0.95):0} s, p99.9 {At(years, 0.999):0} s; "
            + $"matters on one telephone in ten minutes: p99 {At(perTen, 0.99)}, most {perTen.LastOrDefault()}, above 1 in {Share(perTen):0.0} % (goal about 1); messages and calls in ten minutes: p99 {At(rings, 0.99)}, above 1 in {Share(rings):0.0} %, {bundled} went along with others; rings an hour that has any: p50 {At(perHour, 0.5)}, p99 {At(perHour, 0.99)}; "
            + $"{world.Callers.Calls.Count} calls, {world.Callers.Lost} lost before an answer; answered within 15 s {Within(world, 15):P0} (goal 90 %), within 20 s {Within(world, 20):P0} (goal 95 %); "
            + $"T1 with nobody reached within an hour: {nobody} (goal 0)";
    }

    /// <summary>Of the callers who reached the queue; who hung up was not answered.</summary>
    private static double Within(YearWorld world, int seconds) =>
        world.Callers.Waits.Count(w => w <= seconds) / (double)Math.Max(1, world.Callers.Waits.Count + world.Callers.Lost);

    private static List<double> Together(IEnumerable<double> urgent)
    {
        lock (Urgent)
        {
            Urgent.AddRange(urgent);
            return [.. Urgent.Order()];
        }
    }

    private static double Share(List<int> counts) => 100.0 * counts.Count(c => c > 1) / Math.Max(1, counts.Count);

    private static T? At<T>(IReadOnlyList<T> sorted, double part) => sorted.Count == 0 ? default : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
}
