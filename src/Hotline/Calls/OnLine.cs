using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Calls;

/// <summary>Who is there to take a call: on duty now, with a telephone that may be called.</summary>
public sealed class OnLine(Rosters rosters, Contacts contacts, PolicyBook policies, IBusinessClock clock)
{
    public async Task<IReadOnlyList<Contact>> In(string division, CancellationToken cancel)
    {
        if (await rosters.Serving(division, Roles.DutyOfficer, "own", cancel) is not { } roster) return [];
        var people = Rota.At(roster, clock.Now, policies.For(roster.Division).Calendar);
        return people.IsEmpty ? [] : [.. (await contacts.Of(people, cancel)).Where(c => c.CallOff is null)];
    }
}
