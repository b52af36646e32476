using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Telephony;
using Npgsql;

namespace Hotline.Duty;

/// <summary>How a member of staff is reached. The number itself lies sealed.</summary>
public sealed record Contact(
    Guid Person, string User, string Role, string Division, Guid NumberValue, byte[] NumberHash, string? SmsOff, string? CallOff)
{
    public static readonly RowSet Rows = new(
        "hotline.contacts",
        [
            new("person", "uuid"), new("user_name", "text"), new("role", "text"), new("division", "text"),
            new("number_value", "uuid"), new("number_hash", "bytea"), new("sms_off", "text"), new("call_off", "text"),
        ],
        KeyColumns: 1);

    /// <summary>Why a channel is off: the person said so, or a drill by it had no answer.</summary>
    public const string OptedOut = "opted-out";
    public const string DrillFailed = "drill-failed";

    /// <summary>A drill that failed makes a channel doubtful, not dead: where nothing better is left it is used all the same, rather
    /// than to reach nobody.</summary>
    public bool CanText => SmsOff is null || (SmsOff == DrillFailed && CallOff is not null);

    public bool CanCall => CallOff is null || (CallOff == DrillFailed && SmsOff is not null);

    /// <summary>A caller who waits is not sent away because of a drill: only a telephone that its owner closed, or that is none, is left out.</summary>
    public bool TakesCallers => CallOff is null or DrillFailed;

    public string? Off(string channel) => channel == "sms" ? SmsOff : CallOff;

    public Contact With(string channel, string? off) => channel == "sms" ? this with { SmsOff = off } : this with { CallOff = off };

    public RowChange Row(RowOp op = RowOp.Upsert) => new(Rows, op, [Person, User, Role, Division, NumberValue, NumberHash, SmsOff, CallOff]);
}

/// <summary>Looks contacts up, opens and seals their numbers.</summary>
public sealed class Contacts(NpgsqlDataSource database, IVault vault, NumberLookup lookup, Writer writer)
{
    private const string Columns = "person, user_name, role, division, number_value, number_hash, sms_off, call_off";

    /// <summary>Staff numbers are contact data: class 2 of the data dictionary.</summary>
    private const int SensitivityClass = 2;

    public async Task<ImmutableArray<Contact>> Of(IReadOnlyCollection<Guid> people, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"select {Columns} from hotline.contacts where person = any($1)");
        ask.Parameters.Add(new() { Value = people.ToArray() });
        return await Read(ask, cancel);
    }

    public async Task<Contact?> Of(Guid person, CancellationToken cancel) => (await Of([person], cancel)).FirstOrDefault();

    /// <summary>By user name; null for nobody who can be rung.</summary>
    public async Task<Contact?> Named(string user, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"select {Columns} from hotline.contacts where user_name = $1");
        ask.Parameters.Add(new() { Value = user });
        return (await Read(ask, cancel)).FirstOrDefault();
    }

    /// <summary>Whose number it is; null for a stranger's.</summary>
    public async Task<Contact?> Calling(PhoneNumber number, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"select {Columns} from hotline.contacts where number_hash = $1");
        ask.Parameters.Add(new() { Value = await lookup.Hash(number, cancel) });
        return (await Read(ask, cancel)).FirstOrDefault();
    }

    public async Task<PhoneNumber?> NumberOf(Contact contact, CancellationToken cancel) =>
        (await vault.Open([contact.NumberValue], cancel)).TryGetValue(contact.NumberValue, out var number) ? PhoneNumber.Parse(number) : null;

    /// <summary>Those of them whose number lies in the mainland.</summary>
    public async Task<IReadOnlySet<Guid>> InTheMainland(IReadOnlyCollection<Contact> some, CancellationToken cancel)
    {
        var numbers = await vault.Open([.. some.Select(c => c.NumberValue)], cancel);
        return some.Where(c => numbers.TryGetValue(c.NumberValue, out var number) && PhoneNumber.Parse(number) is { IsMainland: true })
            .Select(c => c.Person).ToHashSet();
    }

    /// <summary>Makes or replaces a person's number; both channels are on again.</summary>
    public async Task Keep(Guid person, string user, string role, string division, PhoneNumber number, DateTimeOffset now, CancellationToken cancel)
    {
        var (refs, rows) = await vault.Seal([new ToSeal(person, SensitivityClass, number.E164)], cancel);
        var contact = new Contact(person, user, role, division, refs[0].ValueId, await lookup.Hash(number, cancel), null, null);
        await writer.Write(null, now, async load =>
        {
            var staff = await load.Load<StaffFile>(StaffFile.KindName, person, CancellationToken.None);
            return new Decision.Accepted(Writing.To(load.Kind(StaffFile.KindName), person, staff,
                [new ContactKept(contact.NumberValue), .. staff.Off.Order().Select(channel => new ChannelTurnedOn(channel))]))
            {
                Rows = [.. rows, contact.Row()],
            };
        });
    }

    /// <summary>No more of this channel to this person, and why; null puts it on again.</summary>
    public Task SetSms(Contact contact, string? off, DateTimeOffset now) => Set(contact, "sms", off, now);

    public Task SetCall(Contact contact, string? off, DateTimeOffset now) => Set(contact, "call", off, now);

    /// <summary>The person's own stream keeps what became of the channel; whoever keeps the rosters hears it there.</summary>
    public Task Set(Contact contact, string channel, string? off, DateTimeOffset now) => writer.Write(null, now, async load =>
    {
        var staff = await load.Load<StaffFile>(StaffFile.KindName, contact.Person, CancellationToken.None);
        Happening[] news = off is null
            ? staff.Off.Contains(channel) ? [new ChannelTurnedOn(channel)] : []
            : staff.Off.Contains(channel) ? [] : [new ChannelTurnedOff(channel, off, contact.Division)];
        return new Decision.Accepted(Writing.To(load.Kind(StaffFile.KindName), contact.Person, staff, [.. news]))
        {
            Rows = [contact.With(channel, off).Row()],
        };
    });

    private static async Task<ImmutableArray<Contact>> Read(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = ImmutableArray.CreateBuilder<Contact>();
        while (await rows.ReadAsync(cancel))
        {
            found.Add(new(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetGuid(4), rows.GetFieldValue<byte[]>(5),
                rows.IsDBNull(6) ? null : rows.GetString(6), rows.IsDBNull(7) ? null : rows.GetString(7)));
        }
        return found.ToImmutable();
    }
}

