using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>Whom the line rings, and how soon.</summary>
public static class LineUrgency
{
    /// <summary>Somebody waits at a telephone: beside an emergency that was rung already, behind one that nobody has heard of yet.</summary>
    public const int SomebodyWaits = 1;
}

/// <summary>An outbox payload: one round of ringing for a caller who waits, and whom. Ids only.</summary>
public sealed record RingRound(Guid Call, DateTimeOffset At, ImmutableArray<Guid> People)
{
    public const string Topic = "telephone.ring";

    /// <summary>The next one begins when it is over.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    public OutboxMessage Message(Guid id) => new(id, Topic, JsonSerializer.Serialize(this, Codec.Json), Urgency: LineUrgency.SomebodyWaits);

    public static RingRound Of(OutboxItem item) =>
        JsonSerializer.Deserialize<RingRound>(item.Payload, Codec.Json) ?? throw new InvalidOperationException("An empty payload.");
}

/// <summary>While a caller waits on our own line the people on duty are rung, again and again, from the second round on whoever leads the
/// shift as well. Nobody there is an alarm.</summary>
public sealed class OfficerRinging(
    Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, OnLine online, IIds ids, IBusinessClock clock,
    ILogger<OfficerRinging> log) : ITimerHandler
{
    public string Kind => WaitingTimer.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var call = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, timer.Stream, cancel);
        var waits = call.State == WaitingTimer.Waiting;
        var people = waits ? await online.In(call.Division, late: now - call.EnteredAt >= RingRound.Length, cancel) : [];
        if (waits && people.Count == 0) log.NobodyToRing(call.Id);
        await writer.Write(null, now, async load =>
        {
            var seen = await load.Load<CaseFile>(CallFacts.Kind, timer.Stream, CancellationToken.None);
            if (seen.State != WaitingTimer.Waiting) return new Decision.Nothing(WaitingTimer.Stop(timer.Stream));
            var round = new RingRound(seen.Id, clock.Now > now ? clock.Now : now, [.. people.Select(p => p.Person)]);
            var again = new TimerChange.Set(timer.Key, timer.Kind, timer.Stream, round.At + RingRound.Length);
            if (!round.People.IsEmpty) return new Decision.Accepted() { Outbox = [round.Message(ids.New())], Timers = [again] };
            var events = Hearing.Take(policies.Of(seen), seen, "NobodyServes", now);
            return new Decision.Accepted(Writing.To(kinds[CallFacts.Kind], seen.Id, seen, events)) { Timers = [again] };
        });
    }
}

/// <summary>Rings the people of one round, all at once. Not in the timer itself, where a gateway that hangs would hold up every other timer.
/// No telephone is tried twice in a round: whatever became of it, the next one rings again.</summary>
public sealed class RoundRinging(
    Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, Contacts contacts, TwilioClient gateway, LineDocuments documents,
    IBusinessClock clock, ILogger<RoundRinging> log) : IOutboxHandler
{
    private static readonly TimeSpan RingFor = TimeSpan.FromSeconds(25);

    public string Topic => RingRound.Topic;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var round = RingRound.Of(item);
        var call = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, round.Call, cancel);
        if (item.TakenOver || call.State != WaitingTimer.Waiting || clock.Now - round.At >= RingRound.Length) return new OutboxEnd.Done();
        // All that can fail comes before the first telephone rings.
        var numbers = new List<(Guid Person, PhoneNumber Number)>();
        foreach (var person in (await contacts.Of(round.People, cancel)).Where(c => c.TakesCallers))
            if (await contacts.NumberOf(person, cancel) is { } number) numbers.Add((person.Person, number));
        var rung = await Task.WhenAll(numbers.Select(n => Ring(call.Id, n.Person, n.Number)));
        if (!rung.Contains(true)) await NobodyServes(call.Id);
        return new OutboxEnd.Done();
    }

    private async Task<bool> Ring(Guid call, Guid person, PhoneNumber number)
    {
        var to = documents.To("voice-officer", ("call", call), ("person", person));
        switch (await gateway.PlaceCall(new(number, to, documents.To("voice-officer-status"), RingFor), CancellationToken.None))
        {
            case Submitted.Rejected no:
                log.Refused(call, no.Class.ToString());
                return false;
            // Not taken just now, or nobody knows: the next round rings again.
            default:
                return true;
        }
    }

    private async Task NobodyServes(Guid id)
    {
        log.NobodyToRing(id);
        var now = clock.Now;
        await writer.Write(null, now, async load =>
        {
            var call = await load.Load<CaseFile>(CallFacts.Kind, id, CancellationToken.None);
            return call.State == WaitingTimer.Waiting
                ? new Decision.Accepted(Writing.To(kinds[CallFacts.Kind], id, call, Hearing.Take(policies.Of(call), call, "NobodyServes", now)))
                : new Decision.Nothing();
        });
    }
}
