using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Npgsql;

namespace Hotline.Duty;

/// <summary>Secret calendar addresses: whose one is, and their making and revoking.</summary>
public sealed class CalendarAddresses(NpgsqlDataSource database, IEventStore store, StreamKinds kinds, Writer writer, IBusinessClock clock)
{
    public Task<StaffFile> Of(Guid person, CancellationToken cancel) => new Loader(store, kinds).Load<StaffFile>(StaffFile.KindName, person, cancel);

    public Task<Written> Write(Caller caller, Happening what) => writer.Write(caller.User, clock.Now, async load =>
    {
        var staff = await load.Load<StaffFile>(StaffFile.KindName, caller.Id, CancellationToken.None);
        return what is CalendarAddressRevoked && staff.CalendarHash is null
            ? new Decision.Nothing()
            : new Decision.Accepted(Writing.To(load.Kind(StaffFile.KindName), caller.Id, staff, what));
    });

    /// <summary>Null for an address that is none any more, or whose owner's account is closed.</summary>
    public async Task<Guid?> PersonOf(string secret, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select s.person from hotline.staff s join hotline.accounts a on a.id = s.person where s.calendar_hash = $1 and a.disabled_at is null");
        ask.Parameters.Add(new() { Value = StaffFile.HashOf(secret) });
        return await ask.ExecuteScalarAsync(cancel) as Guid?;
    }
}
