using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>Keeps rosters: who may, what makes sense, and the writes.</summary>
public sealed class DutyDesk(
    IEventStore store, StreamKinds kinds, Writer writer, DutyViews views, Permissions permissions, PolicyBook policies, IBusinessClock clock)
{
    public const string NotReachable = "此人没有该角色或没有登记电话。 This person lacks the role or has no telephone on file.";

    public async Task<RosterFile?> Find(string id, Caller caller, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid)) return null;
        var roster = await new Loader(store, kinds).Load<RosterFile>(RosterFile.KindName, guid, cancel);
        return roster.Division.Length > 0 && MayRead(caller, roster.Division) ? roster : null;
    }

    public bool MayRead(Caller caller, string division) => permissions.MayRead(caller, new(RosterFile.KindName, division, null, null));

    public Task<RosterFile> Load(Guid id) => new Loader(store, kinds).Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);

    public async Task<Dictionary<string, string[]>> Wrong(RosterForm form, RosterFile seen, Caller caller, CancellationToken cancel)
    {
        var wrong = new Dictionary<string, string[]>();
        if (!Divisions.Covers(caller.Scope, form.Division)) wrong["division"] = ["不在您的辖区内。 Outside your area."];
        if (seen.Exists && (seen.Division != form.Division || seen.Role != form.Role))
            wrong["role"] = ["已有值班表的区划和角色不能更改，请另建一张。 A roster keeps its division and role; make another one."];
        if (!policies.Current.Escalations.Values.SelectMany(e => e.Steps).Any(s => s.TargetRole == form.Role))
            wrong["role"] = ["没有呼叫方案用到这个角色。 No escalation rings this role."];
        else if (await Unreachable(form.Shifts.Select(s => s.Person), form.Role, cancel) is { Count: > 0 })
            wrong["shifts"] = [NotReachable];
        return wrong;
    }

    public Task<IReadOnlyCollection<Guid>> Unreachable(IEnumerable<Guid> people, string role, CancellationToken cancel) =>
        views.Strangers(people, role, cancel);

    public Task<Written> Set(Guid id, long version, RosterForm form, Caller caller) =>
        writer.Write(caller.User, clock.Now, async load =>
        {
            var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
            return roster.Version != version
                ? new Decision.Refused(DutyEndpoints.Moved(roster.Version))
                : new Decision.Accepted(Writing.To(load.Kind(RosterFile.KindName), id, roster,
                    new RosterSet(form.Division, form.Role, form.TimeZone, form.Shifts, Actor(caller))));
        });

    public Task<Written> Add(Guid id, ShiftOverride over, Caller caller) =>
        writer.Write(caller.User, clock.Now, async load =>
        {
            var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
            return roster.Overrides.Any(o => o.Id == over.Id)
                ? new Decision.Nothing()
                : new Decision.Accepted(Writing.To(load.Kind(RosterFile.KindName), id, roster, new RosterOverridden(over, Actor(caller))));
        });

    public Task<RosterView> View(RosterFile roster, CancellationToken cancel) => views.Of(roster, clock.Now, cancel);

    private static Actor Actor(Caller caller) => new(caller.Id, caller.User, caller.Roles.FirstOrDefault() ?? "");
}
