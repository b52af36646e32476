using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;
using Hotline.Telephony;
using Npgsql;

namespace Hotline.Calls;

/// <summary>Texts that answer no page. To the public number a stranger may write: it stands among the calls, and one neutral line goes
/// back, once, and never to a number that is a child's or its household's. Nobody is asked anything by a machine.</summary>
public sealed class TextsToTheLine(
    Switchboard switchboard, CallNumbers numbers, NumberLookup lookup, FieldReports field, TwilioSettings settings, Desks desks, NpgsqlDataSource database,
    IBusinessClock clock) : IOtherTexts
{
    /// <summary>Says nothing of what was written, nor that it was about a child.</summary>
    public const string Neutral = "您的信息已收到。如遇紧急情况请拨打110。";
    private static readonly TimeSpan OneLinePer = TimeSpan.FromHours(24);
    private const int BodyMax = 1_600;

    public async Task<string?> OfStranger(string sid, string? from, string? to, string? body)
    {
        if (PhoneNumber.Parse(to) is not { } ours || settings.PublicNumber.Length == 0 || PhoneNumber.Parse(settings.PublicNumber) != ours) return null;
        // The words that stop and start texts are the gateway's own business.
        if (Replies.Read(body) is Reply.OptOut or Reply.OptIn or Reply.Help) return null;
        var number = CallerId.Read(from);
        var hash = number is { } known ? await lookup.Hash(known, CancellationToken.None) : null;
        var earlier = hash is null ? [] : await numbers.Since(hash, clock.Now - OneLinePer, Guid.Empty, exercise: false);
        var quiet = hash is null || await numbers.IsQuiet(hash);
        var words = (body ?? "").Trim();
        await switchboard.Hear(
            new Centre(null, await desks.Handling(null, "", CancellationToken.None)),
            new(sid, TelephoneEvent.Text) { From = from, Words = words.Length == 0 ? null : words[..Math.Min(words.Length, BodyMax)] });
        return quiet || earlier.Count > 0 ? null : Neutral;
    }

    public async Task<string?> OfStaff(Guid person, string user, string role, string? body) =>
        FieldWord.Read(body) is { } word ? await field.Take(person, user, await Roles(person, role), word) : null;

    /// <summary>A person may hold more roles than the one that is paged.</summary>
    private async Task<ImmutableArray<string>> Roles(Guid person, string paged)
    {
        await using var ask = database.CreateCommand("select roles from hotline.accounts where id = $1 and disabled_at is null");
        ask.Parameters.Add(new() { Value = person });
        return await ask.ExecuteScalarAsync() is string[] roles ? [.. roles] : [paged];
    }
}
