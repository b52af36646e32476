using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Drills;

/// <summary>What a drill does next: begin, ring the next of its people, or see how those fared who were rung first. Each is one append
/// with the drill's own stream in it, so nodes and restarts agree on who was rung.</summary>
public sealed class DrillTimer(
    Writer writer, DrillPeople people, Contacts contacts, PolicyBook policies, IEventStore store, StreamKinds kinds, IIds ids, IBusinessClock clock)
    : ITimerHandler
{
    private const string Failing = "T3";

    public string Kind => DrillKind.TimerKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        var seen = await new Loader(store, kinds).Load<DrillFile>(DrillFile.KindName, timer.Stream, cancel);
        var asked = seen is { State: DrillFile.Planned, Plan: { } plan } ? await people.Of(plan, now, cancel) : [];
        await writer.Write(null, now, async load =>
        {
            var drill = await load.Load<DrillFile>(DrillFile.KindName, timer.Stream, CancellationToken.None);
            if (drill.NextAt is not { } due || due > now + Drilling.Rounding) return new Decision.Nothing(DrillKind.Timer(drill));
            var pack = policies.For(drill.Plan!.Target.Division);
            if (drill.State == DrillFile.Planned)
                return Drilling.Due(load.Kind(DrillFile.KindName), drill, await Next(load, drill, pack.Duty.Drill), asked, pack.Duty.Drill, now, clock.Now);
            return drill.SettleAt == due
                ? await Settle(load, drill, now)
                : Drilling.Ring(load.Kind(DrillFile.KindName), load.Kind(PageFile.KindName), drill, PlanOf(pack), pack.Ringing, ids, now);
        });
    }

    /// <summary>The one that follows in its series.</summary>
    public static async Task<DrillFile?> Next(Loader load, DrillFile drill, DrillRules rules) => drill.Plan is { Repeats: true } plan
        ? await load.Load<DrillFile>(DrillFile.KindName, plan.Target.StreamAt(Drilling.NextOf(plan, rules)), CancellationToken.None)
        : null;

    private static Escalation PlanOf(Pack pack) => pack.Escalations.GetValueOrDefault(pack.Duty.Drill.Plan) ?? pack.Escalations["base"];

    private async Task<Decision> Settle(Loader load, DrillFile drill, DateTimeOffset now)
    {
        var (writings, outbox, rows) = (new List<Writing>(), new List<OutboxMessage>(), new List<RowChange>());
        var inGoodTime = now.AddSeconds(-drill.Started!.AnswerWithinSeconds / 2);
        var (answered, off) = (0, ImmutableArray.CreateBuilder<TakenOff>());
        var toRing = drill.ToRing;
        foreach (var (who, pageId) in toRing[drill.NextToSettle].Zip(drill.Pages[drill.NextToSettle]))
        {
            var page = await load.Load<PageFile>(PageFile.KindName, pageId, CancellationToken.None);
            if (page.AcknowledgedAt is not null) answered++;
            if (page.IsRinging)
            {
                var (lapsed, ends) = Pages.Lapse(load.Kind(PageFile.KindName), page);
                writings.Add(lapsed);
                outbox.AddRange(ends);
            }
            if (drill.CancelledAt is not null) continue;
            var failed = Outcomes.Taken(who, PageView.Of(page), inGoodTime).ToList();
            if (failed.Count > 0) off.AddRange(await TakeOff(load, drill, who, failed, writings, rows));
        }
        writings.Add(Writing.To(load.Kind(DrillFile.KindName), drill.Id, drill, new DrillSettled(answered, off.ToImmutable())));
        writings.AddRange(Told(load, drill, toRing, off));
        return new Decision.Accepted([.. writings]) { Outbox = [.. outbox], Rows = [.. rows] };
    }

    /// <summary>The staff's own stream is read before the contact: a number kept in between moves it, and this is decided again.</summary>
    private async Task<IReadOnlyList<TakenOff>> TakeOff(
        Loader load, DrillFile drill, Drilled who, IReadOnlyList<string> channels, List<Writing> writings, List<RowChange> rows)
    {
        var staff = await load.Load<StaffFile>(StaffFile.KindName, who.Person, CancellationToken.None);
        if (await contacts.Of(who.Person, CancellationToken.None) is not { } contact) return [];
        var off = channels.Where(channel => contact.Off(channel) is null).ToList();
        if (off.Count == 0) return [];
        writings.Add(Writing.To(load.Kind(StaffFile.KindName), who.Person, staff,
            [.. off.Select(channel => new ChannelTurnedOff(channel, Contact.DrillFailed, who.Division) { Drill = drill.Id })]));
        rows.Add(off.Aggregate(contact, (kept, channel) => kept.With(channel, Contact.DrillFailed)).Row());
        return [.. off.Select(channel => new TakenOff(who.Person, channel))];
    }

    /// <summary>Whoever keeps the rosters of a division hears once that people of it failed, however many follow.</summary>
    private IEnumerable<Writing> Told(Loader load, DrillFile drill, ImmutableArray<Drilled> people, IEnumerable<TakenOff> off)
    {
        var divisions = people.ToDictionary(p => p.Person, p => p.Division);
        var known = drill.Off.Select(o => divisions[o.Person]).ToHashSet();
        foreach (var division in off.Select(o => divisions[o.Person]).Distinct().Where(d => !known.Contains(d)))
        {
            var pack = policies.For(division);
            var plan = pack.Escalations.GetValueOrDefault(pack.Duty.ChannelOffPages) ?? pack.Escalations["base"];
            yield return Pages.Starting(load, ids.New(), new(null, null, null, Failing, division, plan, PageNeed.DrillFailed)
            {
                Drill = drill.Id, Ringing = pack.Ringing,
            });
        }
    }
}
