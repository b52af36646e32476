using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Telephony;
using Npgsql;

namespace Hotline.Paging;

/// <summary>Reads inbound texts. Returns what to answer, or null for silence: a stranger learns nothing, STOP is the
/// vendor's to confirm, and nonsense is answered five times at most.</summary>
public sealed class TextReplies(
    NpgsqlDataSource database, IEventStore store, StreamKinds kinds, Contacts contacts, ReplyCodes codes, Bundles bundles, Answering answering, IOtherTexts others, IIds ids,
    IBusinessClock clock,
    ILogger<TextReplies> log)
{
    private const int UnclearAnswersMax = 5;
    private static readonly RowSet Inbound = new("hotline.inbound_texts", [new("sid", "text"), new("at", "timestamptz")], KeyColumns: 1);
    private static readonly RowSet Unclears = new("hotline.reply_limits", [new("number_hash", "bytea"), new("unclear", "bigint")], KeyColumns: 1);

    public async Task<string?> Answer(string sid, string? from, string? to, string? body, CancellationToken cancel)
    {
        if (PhoneNumber.Parse(from) is not { } number || await contacts.Calling(number, cancel) is not { } contact) return await others.OfStranger(sid, from, to, body);
        switch (Replies.Read(body))
        {
            case Reply.OptOut:
                await contacts.SetSms(contact, Contact.OptedOut, clock.Now);
                log.ChannelOff(contact.Person, Channels.Sms, Contact.OptedOut);
                return null;
            case Reply.OptIn:
                if (contact.SmsOff == Contact.OptedOut) await contacts.SetSms(contact, null, clock.Now);
                return null;
            case Reply.Help:
                return null;
            case Reply.Coded { Action: ReplyAction.Take } coded:
                return await codes.PageOf(contact.NumberHash, coded.Code, cancel) is { } page
                    ? await TakeWhatItMeans(page, contact, sid, cancel)
                    : await Unclear(contact, sid, cancel);
            case Reply.Bare { Action: ReplyAction.Take }:
                return await Bare(contact, sid, cancel);
            case Reply.Coded or Reply.Bare:
                return await Once(sid, Texts.OnlyAtTheDesk);
            default:
                return await others.OfStaff(contact.Person, contact.User, contact.Role, body) ?? await Unclear(contact, sid, cancel);
        }
    }

    private async Task<string?> Bare(Contact contact, string sid, CancellationToken cancel)
    {
        var open = new List<(int Code, Guid Page, bool Exercise)>();
        // Only what this person was told of: a page that waits for its turn is not answered unread.
        foreach (var one in await codes.Open(contact.NumberHash, cancel))
            if ((await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, one.Page, cancel)).Attempts.Any(a => a.Person == contact.Person && a.SentAt is not null)) open.Add(one);
        return open.Count switch
        {
            0 => await Once(sid, Texts.NothingOpen),
            1 => await Take(open[0].Page, contact, sid),
            _ => await Once(sid, Texts.Which(open.Select(o => (o.Code, o.Exercise)))),
        };
    }

    /// <summary>A code stands for one page, or for a message that told of several and is answered for all of them.</summary>
    private async Task<string?> TakeWhatItMeans(Guid meant, Contact contact, string sid, CancellationToken cancel)
    {
        var all = await bundles.Of(meant, cancel);
        if (all.IsEmpty) return await Take(meant, contact, sid);
        var (lead, count) = await answering.TakeAll(meant, all, By(contact), "sms", Claims(contact, sid));
        return await Told(lead, sid, lead is Paging.Answer.Repeated || count == 0 ? Words(lead, contact) : Texts.TakenAll(count, ReferenceOf(lead, contact)));
    }

    private async Task<string?> Take(Guid page, Contact contact, string sid)
    {
        var answer = await answering.Take(page, By(contact), "sms", attempt: null, Claims(contact, sid));
        return await Told(answer, sid, Words(answer, contact));
    }

    /// <summary>What took a page has claimed the text's id with it.</summary>
    private async Task<string?> Told(Answer answer, string sid, string? words) =>
        answer is Paging.Answer.Taken or Paging.Answer.Repeated || words is null ? words : await Once(sid, words);

    /// <summary>The words for the first copy of a text; silence for any other.</summary>
    private async Task<string?> Once(string sid, string words) =>
        await store.Append(new StoreCommand { Id = ids.New(), At = clock.Now, Rows = [Claim(sid)] }, CancellationToken.None) is Appended.KeyTaken ? null : words;

    private RowChange Claim(string sid) => new(Inbound, RowOp.Claim, [sid, clock.Now]);

    private static Actor By(Contact contact) => new(contact.Person, contact.User, contact.Role);

    private RowChange[] Claims(Contact contact, string sid) =>
        [Claim(sid), new(Unclears, RowOp.Upsert, [contact.NumberHash, 0L])];

    private static string ReferenceOf(Answer answer, Contact contact) => answer switch
    {
        Paging.Answer.Taken taken => ReferenceFor(taken.Page, contact.Person),
        Paging.Answer.Already already => ReferenceFor(already.Page, contact.Person),
        _ => "",
    };

    private static string? Words(Answer answer, Contact contact) => answer switch
    {
        Paging.Answer.Taken { Page.Started: { } started } => Texts.Taken(ReferenceOf(answer, contact), started.Exercise, started.Why),
        Paging.Answer.Already already => Texts.Already(already.By.Role, already.At),
        Paging.Answer.Stopped => Texts.Stopped,
        Paging.Answer.Repeated => null,
        _ => Texts.NothingOpen,
    };

    /// <summary>The reference of the last text this person got about it.</summary>
    private static string ReferenceFor(PageFile page, Guid person) =>
        page.Attempts.LastOrDefault(a => a.Person == person && a.Channel == Channels.Sms)?.Reference ?? "";

    private async Task<string?> Unclear(Contact contact, string sid, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select unclear from hotline.reply_limits where number_hash = $1");
        ask.Parameters.Add(new() { Value = contact.NumberHash });
        var count = await ask.ExecuteScalarAsync(cancel) as long? ?? 0;
        if (count >= UnclearAnswersMax) return null;
        var end = await store.Append(
            new StoreCommand
            {
                Id = ids.New(), At = clock.Now,
                Rows = [Claim(sid), new(Unclears, RowOp.Upsert, [contact.NumberHash, count + 1])],
            },
            CancellationToken.None);
        return end is Appended.Done ? Texts.NotUnderstood : null;
    }
}
