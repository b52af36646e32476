using Hotline.Calls;
using Hotline.Cases;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Tests.Year;

/// <summary>Who calls the line, and the officer at the other end: one telephone, which sleeps at night and may be busy. A caller has only
/// so much patience; whoever is lost is owed a call-back. How often and how long: guesses of ours [design].</summary>
internal sealed class Callers(YearWorld world)
{
    private const double CallsADay = 4;
    private const double AtNight = 0.3;
    private const double Withheld = 0.05;
    private static readonly TimeSpan Welcome = TimeSpan.FromSeconds(4);
    private static readonly string[] Outcomes = ["RecordCounselling", "RecordCounselling", "RecordWrongNumber", "RecordSilent", "RecordAbusive"];
    private readonly Dictionary<Guid, DateTimeOffset> busyUntil = [];
    private readonly Dictionary<Guid, DateTimeOffset> queued = [];

    public List<Guid> Calls { get; } = [];

    /// <summary>From the queue to a human, in seconds, of each call that was answered.</summary>
    public List<double> Waits { get; } = [];

    public int Lost { get; private set; }

    public async Task Call()
    {
        world.Agenda.At(world.Between(TimeSpan.FromDays(1) / CallsADay), Call);
        // Nobody hears the telephone of a house that is away: the gateway's fallback takes the message, and that is not played.
        if (!world.Nodes.AnyUp || (Staff.Sleeps(world.Time.Now) && world.Random.NextDouble() > AtNight)) return;
        var id = world.Ids.New();
        Calls.Add(id);
        await Hear(id, new(id.ToString("N"), TelephoneEvent.Ringing), opening: new()
        {
            Number = "C-" + world.Ids.Code(10), Reference = id.ToString("N"), Division = Staff.County, PackVersion = world.Pack.Version,
            Caller = world.Random.NextDouble() < Withheld ? null : new SealedRef(world.Ids.New(), ""),
        });
        world.Agenda.At(world.Time.Now + Welcome, () => Queue(id));
    }

    private async Task Queue(Guid id)
    {
        queued[id] = world.Time.Now;
        var nobody = world.Staff.On("DutyOfficer", world.Time.Now) is null && world.Staff.On("DutySupervisor", world.Time.Now) is null;
        await Hear(id, new(id.ToString("N"), TelephoneEvent.Held), also: nobody ? ["NobodyServes", "Drop"] : []);
        if (nobody) Lost++;
        world.Agenda.At(world.Between(TimeSpan.FromSeconds(100)).AddSeconds(20), () => Leave(id));
    }

    private async Task Leave(Guid id)
    {
        if ((await File(id)).State != WaitingTimer.Waiting) return;
        if (Again(() => Leave(id))) return;
        await Hear(id, new(id.ToString("N"), TelephoneEvent.Dropped));
        Lost++;
        // By day somebody sees it on the screen; at night the page tells.
        if (!Staff.Sleeps(world.Time.Now)) world.Agenda.At(world.Between(TimeSpan.FromMinutes(4)), () => SeeTo(id));
    }

    /// <summary>The officer's telephone rings for a caller.</summary>
    public void Ring(Guid call, Guid officer)
    {
        var (random, asleep) = (world.Random, Staff.Sleeps(world.Time.Now));
        if (world.People.IsDead(officer) || busyUntil.GetValueOrDefault(officer) > world.Time.Now || random.NextDouble() > (asleep ? 0.75 : 0.95)) return;
        world.Agenda.At(world.Time.Now.AddSeconds(asleep ? random.Next(8, 25) : random.Next(3, 12)), () => Take(call, world.Staff.Who(officer)));
    }

