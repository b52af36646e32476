using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>Whether an attempt may tell its person now.</summary>
public abstract record Turn
{
    private Turn() { }

    /// <summary>Now; with the others that waited where <paramref name="Bundle"/> is given.</summary>
    public sealed record Now(Bundle? Bundle) : Turn;

    /// <param name="WasTaken">A message that failed had taken it along; now it waits by itself again.</param>
    public sealed record Later(Held Held, bool WasTaken) : Turn;

    /// <summary>Another attempt's message tells of it, or will: nothing to do until then.</summary>
    public sealed record TakenAlong(PageAttempt? Sent) : Turn;
}

/// <summary>Gives turns: one message at a time to a person by a channel, whatever waits going along with it. A turn is a claimed row,
/// written before the request, so that workers and restarts agree on who has it.</summary>
public sealed class Turns(
    IBundles bundles, IReplyCodes codes, PolicyBook policies, IEventStore store, StreamKinds kinds, IIds ids, IBusinessClock clock)
{
    private const int RacesMax = 50;

    /// <summary>So far back a message about the same household is looked for.</summary>
    private const int ToldLooked = 20;

    public async Task<Turn> Take(PageFile page, PageAttempt attempt, Contact contact, CancellationToken cancel)
    {
        for (var race = 0; race < RacesMax; race++)
            if (await Once(page, attempt, contact, race, cancel) is { } turn) return turn;
        throw new InvalidOperationException("No turn was to be had; the attempt comes again.");
    }

    private async Task<Turn?> Once(PageFile page, PageAttempt attempt, Contact contact, int race, CancellationToken cancel)
    {
        var taken = await bundles.LeadOf(attempt.Id, cancel);
        if (taken is var (lead, leadPage) && lead != attempt.Id)
        {
            var other = (await Load(leadPage, cancel)).Attempt(lead);
            if (other is { IsSettled: false } or { SentAt: not null }) return new Turn.TakenAlong(other.SentAt is null ? null : other);
        }
        var (rules, now) = (policies.Current.Limits, clock.Now);
        // A telephone rings for one call at a time: emergencies that come together are one call, whose key takes them all.
        if (attempt.Channel == Channels.Call) rules = rules with { EmergenciesAtOnce = 1 };
        var lane = Bundles.Lane(page, attempt);
        var told = await bundles.ToldOf(attempt.Person, lane, Math.Max(ToldLooked, Math.Max(rules.AtMost, rules.EmergenciesAtOnce)), cancel);
        if (told.FirstOrDefault(t => t.Attempt == attempt.Id) is { } own)
            return new Turn.Now(own.Code is { } known ? new((await bundles.Of(attempt.Id, cancel)).Length, known) : null);
        // Somebody calls for help, or saw a child in danger: such a page has a message of its own, at once.
        var alone = PageNeed.RingsForItself(page.Started!.Why);
        if (!alone && Limits.Hold(rules, told, page.Started.Triage, attempt.Role, now, Concerns.Those(page)) is { } held) return new Turn.Later(held, taken is not null);
        // Whatever is real goes first.
        if (page.Started.Exercise && (!(await bundles.WaitingFor(attempt.Person, attempt.Channel, page.Id, cancel)).IsEmpty
            || (attempt.Channel == Channels.Call && await bundles.IsRungForReal(attempt.Person, cancel))))
            return new Turn.Later(new(now + rules.Every, Held.RealFirst), taken is not null);
        Waiting self = new(attempt.Id, page.Id, page.Started.Triage, attempt.PlannedAt);
        var waiting = alone ? [] : await bundles.WaitingFor(attempt.Person, lane, page.Id, cancel);
        if (!alone) waiting = [.. waiting, .. await Beside(page, attempt, waiting, told, cancel)];
        ImmutableArray<Waiting> all = [self, .. waiting];
        var first = Limits.Lead(all);
        var (code, codeRow) = waiting.IsEmpty ? default : await codes.For(contact.NumberHash, first.Attempt, now, race, cancel);
        var serial = (told.IsEmpty ? 0 : told[0].Serial) + 1;
        var turn = new Told(serial, now, all.Any(w => rules.IsEmergency(w.Triage)), first.Attempt, waiting.IsEmpty ? null : code)
        {
            Of = Concerns.Those(first == self ? page : await Load(first.Page, cancel)),
        };
        var end = await store.Append(
            new StoreCommand
            {
                Id = ids.New(), At = now,
                Rows =
                [
                    Bundles.Turn(attempt.Person, lane, turn), .. codeRow is null ? Array.Empty<RowChange>() : [codeRow],
                    // Alone it waits no more: the next message must not tell of it again.
                    .. !waiting.IsEmpty || attempt.DelayedUntil is null ? Array.Empty<RowChange>() : [Bundles.WaitsNoMore(attempt.Id)],
                    .. waiting.IsEmpty ? [] : all.Select(w => Bundles.TakenAlong(w, attempt.Person, lane, first)),
                ],
                // The one that leads is told to go: it may lie waiting for its own time.
                Outbox = first == self ? [] : [new(ids.New(), Topics.Of(attempt.Channel), AttemptRef.Json(first.Page, first.Attempt), Urgency: Urgency.Of(rules, first.Triage))],
            },
            CancellationToken.None);
        return end switch
        {
            Appended.KeyTaken => null,
            Appended.Done when first == self => new Turn.Now(waiting.IsEmpty ? null : new(all.Length, code)),
            Appended.Done => new Turn.TakenAlong(null),
            _ => throw new InvalidOperationException($"The turn was not kept: {end.GetType().Name}."),
        };
    }

    /// <summary>Attempts at the same person that are about to go for other pages of the household: nobody gets two messages of one
    /// matter in one moment. None of them waits for it.</summary>
    private async Task<ImmutableArray<Waiting>> Beside(
        PageFile page, PageAttempt attempt, ImmutableArray<Waiting> waiting, ImmutableArray<Told> told, CancellationToken cancel)
    {
        if (page.Started!.Household is not { } household) return [];
        var beside = ImmutableArray.CreateBuilder<Waiting>();
        foreach (var id in await bundles.RingingFor(household, page.Id, cancel))
        {
            var other = await Load(id, cancel);
            if (waiting.Any(w => w.Page == id) || other is not { IsRinging: true, Started: { } started }) continue;
            if (started.Exercise != page.Started.Exercise || PageNeed.RingsForItself(started.Why)) continue;
            if (other.Attempts.LastOrDefault(a => a.Person == attempt.Person && a.Channel == attempt.Channel) is { IsSettled: false, DelayedUntil: null } due
                && told.All(t => t.Attempt != due.Id) && await bundles.LeadOf(due.Id, cancel) is null)
                beside.Add(new(due.Id, id, started.Triage, due.PlannedAt));
        }
        return beside.ToImmutable();
    }

    private Task<PageFile> Load(Guid page, CancellationToken cancel) => new Loader(store, kinds).Load<PageFile>(PageFile.KindName, page, cancel);
}
