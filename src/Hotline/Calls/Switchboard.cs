using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Calls;

/// <summary>Who tells of a call: a call centre's account, or our own line.</summary>
public sealed record Centre(Guid? Organisation, string Division)
{
    /// <summary>One call of one centre is one stream, whoever tells of it first and how often.</summary>
    public Guid Call(string reference)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"call:{Organisation:N}:{reference}"))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);    // version 8: made by a rule of ours
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

/// <summary>Hears what telephones do and writes it down.</summary>
public sealed class Switchboard(
    Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, IVault vault, NumberLookup lookup, CallNumbers numbers, Desks desks,
    NpgsqlDataSource database, IIds ids, IBusinessClock clock)
{
    private const int NumberLength = 10;
    private const int CallerClass = 4;
    private const int RecordingClass = 4;

    /// <param name="who">Whoever took the call, where that is known otherwise than by a user name.</param>
    /// <param name="also">Steps of the server that go with it.</param>
    /// <returns>The call as it then stands.</returns>
    public async Task<CaseFile> Hear(Centre centre, TelephoneEvent what, Actor? who = null, params string[] also)
    {
        var now = clock.Now;
        var id = centre.Call(what.Reference);
        var seen = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
        if (seen.Call is { } known && known.Heard.Contains(what.Key)) return seen;
        var rows = new List<RowChange>();
        var opening = seen.Call is null ? await Open(centre, what, id, now, rows) : null;
        var told = new Told(what, opening, who ?? await Named(centre, what.AnsweredBy), await Recorded(id, what, rows)) { Also = [.. also], Words = await Written(id, what, rows) };
        var written = await writer.Write(null, now, async load =>
        {
            var file = await load.Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
            var pack = file.Call is null ? policies.For(told.Opening!.Division) : policies.Of(file);
            return Hearing.Decide(kinds[CallFacts.Kind], file, told, pack, now) switch
            {
                Decision.Accepted yes => yes with { Rows = [.. rows] },
                var other => other,
            };
        });
        return written is Written.Done done ? done.File<CaseFile>(id) : await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
    }

    private async Task<CallReceived> Open(Centre centre, TelephoneEvent what, Guid id, DateTimeOffset now, List<RowChange> rows)
    {
        var division = await desks.Handling(what.Division, centre.Division, CancellationToken.None);
        var (caller, earlier) = ((SealedRef?)null, ImmutableArray<Guid>.Empty);
        if (CallerId.Read(what.From) is { } number)
        {
            var hash = await lookup.Hash(number, CancellationToken.None);
            var window = policies.For(division).Periods.GetValueOrDefault("call-repeat-window");
            var since = window is null ? now : now - (Clock.DueAt(window.Length, now, policies.Current.Calendar).DueAt - now);
            earlier = [.. await numbers.Since(hash, since, id, what.Exercise)];
            var (refs, sealedRows) = await vault.Seal([new ToSeal(id, CallerClass, number.E164)]);
            caller = refs[0];
            rows.AddRange([.. sealedRows, CallNumbers.Row(id, hash, now)]);
        }
        return new()
        {
            Number = $"C-{ids.Code(NumberLength)}", Centre = centre.Organisation, Reference = what.Reference, Division = division, Caller = caller,
            IsText = what.What == TelephoneEvent.Text, Earlier = earlier, PackVersion = policies.For(division).Version, Exercise = what.Exercise,
        };
    }

    private async Task<SealedRef?> Recorded(Guid id, TelephoneEvent what, List<RowChange> rows)
    {
        if (what is not { What: TelephoneEvent.Recording, RecordingReference: { } reference }) return null;
        var (refs, sealedRows) = await vault.Seal([new ToSeal(id, RecordingClass, reference)]);
        rows.AddRange(sealedRows);
        return refs[0];
    }

    private async Task<SealedRef?> Written(Guid id, TelephoneEvent what, List<RowChange> rows)
    {
        if (what.Words is null) return null;
        var (refs, sealedRows) = await vault.Seal([new ToSeal(id, CallerClass, what.Words)]);
        rows.AddRange(sealedRows);
        return refs[0];
    }

    /// <summary>Somebody of the centre itself, or of a division that it works for; an unknown name is nobody.</summary>
    private async Task<Actor?> Named(Centre centre, string? user)
    {
        if (user is null) return null;
        await using var ask = database.CreateCommand("select id, user_name, roles, organisation_id, division from hotline.accounts where user_name = $1 and disabled_at is null");
        ask.Parameters.Add(new() { Value = Account.Fold(user) });
        await using var row = await ask.ExecuteReaderAsync();
        if (!await row.ReadAsync()) return null;
        var roles = row.GetFieldValue<string[]>(2);
        var takers = policies.Current.Roles.Where(r => r.Value.Rights.Contains(Permissions.TakeCalls)).Select(r => r.Key);
        var ours = row.GetGuid(3) == centre.Organisation || Divisions.Covers(Divisions.Scope(row.GetString(4)), centre.Division);
        return ours && roles.FirstOrDefault(takers.Contains) is { } role ? new Actor(row.GetGuid(0), row.GetString(1), role) : null;
    }
}
