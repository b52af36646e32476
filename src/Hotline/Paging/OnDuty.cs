using Hotline.Cases;
using Hotline.Duty;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Turns a plan's steps into people who can be reached now.</summary>
public sealed class OnDuty(Rosters rosters, Contacts contacts, ReplyCodes codes, PolicyBook policies, ILogger<OnDuty> log)
{
    private const string Neighbour = "neighbour";

    public async Task<Func<PlanStep, IReadOnlyList<Reachable>>> For(PageFile page, DateTimeOffset now, int race, CancellationToken cancel)
    {
        var found = new Dictionary<(string, string, string?, string?), IReadOnlyList<Reachable>>();
        var known = new Dictionary<Guid, Reachable>();
        if (page.Started!.Person is { } only)
        {
            var channels = page.Started.Steps.SelectMany(s => s.Channels).ToHashSet();
            var one = await Reach([only], page.Id, known, now, race, cancel);
            // A drill tries what it was asked to try, and nothing in its place.
            one = [.. one.Select(w => w with { Sms = w.Sms && channels.Contains(Channels.Sms), Call = w.Call && channels.Contains(Channels.Call) })];
            return _ => one;
        }
        foreach (var step in page.Started.Steps.DistinctBy(Target))
        {
            var people = await People(page.Started.Division, step, now, cancel);
            if (people.Count == 0) log.NobodyOnDuty(page.Id, step.Role, step.Level);
            found[Target(step)] = await Reach(people, page.Id, known, now, race, cancel);
        }
        foreach (var added in page.Added.GroupBy(a => a.Role))
            found[(added.Key, AddedTarget.Level, null, null)] = await Reach([.. added.Select(a => a.Person)], page.Id, known, now, race, cancel);
        // Somebody added since was rung when they were added, and is known from the next round on.
        return step => found.GetValueOrDefault(Target(step), []);
    }

    private static (string, string, string?, string?) Target(PlanStep step) => (step.Role, step.Level, step.Shift, step.Person);

    private async Task<IReadOnlyCollection<Guid>> People(string division, PlanStep step, DateTimeOffset now, CancellationToken cancel)
    {
        if (step.Person is { } user) return await contacts.Named(user, cancel) is { } one ? [one.Person] : [];
        var neighbours = step.Level == Neighbour;
        var people = new HashSet<Guid>();
        foreach (var place in neighbours ? policies.For(division).Neighbours : [division])
            if (await rosters.Serving(place, step.Role, neighbours ? "own" : step.Level, cancel) is { } roster)
                people.UnionWith(step.Shift == EscalationStep.Next
                    ? Rota.Next(roster, now, policies.For(roster.Division).Calendar) : Rota.Responsible(roster, now, policies.For(roster.Division).Calendar));
        return people;
    }

    /// <summary>One person and how they can be reached for this page; null when by no way.</summary>
    public async Task<Reachable?> One(Guid person, Guid page, DateTimeOffset now, int race, CancellationToken cancel) =>
        (await Reach([person], page, [], now, race, cancel)).FirstOrDefault();

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
