using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Drills;

/// <summary>Finds whom a drill is for, as things stand now.</summary>
public sealed class DrillPeople(
    Rosters rosters, StaffDesk staff, Contacts contacts, PolicyBook policies, IEventStore store, StreamKinds kinds)
{
    public async Task<ImmutableArray<Drilled>> Of(DrillPlanned plan, DateTimeOffset now, CancellationToken cancel)
    {
        var asked = await Asked(plan.Target, now, cancel);
        var known = (await contacts.Of([.. asked.Select(a => a.Person)], cancel)).ToDictionary(c => c.Person);
        var mainland = await contacts.InTheMainland(known.Values, cancel);
        return
        [
            .. asked.Select(who => known.GetValueOrDefault(who.Person) switch
            {
                null => who with { WhyNot = Drilled.NoNumber },
                var contact when plan.Channels.All(channel => contact.Off(channel) is not null) => who with { WhyNot = Drilled.ChannelOff },
                _ => who with { Mainland = mainland.Contains(who.Person) },
            }),
        ];
    }

    private async Task<ImmutableArray<Drilled>> Asked(DrillTarget target, DateTimeOffset now, CancellationToken cancel)
    {
        if (target is { Roster: null, OnDuty: false })
        {
            var listed = await staff.Within(Divisions.Scope(target.Division), cancel);
            return [.. listed.Where(p => target.Role is null || p.Roles.Contains(target.Role))
                .Select(p => new Drilled(p.Id, target.Role ?? staff.RungAs(p) ?? "", p.Division, null))];
        }
        IEnumerable<RosterFile> lists = target.Roster is { } one
            ? [await new Loader(store, kinds).Load<RosterFile>(RosterFile.KindName, one, cancel)]
            : await rosters.Within(Divisions.Scope(target.Division), cancel);
        return [.. lists.Where(r => r.Exists && (target.Role is null || r.Role == target.Role))
            .SelectMany(r => (target.OnDuty ? Rota.Responsible(r, now, policies.For(r.Division).Calendar) : r.Planned)
                .Select(person => new Drilled(person, r.Role, r.Division, null)))
            .DistinctBy(who => who.Person)];
    }
}