    private async Task Take(Guid id, Actor officer)
    {
        if ((await File(id)).State != WaitingTimer.Waiting || Again(() => Take(id, officer))) return;
        await Hear(id, new(id.ToString("N"), TelephoneEvent.Answered), who: officer);
        Waits.Add((world.Time.Now - queued[id]).TotalSeconds);
        var over = world.Time.Now.AddMinutes(world.Random.Next(1, 14));
        busyUntil[officer.Id] = over;
        world.Agenda.At(over, () => End(id));
    }

    private async Task End(Guid id)
    {
        if (Again(() => End(id))) return;
        await Hear(id, new(id.ToString("N"), TelephoneEvent.Ended));
        world.Agenda.At(world.Between(TimeSpan.FromMinutes(6)), () => SeeTo(id));
    }

    /// <summary>Whoever is on duty does what the call is owed, one step after the other until it is closed.</summary>
    public async Task SeeTo(Guid id)
    {
        if (Again(() => SeeTo(id))) return;
        var call = await File(id);
        var officer = world.Staff.People["DutyOfficer"][world.Random.Next(6)];
        var trigger = call.State switch
        {
            "OutcomeOwed" => Outcomes[world.Random.Next(Outcomes.Length)],
            "CallBackOwed" => world.Random.NextDouble() < 0.6 ? "RecordReached" : "RecordNotReached",
            "Reached" => "RecordWelfare",
            "Untraceable" => "ExamineTrace",
            _ => null,
        };
        if (trigger is null) return;
        await world.Writer.Write(officer.Name, world.Time.Now, async load =>
        {
            var file = await load.Load<CaseFile>(CallFacts.Kind, id, default);
            return world.Pack.Machines[CallFacts.Kind].Fire(file.State, trigger, guard => GuardChecks.Holds(guard, world.Pack.Machines[CallFacts.Kind].Steps[0], new() { Pack = world.Pack, File = file, Now = world.Time.Now })) is Move.Made move
                ? new Decision.Accepted(Writing.To(world.Kinds[CallFacts.Kind], id, file, Stepping.Take(world.Pack, file, move, FormValues.Nothing, officer, world.Time.Now)))
                : new Decision.Nothing();
        });
        world.Agenda.At(world.Between(TimeSpan.FromMinutes(9)), () => SeeTo(id));
    }

    /// <summary>Nobody can be told anything just now: it is tried again.</summary>
    private bool Again(Func<Task> later)
    {
        if (world.Nodes.AnyUp) return false;
        world.Agenda.At(world.Time.Now.AddSeconds(20), later);
        return true;
    }

    public Task<CaseFile> File(Guid id) => world.Load<CaseFile>(CallFacts.Kind, id);

    private Task Hear(Guid id, TelephoneEvent what, CallReceived? opening = null, Actor? who = null, params string[] also) =>
        world.Writer.Write(null, world.Time.Now, async load => Hearing.Decide(
            world.Kinds[CallFacts.Kind], await load.Load<CaseFile>(CallFacts.Kind, id, default), new(what, opening, who, null) { Also = [.. also] }, world.Pack, world.Time.Now));

    /// <summary>As the server's own timer, with the staff's telephones handed in.</summary>
    internal sealed class Officers(YearWorld world) : ITimerHandler
    {
        private static readonly TimeSpan Round = TimeSpan.FromSeconds(30);

        public string Kind => WaitingTimer.Kind;

        public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
        {
            var call = await world.Callers.File(timer.Stream);
            var waits = call.State == WaitingTimer.Waiting;
            if (waits)
                foreach (var role in new[] { "DutyOfficer", "DutySupervisor" })
                    if ((role == "DutyOfficer" || call.EnteredAt + Round <= now) && world.Staff.On(role, world.Time.Now) is { } officer) world.Callers.Ring(timer.Stream, officer);
            await world.Writer.Write(null, now, _ => Task.FromResult<Decision>(new Decision.Nothing(waits
                ? new TimerChange.Set(timer.Key, timer.Kind, timer.Stream, world.Time.Now + Round) : WaitingTimer.Stop(timer.Stream))));
        }
    }
}
