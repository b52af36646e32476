using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>While a caller waits on our own line the people on duty are rung, again and again, from the second round on whoever leads the
/// shift as well. Nobody there is an alarm.</summary>
public sealed class OfficerRinging(
    Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, OnLine online, Contacts contacts, TwilioClient gateway,
    LineDocuments documents, IBusinessClock clock, ILogger<OfficerRinging> log) : ITimerHandler
{
    /// <summary>A telephone rings this long, and the next round begins when it is over.</summary>
    private static readonly TimeSpan RingFor = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

    public string Kind => WaitingTimer.Kind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var call = await new Loader(store, kinds).Load<CaseFile>(CallFacts.Kind, timer.Stream, cancel);
        var people = call.State == WaitingTimer.Waiting ? await online.In(call.Division, late: now - call.EnteredAt >= Round, cancel) : [];
        var rung = await Task.WhenAll(people.Select(person => Ring(call.Id, person)));
        if (call.State == WaitingTimer.Waiting && !rung.Contains(true)) log.NobodyToRing(call.Id);
        await writer.Write(null, now, async load =>
        {
            var seen = await load.Load<CaseFile>(CallFacts.Kind, timer.Stream, CancellationToken.None);
            if (seen.State != WaitingTimer.Waiting) return new Decision.Nothing(WaitingTimer.Stop(timer.Stream));
            var again = new TimerChange.Set(timer.Key, timer.Kind, timer.Stream, (clock.Now > now ? clock.Now : now) + Round);
            if (rung.Contains(true)) return new Decision.Nothing(again);
            var events = Hearing.Take(policies.Of(seen), seen, "NobodyServes", now);
            return new Decision.Accepted(Writing.To(kinds[CallFacts.Kind], seen.Id, seen, events)) { Timers = [again] };
        });
    }

    private async Task<bool> Ring(Guid call, Contact person)
    {
        if (await contacts.NumberOf(person, CancellationToken.None) is not { } number) return false;
        var to = documents.To("voice-officer", ("call", call), ("person", person.Person));
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
}
