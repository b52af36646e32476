using System.Collections.Immutable;
using Hotline.Agencies;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Intake;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Tests.Cases;
using Hotline.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hotline.Tests.Year;

/// <summary>A county of 800,000 for a year: the server's own decisions, timers, leases and outbox over the store's twin in memory;
/// people, carriers, dying nodes and the clock's jumps as one seed plays them.</summary>
internal sealed class YearWorld
{
    public static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Reports a day: what a county of this size may bring. [design]: a guess of ours.</summary>
    private const double ReportsADay = 1.5;

    static YearWorld()
    {
        DutyEvents.Register();
        PageEvents.Register();
    }

    private readonly ImmutableDictionary<string, Guid> rosters;

    public YearWorld(int seed)
    {
        Random = new Random(seed);
        Ids = new SeededIds(Random);
        Time = new VirtualTime(Begin);
        Store = new MemoryStore(Time);
        Policies = new PolicyBook(Pack);
        Kinds = new StreamKinds([
            new CaseKind(CaseKind.Report, Policies), new CaseKind(CaseKind.Case, Policies), new CallKind(Policies), new PageKind(), new RosterKind(),
            .. Names.Assignments.Select(name => new AssignmentKind(name, Policies)),
        ]);
        var begin = new PagesBegin();
        Ringing = begin.Ringing = new RingingInMemory(Store, Kinds);
        Writer = new Writer(Store, Kinds, [new Echoes(Kinds, Policies, Ids), new PageReaction(Ringing, Policies, Ids), begin], Ids, NullLogger<Writer>.Instance);
        Answering = new Answering(Writer, Store, Kinds, Time, new PageMeter());
        Bundles = new BundlesInMemory(Store, Kinds, Ringing);
        Turns = new Turns(Bundles, Bundles, Policies, Store, Kinds, Ids, Time);
        Staff = new Staff(Ids);
        rosters = Staff.Rosters.ToImmutableDictionary(r => r.Role, _ => Ids.New());
        (Agenda, Carrier, People, Callers, Nodes) = (new Agenda(), new Carrier(this), new People(this), new Callers(this), new Nodes(this));
    }

    public Pack Pack => CaseWorld.Pack;
    public Random Random { get; }
    public SeededIds Ids { get; }
    public VirtualTime Time { get; }
    public MemoryStore Store { get; }
    public PolicyBook Policies { get; }
    public StreamKinds Kinds { get; }
    public Writer Writer { get; }
    public Answering Answering { get; }
    public RingingInMemory Ringing { get; }
    public BundlesInMemory Bundles { get; }
    public Turns Turns { get; }
    public Staff Staff { get; }
    public Agenda Agenda { get; }
    public Carrier Carrier { get; }
    public People People { get; }
    public Callers Callers { get; }
    public Nodes Nodes { get; }

    /// <summary>Triage, why it rang and seconds from the first ring to a human, of each page that somebody answered.</summary>
    public List<(string Triage, string Why, double Seconds)> Answered { get; } = [];

    public List<Guid> Reports { get; } = [];

    /// <summary>When nothing could work: both nodes away, or the clock jumped over it.</summary>
    public List<(DateTimeOffset From, DateTimeOffset Until)> Away { get; } = [];

    public Guid RosterOf(string role) => rosters[role];

    public async Task<TFile> Load<TFile>(string kind, Guid id) where TFile : class => await new Loader(Store, Kinds).Load<TFile>(kind, id, default);

    public async Task Live(int days)
    {
        foreach (var (role, division) in Staff.Rosters)
            await Write(RosterFile.KindName, rosters[role], new RosterSet(division, role, "Asia/Shanghai", Staff.Plan(role), Staff.People["DutySupervisor"][0]));
        Agenda.At(Between(TimeSpan.FromDays(1) / ReportsADay), Report);
        Agenda.At(Time.Now, Callers.Call);
        Agenda.At(Between(TimeSpan.FromDays(3)), Replace);
        Agenda.At(Between(TimeSpan.FromDays(9)), Miss);
        Agenda.At(Between(TimeSpan.FromDays(4)), PhoneDies);
        Agenda.At(Between(TimeSpan.FromDays(12)), CarrierFails);
        Agenda.At(Between(TimeSpan.FromDays(40)), NodesAway);
        Agenda.At(Between(TimeSpan.FromDays(70)), ClockJumps);
        var end = Begin.AddDays(days);
        while (true)
        {
            await Agenda.DoDue(Time.Now);
            await Nodes.Work();
            var next = new[] { Agenda.Next, Store.NextReady(Time.Now), Nodes.NextBack }.Where(t => t > Time.Now).Min();
            // Nobody is up to do what is due: time goes on all the same.
            if (next is null || next > end) return;
            Time.MoveTo(next.Value);
        }
    }

    /// <summary>When something next happens that happens once in this time on average.</summary>
    public DateTimeOffset Between(TimeSpan mean) => Time.Now - mean * Math.Log(1 - Random.NextDouble());

    private async Task Write(string kind, Guid id, Happening happening) => await Writer.Write(null, Time.Now, async load =>
        new Decision.Accepted(Writing.To(Kinds[kind], id, await load.Load<object>(kind, id, default), happening)));

