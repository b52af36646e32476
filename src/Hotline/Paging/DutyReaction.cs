using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Paging;

/// <summary>Hears in the duty room's events that nobody will be on duty, or that somebody can no longer be reached; and when somebody
/// sees to it.</summary>
public sealed class DutyReaction(NpgsqlDataSource database, PolicyBook policies, IIds ids) : IReaction
{
    /// <summary>Hours that begin sooner than this are urgent.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromHours(4);

    private const string ByChange = "step";

    public Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel) => change.After switch
    {
        RosterFile roster => OfRoster(change, roster, load, cancel),
        StaffFile staff => OfStaff(change, staff, load, cancel),
        HandOverFile hands => OfHandOver(change, hands, load, cancel),
        _ => Task.FromResult<IReadOnlyList<Writing>>([]),
    };

    private async Task<IReadOnlyList<Writing>> OfRoster(Change change, RosterFile roster, Loader load, CancellationToken cancel)
    {
        var writings = change.Events.OfType<GapForeseen>().Select(gap => Start(load, roster.Division, p => p.GapPages, new(
            null, null, null, gap.BeforeMinutes <= Soon.TotalMinutes ? "T2" : "T3", roster.Division, null!, PageNeed.DutyGap) { Roster = roster.Id })).ToList();
        if (change.Events.Select(RosterFile.Changer).FirstOrDefault(by => by is { IsHuman: true }) is { } actor)
            writings.AddRange(await Answer(load, roster, actor, cancel));
        return writings;
    }

    /// <summary>One page a person: a second channel that goes off while it rings is told by the same.</summary>
    private async Task<IReadOnlyList<Writing>> OfStaff(Change change, StaffFile staff, Loader load, CancellationToken cancel)
    {
        if (change.Events.OfType<ChannelTurnedOff>().FirstOrDefault(e => e.Drill is null) is not { } off || (await Ringing("staff", staff.Person, off.Division, cancel)).Count > 0) return [];
        return [Start(load, off.Division, p => p.ChannelOffPages, new(null, null, null, "T3", off.Division, null!, PageNeed.ChannelOff) { Staff = staff.Person })];
    }

    private async Task<IReadOnlyList<Writing>> OfHandOver(Change change, HandOverFile hands, Loader load, CancellationToken cancel)
    {
        var division = hands.Opened!.Division;
        if (change.Events.Any(e => e is HandOverOverdue))
            return [Start(load, division, p => p.HandOver.UnsignedPages, new(null, null, null, "T2", division, null!, PageNeed.HandOverUnsigned) { HandOver = hands.Id })];
        return hands.IsSigned && change.Events.OfType<HandOverSigned>().LastOrDefault() is { } signed
            ? await Pages.Acknowledged(load, await Ringing("handOver", hands.Id, division, cancel), signed.By, ByChange)
            : [];
    }

    private Writing Start(Loader load, string division, Func<DutyRules, string> plan, PageNeed need)
    {
        var pack = policies.For(division);
        return Pages.Starting(load, ids.New(), need with
        {
            Plan = pack.Escalations.GetValueOrDefault(plan(pack.Duty)) ?? pack.Escalations["base"], Ringing = pack.Ringing,
        });
    }

    /// <summary>Whoever changes the roster has heard its page. If the hours stay uncovered it rings again later.</summary>
    private async Task<IReadOnlyList<Writing>> Answer(Loader load, RosterFile roster, Actor by, CancellationToken cancel) =>
        await Pages.Acknowledged(load, await Ringing("roster", roster.Id, roster.Division, cancel), by, ByChange);

    private async Task<IReadOnlyList<Guid>> Ringing(string about, Guid id, string division, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = 'page' and is_open and division = $1 and body->>$2 = $3 limit 50");
        ask.Parameters.Add(new() { Value = division });
        ask.Parameters.Add(new() { Value = about });
        ask.Parameters.Add(new() { Value = id.ToString() });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var ringing = new List<Guid>();
        while (await rows.ReadAsync(cancel)) ringing.Add(rows.GetGuid(0));
        return ringing;
    }
}