/// <summary>Finds a number without keeping it: HMAC under a key that itself lies sealed. A plain hash of a telephone number
/// is undone by trying them all.</summary>
public sealed class NumberLookup(NpgsqlDataSource database, IEventStore store, IVault vault, IIds ids, IBusinessClock clock) : IDisposable
{
    private const string Setting = "number-lookup-key";
    private static readonly RowSet Settings = new("hotline.settings", [new("name", "text"), new("value", "jsonb")], KeyColumns: 1);
    private static readonly Guid Owner = new("7a1b0f2e-5c3d-4e6f-8a9b-0c1d2e3f4a5b");
    private readonly SemaphoreSlim making = new(1, 1);
    private byte[]? key;

    public async Task<byte[]> Hash(PhoneNumber number, CancellationToken cancel) =>
        HMACSHA256.HashData(key ?? await Key(cancel), Encoding.ASCII.GetBytes(number.E164));

    /// <summary>The six digits that belong to a challenge.</summary>
    public async Task<string> Code(Guid challenge, CancellationToken cancel)
    {
        var hash = HMACSHA256.HashData(key ?? await Key(cancel), Encoding.ASCII.GetBytes($"code:{challenge:N}"));
        return (BitConverter.ToUInt32(hash) % 1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<byte[]> Key(CancellationToken cancel)
    {
        await making.WaitAsync(cancel);
        try
        {
            if (await Stored(cancel) is not { } value)
            {
                var (refs, rows) = await vault.Seal([new ToSeal(Owner, 4, ids.Code(48))], cancel);
                var first = new RowChange(Settings, RowOp.InsertIfAbsent, [Setting, $"\"{refs[0].ValueId}\""]);
                await store.Append(new StoreCommand { Id = ids.New(), At = clock.Now, Rows = [.. rows, first] }, CancellationToken.None);
                value = await Stored(cancel) ?? throw new InvalidOperationException("The key for number look-ups was not kept.");
            }
            var text = (await vault.Open([value], cancel))[value] ?? throw new InvalidOperationException("The key for number look-ups was erased.");
            return key = Encoding.ASCII.GetBytes(text);
        }
        finally
        {
            making.Release();
        }
    }

    private async Task<Guid?> Stored(CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select value #>> '{}' from hotline.settings where name = $1");
        ask.Parameters.Add(new() { Value = Setting });
        return await ask.ExecuteScalarAsync(cancel) is string id ? Guid.Parse(id) : null;
    }

    public void Dispose() => making.Dispose();
}
