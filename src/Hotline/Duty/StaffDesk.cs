using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Duty;

/// <summary>A member of staff as the coordinator sees them. The number is shown to nobody.</summary>
public sealed record StaffView(
    Guid Id, string User, string Name, string[] Roles, string Division, bool HasNumber, bool Verified, DateTimeOffset? VerifiedAt,
    string? TrainedOn, bool Trained, string? SmsOff, string? CallOff);

/// <summary>Who may be on duty: reachable, verified, trained.</summary>
public sealed class StaffDesk(
    NpgsqlDataSource database, Writer writer, Contacts contacts, NumberLookup lookup, PolicyBook policies, IIds ids, IBusinessClock clock)
{
    private const int Most = 1_000;

    /// <summary>Everybody at or below a scope whose role some escalation rings.</summary>
    public Task<IReadOnlyList<StaffView>> Within(string scope, CancellationToken cancel) =>
        Read("a.division ^@ $2 and $2 <> '' and a.roles && $3", scope, cancel);

    /// <summary>Who serves a division, from its own desk up to the province, and may be rung now: verified, trained, with a channel that
    /// works.</summary>
    public async Task<IReadOnlyList<StaffView>> Reachable(string division, CancellationToken cancel)
    {
        string[] places = [.. Rosters.Places(division, "own"), .. Rosters.Places(division, "city"), .. Rosters.Places(division, "province")];
        return [.. (await Read("a.division = any($2) and a.roles && $3", places, cancel))
            .Where(who => who is { HasNumber: true, Verified: true, Trained: true } and ({ SmsOff: null } or { CallOff: null }))];
    }

    public async Task<StaffView?> Of(Guid person, CancellationToken cancel) => (await Read("a.id = $2", person, cancel)).FirstOrDefault();

    /// <summary>Why these people may not be on duty in a role: a line each, in both languages.</summary>
    public async Task<IReadOnlyList<string>> Unfit(IEnumerable<Guid> people, string role, CancellationToken cancel)
    {
        var asked = people.Distinct().ToArray();
        var known = (await Read("a.id = any($2)", asked, cancel)).ToDictionary(p => p.Id);
        return
        [
            .. asked.Select(id => known.GetValueOrDefault(id) switch
            {
                null or { HasNumber: false } => DutyDesk.NotReachable,
                var who when !who.Roles.Contains(role) => DutyDesk.NotReachable,
                { Verified: false } who => $"{who.Name}：联系方式尚未用验证码核实。 {who.User}: the telephone is not verified by a code yet.",
                { SmsOff: not null, CallOff: not null } who => $"{who.Name}：短信和电话都已停用。 {who.User}: texts and calls are both off.",
                { Trained: false } who => $"{who.Name}：没有在有效期内的培训记录。 {who.User}: no training on record that still holds.",
                _ => null,
            }).OfType<string>().Distinct(),
        ];
    }

    public async Task<Written> SendCode(Contact contact, Caller caller) => await Write(caller, contact.Person, (kind, staff) =>
        Verifying.Send(kind, staff, contact, Rules(contact).ContactCode, ids.New(), ids.New(), DutyDesk.Actor(caller), clock.Now));

    /// <summary>The file after a try; verified or not.</summary>
    public async Task<Written> Confirm(Contact contact, string code, Caller caller, CancellationToken cancel)
    {
        var open = new Dictionary<Guid, bool>();
        return await writer.Write(caller.User, clock.Now, async load =>
        {
            var staff = await load.Load<StaffFile>(StaffFile.KindName, contact.Person, CancellationToken.None);
            // As it stands now: its channels are written back with it.
            if (await contacts.Of(contact.Person, cancel) is { } kept) contact = kept;
            if (staff.Challenge is { } asked) open[asked.Id] = await lookup.Code(asked.Id, cancel) == code;
            return Verifying.Confirm(
                load.Kind(StaffFile.KindName), staff, contact, Rules(contact).ContactCode, id => open[id], DutyDesk.Actor(caller), clock.Now);
        });
    }

    public Task<Written> Train(Guid person, DateOnly on, Caller caller) => Write(caller, person, (kind, staff) =>
        new Decision.Accepted(Writing.To(kind, person, staff, new TrainingRecorded(on, DutyDesk.Actor(caller)))));

    /// <summary>Null where the number is somebody else's already.</summary>
    public async Task<StaffView?> Keep(StaffView who, string role, PhoneNumber number, CancellationToken cancel)
    {
        if (await contacts.Calling(number, cancel) is { } other && other.Person != who.Id) return null;
        await contacts.Keep(who.Id, who.User, role, who.Division, number, clock.Now, cancel);
        return await Of(who.Id, cancel);
    }

    /// <summary>The role by which pages reach a person; null for one whom no escalation rings.</summary>
    public string? RungAs(StaffView who) => who.Roles.FirstOrDefault(RungRoles.Contains);

    private string[] RungRoles => [.. policies.Current.Escalations.Values.SelectMany(e => e.Steps).Select(s => s.TargetRole).Distinct()];

    private DutyRules Rules(Contact contact) => policies.For(contact.Division).Duty;

    private Task<Written> Write(Caller caller, Guid person, Func<StreamKind, StaffFile, Decision> decide) =>
        writer.Write(caller.User, clock.Now, async load =>
            decide(load.Kind(StaffFile.KindName), await load.Load<StaffFile>(StaffFile.KindName, person, CancellationToken.None)));

    private async Task<IReadOnlyList<StaffView>> Read(string which, object asked, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"""
            select a.id, a.user_name, a.display_name, a.roles, a.division, c.person is not null,
                   coalesce(s.verified_number = c.number_value, false), s.verified_at, s.trained_on, coalesce(s.trained_on >= $1, false), c.sms_off, c.call_off
            from hotline.accounts a left join hotline.contacts c on c.person = a.id left join hotline.staff s on s.person = a.id
            where a.disabled_at is null and ({which}) and $3::text[] is not null order by a.division, a.user_name limit {Most}
            """);
        var since = clock.Now - policies.Current.Duty.TrainingValidFor;
        ask.Parameters.Add(new() { Value = since.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) });
        ask.Parameters.Add(new() { Value = asked });
        ask.Parameters.Add(new() { Value = RungRoles });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<StaffView>();
        while (await rows.ReadAsync(cancel))
        {
            var verified = rows.GetBoolean(6);
            found.Add(new(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetFieldValue<string[]>(3), rows.GetString(4), rows.GetBoolean(5), verified,
                verified ? rows.GetFieldValue<DateTimeOffset>(7) : null, Text(rows, 8), rows.GetBoolean(9), Text(rows, 10), Text(rows, 11)));
        }
        return found;
    }

    private static string? Text(NpgsqlDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
}