    private async Task Report()
    {
        Agenda.At(Between(TimeSpan.FromDays(1) / ReportsADay), Report);
        var kind = Random.NextDouble();
        var children = Random.Next(10) == 0 ? 2 : 1;
        var form = new ReportForm
        {
            Category = kind < 0.05 ? "DV" : kind < 0.2 ? "SexualAbuse" : kind < 0.6 ? "Neglect" : "Other", SituationText = "报告",
            Danger = Triaging.Questions.ToImmutableSortedDictionary(q => q, q => q == "lifeThreat" && kind < 0.05 ? "yes" : "no"),
            Children = [.. Enumerable.Range(0, children).Select(_ => new ChildForm(null, "Female", null, Random.Next(1, 17), null, null))],
        };
        var names = new ReportNames(
            Ids.New(), "R-" + Ids.Code(10), Ids.New(), [.. Enumerable.Range(0, children).Select(_ => Ids.New())], [],
            [.. Enumerable.Range(0, children).Select(n => (Ids.New(), $"{Staff.County}-26-{Reports.Count:000000}-{n}"))]);
        var refs = Receiving.Personal(form, names).ToDictionary(p => p.Field, _ => new SealedRef(Ids.New(), ""));
        await Writer.Write("school", Time.Now, _ => Task.FromResult<Decision>(Receiving.Decide(
            form, Filer.Public(Staff.County), names, refs, "hash", Staff.County, Pack, Kinds, Time.Now)));
        Reports.Add(names.Report);
        Agenda.At(Between(TimeSpan.FromMinutes(20)), () => Look(names.Report));
    }

    /// <summary>Somebody at the desk looks at a report and its cases, by day, until all of it has ended; sometimes too late.</summary>
    private async Task Look(Guid id)
    {
        if (!Nodes.AnyUp || (!Staff.AtWork(Time.Now) && Random.NextDouble() < 0.9))
        {
            Agenda.At(Staff.NextMorning(Time.Now).AddMinutes(Random.Next(180)), () => Look(id));
            return;
        }
        var report = await Load<CaseFile>(CaseKind.Report, id);
        var officer = Staff.People["DutyOfficer"][Random.Next(6)];
        if (Random.NextDouble() < 0.9)
        {
            await People.Work(CaseKind.Report, id, officer, end: 0.5);
            foreach (var link in report.Cases) await People.Work(CaseKind.Case, link.Id, officer, end: 0.25);
        }
        var open = false;
        foreach (var (kind, one) in report.Cases.Select(c => (CaseKind.Case, c.Id)).Append((CaseKind.Report, id)))
            open |= Pack.Machines[kind].Find((await Load<CaseFile>(kind, one)).State) is { Final: false };
        if (open) Agenda.At(Between(TimeSpan.FromHours(18)), () => Look(id));
    }

    private async Task Replace()
    {
        Agenda.At(Between(TimeSpan.FromDays(3)), Replace);
        var role = Staff.Rosters.ElementAt(Random.Next(4)).Role;
        var from = Time.Now.AddHours(Random.Next(48));
        var instead = new ShiftOverride(Ids.New(), Staff.People[role][Random.Next(Staff.People[role].Length)].Id, from, from.AddHours(2 + Random.Next(14)));
        Staff.Replace(role, instead);
        await Write(RosterFile.KindName, rosters[role], new RosterOverridden(instead, Staff.People["DutySupervisor"][0]));
    }

    private async Task Miss()
    {
        Agenda.At(Between(TimeSpan.FromDays(9)), Miss);
        var role = Staff.Rosters.ElementAt(Random.Next(4)).Role;
        var from = Time.Now.AddHours(1 + Random.Next(72));
        var absence = new Absence(Ids.New(), Staff.People[role][Random.Next(Staff.People[role].Length)].Id, from, from.AddHours(6 + Random.Next(60)));
        Staff.Miss(absence);
        await Write(RosterFile.KindName, rosters[role], new AbsencePlanned(absence, Staff.People["DutySupervisor"][0]));
    }

    private Task PhoneDies()
    {
        Agenda.At(Between(TimeSpan.FromDays(4)), PhoneDies);
        var all = Staff.People.Values.SelectMany(p => p).OrderBy(p => p.Id).ToList();
        People.PhoneDies(all[Random.Next(all.Count)].Id, TimeSpan.FromMinutes(Random.Next(20, 600)));
        return Task.CompletedTask;
    }

    private Task CarrierFails()
    {
        Agenda.At(Between(TimeSpan.FromDays(12)), CarrierFails);
        Carrier.Away(TimeSpan.FromMinutes(Random.Next(1, 25)));
        return Task.CompletedTask;
    }

    private Task NodesAway()
    {
        Agenda.At(Between(TimeSpan.FromDays(40)), NodesAway);
        var length = TimeSpan.FromMinutes(Random.Next(1, 15));
        Away.Add((Time.Now, Time.Now + length));
        Nodes.BothAway(length);
        return Task.CompletedTask;
    }

    /// <summary>A machine that was suspended, or set right: hours at once, or a minute back.</summary>
    private Task ClockJumps()
    {
        Agenda.At(Between(TimeSpan.FromDays(70)), ClockJumps);
        var by = Random.Next(3) == 0 ? TimeSpan.FromSeconds(-Random.Next(5, 60)) : TimeSpan.FromMinutes(Random.Next(1, 300));
        Away.Add((Time.Now, Time.Now + by.Duration()));
        Time.MoveTo(Time.Now + by);
        return Task.CompletedTask;
    }
}
