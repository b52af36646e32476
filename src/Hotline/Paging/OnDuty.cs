using Hotline.Cases;
using Hotline.Duty;

namespace Hotline.Paging;

/// <summary>Turns a plan's steps into people who can be reached now.</summary>
public sealed class OnDuty(Rosters rosters, Contacts contacts, ReplyCodes codes, PolicyBook policies, ILogger<OnDuty> log)
{
    public async Task<Func<PlanStep, IReadOnlyList<Reachable>>> For(PageFile page, DateTimeOffset now, int race, CancellationToken cancel)
    {
        var found = new Dictionary<(string Role, string Level), IReadOnlyList<Reachable>>();
        var known = new Dictionary<Guid, Reachable>();
        if (page.Started!.Person is { } only)
        {
            var channels = page.Started.Steps.SelectMany(s => s.Channels).ToHashSet();
            var one = await Reach([only], page.Id, known, now, race, cancel);
            // A drill tries what it was asked to try, and nothing in its place.
            one = [.. one.Select(w => w with { Sms = w.Sms && channels.Contains(Channels.Sms), Call = w.Call && channels.Contains(Channels.Call) })];
            return _ => one;
        }
        foreach (var step in page.Started.Steps.DistinctBy(s => (s.Role, s.Level)))
        {
            var roster = await rosters.Serving(page.Started.Division, step.Role, step.Level, cancel);
            var people = roster is null ? [] : Rota.Responsible(roster, now, policies.For(roster.Division).Calendar);
            if (people.IsEmpty) log.NobodyOnDuty(page.Id, step.Role, step.Level);
            found[(step.Role, step.Level)] = await Reach(people, page.Id, known, now, race, cancel);
        }
        return step => found[(step.Role, step.Level)];
    }

    private async Task<IReadOnlyList<Reachable>> Reach(
        IReadOnlyCollection<Guid> people, Guid page, Dictionary<Guid, Reachable> known, DateTimeOffset now, int race, CancellationToken cancel)
    {
        var reachable = new List<Reachable>();
        foreach (var contact in await contacts.Of(people, cancel))
        {
            if (!known.TryGetValue(contact.Person, out var who))
            {
                var (code, row) = await codes.For(contact.NumberHash, page, now, race, cancel);
                who = known[contact.Person] = new(contact.Person, contact.CanText, contact.CanCall, code, row);
            }
            if (who.Sms || who.Call) reachable.Add(who);
            else log.AllChannelsOff(page, contact.Person);
        }
        return reachable;
    }
}
