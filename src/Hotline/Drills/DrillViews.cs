using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Npgsql;

namespace Hotline.Drills;

/// <summary>A drill in a list.</summary>
/// <param name="People">Whom it is for; <paramref name="Rung"/> of them so far, of whom so many answered.</param>
/// <param name="Off">Channels it took.</param>
public sealed record DrillView(
    Guid Id, long Version, string State, string Division, Guid? Roster, string? Role, bool OnDuty, ImmutableArray<string> Channels, DateTimeOffset At,
    bool Repeats, string PlannedByRole, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, int People, int Rung, int Answered, int Off, bool Exercise)
{
    public static DrillView Of(DrillFile drill)
    {
        var (plan, target) = (drill.Plan!, drill.Plan!.Target);
        return new(
            drill.Id, drill.Version, drill.State, target.Division, target.Roster, target.Role, target.OnDuty, plan.Channels, plan.At, plan.Repeats,
            plan.By.Role, drill.StartedAt, drill.EndedAt, drill.Started?.People.Length ?? 0, drill.Pages.Length, drill.Answered, drill.Off.Length,
            Exercise: true);
    }
}

/// <summary>One person of a drill's report.</summary>
/// <param name="Off">The channels that the drill took from them.</param>
public sealed record DrilledView(
    Duty.PersonView Person, string Role, string Division, Guid? Page, string Outcome, string? Channel, DateTimeOffset? At, int? Seconds, string? WhyNot,
    ImmutableArray<ChannelResult> Channels, ImmutableArray<string> Off);

/// <summary>How a channel fared with everybody it was tried with.</summary>
public sealed record ChannelSum(string Channel, int Tried, int Answered, int Delivered, int Failed);

/// <summary>A drill with its report: who was reached, who only got it, who did not and why.</summary>
/// <param name="Steps">What the reader may do now: start, cancel.</param>
public sealed record DrillReport(
    DrillView Drill, ImmutableArray<string> Steps, IReadOnlyDictionary<string, int> Outcomes, IReadOnlyList<ChannelSum> Channels,
    IReadOnlyList<DrilledView> People);

/// <summary>Lists drills and writes their reports. The pages are the truth; nothing of them is kept twice.</summary>
public sealed class DrillViews(NpgsqlDataSource database, DutyViews duty)
{
    private const int Most = 200;

    public async Task<IReadOnlyList<DrillView>> Within(string scope, bool openOnly, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select body::text from hotline.files where kind = 'drill' and $1 <> '' and division ^@ $1 and (is_open or not $2) "
            + $"order by is_open desc, coalesce((body->>'at')::timestamptz, opened_at) desc, id limit {Most}");
        ask.Parameters.Add(new() { Value = scope });
        ask.Parameters.Add(new() { Value = openOnly });
        return await Read<DrillView>(ask, cancel);
    }

    /// <summary>A drill of the same people that is not over.</summary>
    public async Task<bool> IsUnderWay(DrillTarget target, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select body::text from hotline.files where kind = 'drill' and is_open and division = $1 and state = $2 limit 50");
        ask.Parameters.Add(new() { Value = target.Division });
        ask.Parameters.Add(new() { Value = DrillFile.Running });
        return (await Read<DrillView>(ask, cancel)).Any(d => (d.Roster, d.Role, d.OnDuty) == (target.Roster, target.Role, target.OnDuty));
    }

    public async Task<DrillReport> Report(DrillFile drill, ImmutableArray<string> steps, CancellationToken cancel)
    {
        var everybody = drill.Started?.People ?? [];
        var people = await duty.Named([.. everybody.Select(p => p.Person)], cancel);
        var pageOf = drill.ToRing.Select(p => p.Person).Zip(drill.Pages).ToDictionary(p => p.First, p => p.Second);
        var pages = (await Pages(drill, cancel)).ToDictionary(p => p.Id);
        var off = drill.Off.ToLookup(o => o.Person, o => o.Channel);
        var results = everybody.Select(who =>
        {
            Guid? page = pageOf.TryGetValue(who.Person, out var id) ? id : null;
            var found = Drills.Outcomes.Of(who, page is null ? null : pages.GetValueOrDefault(page.Value), drill.State != DrillFile.Running);
            return new DrilledView(
                people[who.Person], who.Role, who.Division, page, found.Outcome, found.Channel, found.At, found.Seconds, found.WhyNot, found.Channels,
                [.. off[who.Person]]);
        }).ToList();
        var sums = results.SelectMany(r => r.Channels).GroupBy(c => c.Channel).OrderBy(g => g.Key).Select(g => new ChannelSum(
            g.Key, g.Count(c => c.Outcome != Drills.Outcomes.Untried), Count(g, Drills.Outcomes.Answered), Count(g, Drills.Outcomes.Delivered),
            Count(g, Drills.Outcomes.Failed))).ToList();
        return new(DrillView.Of(drill), steps, results.CountBy(r => r.Outcome).ToDictionary(), sums, results);

        static int Count(IEnumerable<ChannelResult> of, string outcome) => of.Count(c => c.Outcome == outcome);
    }

    private async Task<IReadOnlyList<PageView>> Pages(DrillFile drill, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select body::text from hotline.files where id = any($1)");
        ask.Parameters.Add(new() { Value = drill.Pages.ToArray() });
        return await Read<PageView>(ask, cancel);
    }

    private static async Task<IReadOnlyList<T>> Read<T>(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<T>();
        while (await rows.ReadAsync(cancel)) found.Add(JsonSerializer.Deserialize<T>(rows.GetString(0), Codec.Json)!);
        return found;
    }
}
