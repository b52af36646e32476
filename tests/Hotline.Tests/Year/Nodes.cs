using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Year;

/// <summary>Two servers on one store. They fire what is due and carry what waits, and now and then one dies in the middle of it,
/// leaving its leases; now and then both are away.</summary>
internal sealed class Nodes(YearWorld world)
{
    private const double DiesInTheMiddle = 0.003;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private readonly DateTimeOffset[] backAt = [DateTimeOffset.MinValue, DateTimeOffset.MinValue];
    private readonly ImmutableDictionary<string, ITimerHandler> timers = new ITimerHandler[]
    {
        new ClockDue(world.Writer, world.Kinds, world.Policies, world.Time), new ClockWarn(world.Writer), new ChildLeaves(world.Writer, world.Kinds),
        new IdleTimer(world.Writer, world.Policies), new AskTimer(world.Writer, world.Ids, world.Time), new GapTimer(world.Writer, world.Policies, world.Time),
        new ReleaseTimer(world.Writer, world.Policies, world.Ids), new Climber(world), new Callers.Officers(world), new NotPlayed(world.Writer, HandingOver.ChangeKind),
    }.ToImmutableDictionary(t => t.Kind);

    public int Deaths { get; private set; }

    public bool AnyUp => backAt.Any(back => back <= world.Time.Now);

    /// <summary>When a dead node is back, should nothing else happen before.</summary>
    public DateTimeOffset? NextBack => backAt.Where(b => b > world.Time.Now).Select(b => (DateTimeOffset?)b).Min();

    public void BothAway(TimeSpan length) => backAt[0] = backAt[1] = world.Time.Now + length;

    /// <summary>Works until nothing is due any more.</summary>
    public async Task Work()
    {
        for (var worked = true; worked;)
        {
            worked = false;
            for (var node = 0; node < backAt.Length; node++) worked |= backAt[node] <= world.Time.Now && await Work(node);
        }
    }

    private async Task<bool> Work(int node)
    {
        var name = $"node-{node}";
        var due = await world.Store.LeaseTimers(name, world.Time.Now, Lease, 8);
        foreach (var timer in due)
        {
            if (Dies(node)) return true;
            await timers[timer.Kind].Fire(timer, timer.DueAt, default);
        }
        IReadOnlyList<OutboxItem> waiting = [.. await world.Store.LeaseOutbox(name, Lease, 4, urgentOnly: true), .. await world.Store.LeaseOutbox(name, Lease, 8)];
        foreach (var item in waiting)
        {
            if (Dies(node)) return true;
            var end = await world.Carrier.Deliver(item, () => Dies(node));
            if (end is null) return true;
            if (end is OutboxEnd.Again again) await world.Store.RetryOutbox(item.Id, name, again.Wait, again.Why);
            else await world.Store.CompleteOutbox(item.Id, name);
        }
        return due.Count + waiting.Count > 0;
    }

    private bool Dies(int node)
    {
        if (world.Random.NextDouble() >= DiesInTheMiddle) return false;
        Deaths++;
        backAt[node] = world.Time.Now.AddSeconds(world.Random.Next(5, 180));
        return true;
    }

    /// <summary>Shifts sign no hand-over here: who is on duty changes by the roster alone.</summary>
    private sealed class NotPlayed(Writer writer, string kind) : ITimerHandler
    {
        public string Kind => kind;

        public Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) =>
            writer.Write(null, now, _ => Task.FromResult<Decision>(new Decision.Nothing(new TimerChange.Cancel(timer.Key))));
    }

    /// <summary>As the server's own, with the staff's telephones handed in: who is on duty comes from the roster as it is stored.</summary>
    private sealed class Climber(YearWorld world) : ITimerHandler
    {
        public string Kind => PageTimers.ClimbKind;

        public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) => await world.Writer.Write(null, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, timer.Stream, cancel);
            var onDuty = new Dictionary<string, IReadOnlyList<Reachable>>();
            foreach (var role in page.Started?.Steps.Select(s => s.Role).Distinct() ?? [])
            {
                var roster = await load.Load<RosterFile>(RosterFile.KindName, world.RosterOf(role), cancel);
                onDuty[role] = [.. Rota.At(roster, now, world.Pack.Calendar).Select(person => new Reachable(person, Sms: true, Call: true, Code: 1))];
            }
            return Climbing.Decide(load.Kind(PageFile.KindName), page, step => onDuty[step.Role], world.Pack.Limits, world.Ids, now, world.Time.Now);
        });
    }
}
