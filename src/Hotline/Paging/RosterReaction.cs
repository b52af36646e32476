using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Npgsql;

namespace Hotline.Paging;

/// <summary>Hears in a roster's events that nobody will be on duty, and when somebody sees to it.</summary>
public sealed class RosterReaction(NpgsqlDataSource database, PolicyBook policies, IIds ids) : IReaction
{
    /// <summary>Hours that begin sooner than this are urgent.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(4);

    private const string ByChange = "step";

    public async Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        if (change.After is not RosterFile roster) return [];
        var writings = change.Events.OfType<GapForeseen>().Select(gap => Start(load, roster, gap)).ToList();
        if (change.Events.Select(RosterFile.Changer).FirstOrDefault(by => by is { IsHuman: true }) is { } actor)
            writings.AddRange(await Answer(load, roster, actor, cancel));
        return writings;
    }

    private Writing Start(Loader load, RosterFile roster, GapForeseen gap)
    {
        var pack = policies.For(roster.Division);
        var plan = pack.Escalations.GetValueOrDefault(pack.Duty.GapPages) ?? pack.Escalations["base"];
        var triage = gap.BeforeMinutes <= Soon.TotalMinutes ? "T2" : "T3";
        return Pages.Starting(load, ids.New(), new PageNeed(null, null, null, triage, roster.Division, plan, PageNeed.DutyGap)
        {
            Ringing = pack.Ringing, Roster = roster.Id,
        });
    }

    /// <summary>Whoever changes the roster has heard its page. If the hours stay uncovered it rings again later.</summary>
    private async Task<IReadOnlyList<Writing>> Answer(Loader load, RosterFile roster, Actor by, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = 'page' and is_open and division = $1 and body->>'roster' = $2 limit 50");
        ask.Parameters.Add(new() { Value = roster.Division });
        ask.Parameters.Add(new() { Value = roster.Id.ToString() });
        var ringing = new List<Guid>();
        await using (var rows = await ask.ExecuteReaderAsync(cancel))
            while (await rows.ReadAsync(cancel)) ringing.Add(rows.GetGuid(0));
        return await Pages.Acknowledged(load, ringing, by, ByChange);
    }
}
