using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Duty;

/// <summary>The demo county's duty room: four phones of the simulator, and rosters on which each is always on.</summary>
public static class DutyDemo
{
    public sealed record Post(string User, string Role, string Division, string Number);

    public static readonly ImmutableArray<Post> Posts =
    [
        new("duty", Roles.DutyOfficer, "440199", "+14155550101"),
        new("supervisor", Roles.DutySupervisor, "440199", "+14155550102"),
        new("county", Roles.CountyOfficer, "440199", "+8610000000103"),
        new("city", Roles.CitySupervisor, "440100", "+14155550104"),
    ];

    /// <summary>Idempotent: what is there already stays as it is, so that a changed roster survives a restart.</summary>
    public static async Task Seed(IServiceProvider services, CancellationToken cancel = default)
    {
        var contacts = services.GetRequiredService<Contacts>();
        var writer = services.GetRequiredService<Writer>();
        var now = services.GetRequiredService<IBusinessClock>().Now;
        foreach (var post in Posts)
        {
            var person = DemoAccounts.AccountId(post.User);
            if (await contacts.Of(person, cancel) is null)
                await contacts.Keep(person, post.User, post.Role, post.Division, PhoneNumber.Parse(post.Number)!.Value, now, cancel);
            await Vouch(writer, (await contacts.Of(person, cancel))!, now);
            await writer.Write(null, now, async load =>
            {
                var id = DemoAccounts.AccountId($"roster:{post.Division}:{post.Role}");
                var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
                var always = new Shift(person, [1, 2, 3, 4, 5, 6, 7], TimeOnly.MinValue, TimeOnly.MinValue);
                return roster.Exists
                    ? new Decision.Nothing()
                    : new Decision.Accepted(Writing.To(load.Kind(RosterFile.KindName), id, roster,
                        new RosterSet(post.Division, post.Role, "Asia/Shanghai", [always], Actor.System)));
            });
        }
    }

    /// <summary>A person whose telephone and training nobody need doubt: the demo's, and those of a test.</summary>
    public static Task<Written> Vouch(Writer writer, Contact contact, DateTimeOffset now) => writer.Write(null, now, async load =>
    {
        var staff = await load.Load<StaffFile>(StaffFile.KindName, contact.Person, CancellationToken.None);
        return staff.TrainedOn is not null
            ? new Decision.Nothing()
            : new Decision.Accepted(Writing.To(load.Kind(StaffFile.KindName), contact.Person, staff,
                new ContactVerified(contact.NumberValue, Actor.System), new TrainingRecorded(DateOnly.FromDateTime(now.UtcDateTime), Actor.System)));
    });
}
