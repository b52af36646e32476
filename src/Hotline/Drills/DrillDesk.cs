using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Drills;

/// <summary>Who may drill whom, and the writes.</summary>
public sealed class DrillDesk(
    IEventStore store, StreamKinds kinds, Writer writer, DrillPeople people, Permissions permissions, PolicyBook policies, IBusinessClock clock)
{
    public const string RunDrills = "run-drills";

    public async Task<DrillFile?> Find(string id, Caller caller, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await Load(guid, cancel) is { Plan: { } plan } drill && MayRead(caller, plan.Target.Division) ? drill : null;

    public Task<DrillFile> Load(Guid id, CancellationToken cancel) => new Loader(store, kinds).Load<DrillFile>(DrillFile.KindName, id, cancel);

    public bool MayRead(Caller caller, string division) => permissions.MayRead(caller, new(DrillFile.KindName, division, null, null));

    public bool MayRun(Caller caller, string division) => permissions.Has(caller, RunDrills) && Divisions.Covers(caller.Scope, division);

    public ImmutableArray<string> Steps(DrillFile drill, Caller caller) => !MayRun(caller, drill.Plan!.Target.Division) ? []
        : drill.State switch { DrillFile.Planned => ["start", "cancel"], DrillFile.Running => ["cancel"], _ => [] };

    public Task<ImmutableArray<Drilled>> Asked(DrillPlanned plan, CancellationToken cancel) => people.Of(plan, clock.Now, cancel);

    public Task<Written> Plan(Guid id, DrillPlanned plan, Caller caller, RequestKey key) => Write(caller, id, async (load, drill) =>
        Claimed(Drilling.Plan(load.Kind(DrillFile.KindName), drill, plan), key, id));

    public Task<Written> PlanAndStart(Guid id, DrillPlanned plan, ImmutableArray<Drilled> asked, Caller caller, RequestKey key) =>
        Write(caller, id, async (load, drill) => Claimed(
            Drilling.PlanAndStart(load.Kind(DrillFile.KindName), drill, plan, await Following(load, drill with { Plan = plan }), asked, Rules(plan)), key, id));

    public Task<Written> Start(DrillFile seen, ImmutableArray<Drilled> asked, Caller caller) => Write(caller, seen.Id, async (load, drill) =>
        Drilling.Start(load.Kind(DrillFile.KindName), drill, await Following(load, drill), asked, Rules(drill.Plan!), Actor(caller)));

    public Task<Written> Cancel(DrillFile seen, Caller caller) => Write(caller, seen.Id, async (load, drill) =>
        Drilling.Cancel(load.Kind(DrillFile.KindName), drill, Actor(caller)));

    public Actor Actor(Caller caller) => new(caller.Id, caller.User, permissions.RoleWith(caller, RunDrills) ?? "");

    private Workflow.DrillRules Rules(DrillPlanned plan) => policies.For(plan.Target.Division).Duty.Drill;

    private Task<DrillFile?> Following(Loader load, DrillFile drill) => DrillTimer.Next(load, drill, Rules(drill.Plan!));

    private Decision Claimed(Decision decision, RequestKey key, Guid id) =>
        decision is Decision.Accepted yes ? yes with { Rows = [.. yes.Rows, Keys.Claim(key, id, clock.Now)] } : decision;

    private Task<Written> Write(Caller caller, Guid id, Func<Loader, DrillFile, Task<Decision>> decide) => writer.Write(caller.User, clock.Now,
        async load => await decide(load, await load.Load<DrillFile>(DrillFile.KindName, id, CancellationToken.None)));
}
