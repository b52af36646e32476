using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>Keeps rosters: who may, what makes sense, and the writes.</summary>
public sealed class DutyDesk(
    IEventStore store, StreamKinds kinds, Writer writer, Rosters rosters, DutyViews views, StaffDesk staff, Permissions permissions, PolicyBook policies,
    IBusinessClock clock)
{
    public const string ManageDuty = "manage-duty";
    public const string NotReachable = "此人没有该角色或没有登记电话。 This person lacks the role or has no telephone on file.";

    public async Task<RosterFile?> Find(string id, Caller caller, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid)) return null;
        var roster = await new Loader(store, kinds).Load<RosterFile>(RosterFile.KindName, guid, cancel);
        return roster.Division.Length > 0 && MayRead(caller, roster.Division) ? roster : null;
    }

    public bool MayRead(Caller caller, string division) => permissions.MayRead(caller, new(RosterFile.KindName, division, null, null));

    public bool Manages(Caller caller) => permissions.Has(caller, ManageDuty);

    public Task<RosterFile> Load(Guid id) => new Loader(store, kinds).Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);

    /// <summary>The roster as it stood at a moment in the past: what was planned later does not rewrite who was on duty.</summary>
    public async Task<RosterFile> AsOf(RosterFile roster, DateTimeOffset at, CancellationToken cancel) =>
        at >= clock.Now ? roster
            : (RosterFile)kinds[RosterFile.KindName].Fold(roster.Id, (await store.Read(roster.Id, 0, cancel)).Where(e => e.At <= at));

    public async Task<Dictionary<string, string[]>> Wrong(RosterForm form, RosterFile seen, Caller caller, CancellationToken cancel)
    {
        var wrong = new Dictionary<string, string[]>();
        if (!Divisions.Covers(caller.Scope, form.Division)) wrong["division"] = ["不在您的辖区内。 Outside your area."];
        if (seen.Exists && (seen.Division != form.Division || seen.Role != form.Role))
            wrong["role"] = ["已有值班表的区划和角色不能更改，请另建一张。 A roster keeps its division and role; make another one."];
        if (!policies.Current.Escalations.Values.SelectMany(e => e.Steps).Any(s => s.TargetRole == form.Role))
            wrong["role"] = ["没有呼叫方案用到这个角色。 No escalation rings this role."];
        else if (await Unfit(form.People, form.Role, cancel) is { Count: > 0 } unfit)
            wrong["shifts"] = [.. unfit];
        return wrong;
    }

    /// <summary>Only trained people whose telephone is verified may be put on duty. Whoever is on duty already is paged all the same.</summary>
    public Task<IReadOnlyList<string>> Unfit(IEnumerable<Guid> people, string role, CancellationToken cancel) => staff.Unfit(people, role, cancel);

    public Task<Written> Set(Guid id, long version, RosterForm form, Caller caller) =>
        Write(caller, async load => Planning.Set(
            load.Kind(RosterFile.KindName), await Roster(load, id), version, form, Scene(caller, form.Division, form.AcknowledgeGaps)));

    /// <summary>The coming days as they would be, with the hours nobody covers.</summary>
    public Task<RosterPreview> Preview(RosterFile roster, RosterForm form, Caller caller, CancellationToken cancel)
    {
        var scene = Scene(caller, form.Division, gapsAcknowledged: false);
        return views.Preview(Planning.Previewed(roster, form, scene), scene.Now, scene.Ahead, cancel);
    }

    /// <summary>Somebody else saved in between: what they did since the version the caller saw.</summary>
    public async Task<Problem> Moved(RosterFile roster, long seen, CancellationToken cancel)
    {
        var events = (await store.Read(roster.Id, 0, cancel)).Select(Codec.Read).ToList();
        var people = await views.Named([.. RosterStory.People(events)], cancel);
        return Planning.Moved(roster.Version, RosterStory.Of(events, seen, people, policies.For(roster.Division)));
    }

    /// <summary>Decides about one roster; a claimed key makes a repeat harmless.</summary>
    public Task<Written> Change(
        RosterFile roster, Caller caller, bool gapsAcknowledged, RequestKey? key, Func<StreamKind, RosterFile, Scene, Decision> decide) =>
        Write(caller, async load => Claimed(
            decide(load.Kind(RosterFile.KindName), await Roster(load, roster.Id), Scene(caller, roster.Division, gapsAcknowledged)), key, roster.Id));

    /// <summary>Decides about every roster that names a person.</summary>
    public async Task<Written> ChangeAll(
        Guid person, Caller caller, bool gapsAcknowledged, RequestKey? key,
        Func<StreamKind, IReadOnlyList<RosterFile>, Scene, Decision> decide, CancellationToken cancel)
    {
        var naming = await rosters.Naming(person, cancel);
        return await Write(caller, async load =>
        {
            var files = new List<RosterFile>();
            foreach (var one in naming) files.Add(await Roster(load, one.Id));
            return Claimed(decide(load.Kind(RosterFile.KindName), files, Scene(caller, caller.Division, gapsAcknowledged)), key, person);
        });
    }

    public Task<RosterView> View(RosterFile roster, CancellationToken cancel) => views.Of(roster, clock.Now, cancel);

    private Decision Claimed(Decision decision, RequestKey? key, Guid stream) =>
        decision is Decision.Accepted yes && key is not null ? yes with { Rows = [.. yes.Rows, Keys.Claim(key, stream, clock.Now)] } : decision;

    private Task<Written> Write(Caller caller, Func<Loader, Task<Decision>> decide) => writer.Write(caller.User, clock.Now, decide);

    private static Task<RosterFile> Roster(Loader load, Guid id) => load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);

    private Scene Scene(Caller caller, string division, bool gapsAcknowledged)
    {
        var pack = policies.For(division);
        return new(Actor(caller), clock.Now, pack.Calendar, pack.Duty.LookAhead, gapsAcknowledged);
    }

    public static Actor Actor(Caller caller) => new(caller.Id, caller.User, caller.Roles.FirstOrDefault() ?? "");
}
