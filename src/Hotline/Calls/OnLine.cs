using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Calls;

/// <summary>Who is there to take a call: on duty now, with a telephone that may be called; one that only failed a drill is rung rather than
/// to send a caller away. The officers first; whoever leads the shift
/// too, where they did not pick up or there are none.</summary>
public sealed class OnLine(Rosters rosters, Contacts contacts, PolicyBook policies, IBusinessClock clock)
{
    public async Task<IReadOnlyList<Contact>> In(string division, bool late, CancellationToken cancel)
    {
        var officers = await Serving(division, Roles.DutyOfficer, cancel);
        return late || officers.Count == 0 ? [.. officers.UnionBy(await Serving(division, Roles.DutySupervisor, cancel), c => c.Person)] : officers;
    }

    private async Task<IReadOnlyList<Contact>> Serving(string division, string role, CancellationToken cancel)
    {
        if (await rosters.Serving(division, role, "own", cancel) is not { } roster) return [];
        var people = Rota.At(roster, clock.Now, policies.For(roster.Division).Calendar);
        return people.IsEmpty ? [] : [.. (await contacts.Of(people, cancel)).Where(c => c.TakesCallers)];
    }
}
