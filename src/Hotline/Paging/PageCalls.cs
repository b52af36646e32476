using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>What a page's call says. The person at the other end never hears an error: while the database is slow the
/// document comes from here, and asks again with the pressed key kept.</summary>
public sealed class PageCalls(
    Answering answering, Bundles bundles, IEventStore store, StreamKinds kinds, Contacts contacts, TwilioSettings settings, ILogger<PageCalls> log)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);
    private const int KeySeconds = 8;
    private const int TriesMax = 3;
    private const int WaitsMax = 8;

    /// <summary>The document for a call: first without a key, then with what was pressed.</summary>
    public async Task<string> Document(Guid page, Guid attempt, string? digits, int tries)
    {
        var work = Decide(page, attempt, digits, tries);
        try
        {
            return await work.WaitAsync(AnswerWithin);
        }
        catch (Exception late)
        {
            log.KeyNotKept(late);
            return tries >= WaitsMax
                ? Twiml.Document(Twiml.Say(Texts.SaidNotKept), Twiml.Hangup)
                : Twiml.Document(
                    Twiml.Say(Texts.SaidWait), Twiml.Pause(1),
                    Twiml.Redirect(Addresses.Of(settings, "page-call", page, attempt, tries + 1, digits)));
        }
    }

    private async Task<string> Decide(Guid id, Guid attemptId, string? digits, int tries)
    {
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
        if (page.Attempt(attemptId) is not { } attempt) return Twiml.Document(Twiml.Say(Texts.SaidGone), Twiml.Hangup);
        var all = await bundles.Of(attemptId, CancellationToken.None);
        // A call is always about its own page.
        if (all.Length > 0 && all.All(w => w.Attempt != attemptId)) all = [.. all, new(attemptId, id, page.Started!.Triage, attempt.PlannedAt)];
        if (digits == "1" && await contacts.Of(attempt.Person, CancellationToken.None) is { } contact)
            return await Take(id, attempt, all, contact);
        if (all.Length > 0 && !page.IsRinging && await StillRings(all)) page = page with { State = PageFile.Ringing };
        if (page.State == PageFile.Acknowledged) return Already(page.AcknowledgedBy!.Role, page.AcknowledgedAt!.Value);
        if (!page.IsRinging) return Twiml.Document(Twiml.Say(Texts.SaidGone), Twiml.Hangup);
        if (tries >= TriesMax) return Twiml.Document(Twiml.Say(Texts.SaidGone), Twiml.Hangup);
        List<Verb> said = [Twiml.Say(Texts.Said(attempt.Reference, page.Started!.Triage, page.Why, Math.Max(1, all.Length), page.Started.Exercise))];
        if (digits is { Length: > 0 } and not "*") said.Insert(0, Twiml.Say(Texts.SaidWrongKey));
        return Twiml.Document(
            Twiml.GatherKey(Addresses.Of(settings, "page-call", id, attemptId, tries + 1), KeySeconds, said),
            Twiml.Redirect(Addresses.Of(settings, "page-call", id, attemptId, tries + 1)));
    }

    private async Task<string> Take(Guid page, PageAttempt attempt, IReadOnlyList<Waiting> all, Contact contact)
    {
        var by = new Actor(contact.Person, contact.User, contact.Role);
        var (answer, count) = all.Count > 0
            ? await answering.TakeAll(attempt.Id, all, by, "key")
            : (await answering.Take(page, by, "key", attempt.Id), 0);
        return answer switch
        {
            _ when count > 0 => Twiml.Document(Twiml.Say(Texts.SaidTaken), Twiml.Hangup),
            Answer.Taken taken => Twiml.Document(Twiml.Say(taken.Page.Started!.Exercise ? Texts.SaidExerciseTaken : Texts.SaidTaken), Twiml.Hangup),
            // The gateway may ask twice for one key: who took it is told the same again.
            Answer.Already already when already.By.Id == contact.Person => Twiml.Document(Twiml.Say(Texts.SaidTaken), Twiml.Hangup),
            Answer.Already already => Already(already.By.Role, already.At),
            _ => Twiml.Document(Twiml.Say(Texts.SaidGone), Twiml.Hangup),
        };
    }

    /// <summary>A call that tells of several pages goes on while one of them rings.</summary>
    private async Task<bool> StillRings(IReadOnlyList<Waiting> all)
    {
        foreach (var one in all)
            if ((await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, one.Page, CancellationToken.None)).IsRinging) return true;
        return false;
    }

    private static string Already(string role, DateTimeOffset at) => Twiml.Document(Twiml.Say(Texts.SaidAlready(role, at)), Twiml.Hangup);
}
