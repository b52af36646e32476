using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Drills;

/// <summary>/api/drills: does a page reach everybody? Planned or started by a supervisor; the report tells who answered.</summary>
public static class DrillEndpoints
{
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(366);
    private static readonly string[] Known = [Paging.Channels.Sms, Paging.Channels.Call];

    public static void Map(WebApplication app)
    {
        var drills = app.MapGroup("/api/drills").WithTags("Drills");
        drills.MapGet("", List).WithName("ListDrills");
        drills.MapPost("", Plan).WithName("PlanDrill").Accepts<DrillForm>("application/json").Produces<DrillReport>();
        drills.MapGet("/{id}", Get).WithName("GetDrill").Produces<DrillReport>();
        drills.MapPost("/{id}/start", Start).WithName("StartDrill").Produces<DrillReport>();
        drills.MapPost("/{id}/cancel", Cancel).WithName("CancelDrill").Produces<DrillReport>();
    }

    private static async Task<IResult> List(
        string? division, bool? open, Caller caller, DrillDesk desk, DrillViews views, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var seen = Divisions.Asked(division, caller) is { } scope ? await views.Within(scope, open == true, cancel) : [];
        return TypedResults.Json(new { items = seen.Where(d => desk.MayRead(caller, d.Division)), mayRun = desk.MayRun(caller, division is { Length: > 0 } ? division : caller.Division), cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IResult> Get(string id, Caller caller, DrillDesk desk, DrillViews views, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } drill ? await Shown(drill.Id, caller, desk, views, cancel) : new Problem(404, "not-found");

    /// <summary>Without a time it starts now.</summary>
    private static async Task<IResult> Plan(
        HttpContext http, Caller caller, DrillDesk desk, DrillViews views, DutyDesk duty, PolicyBook policies, Keys keys, IBusinessClock clock,
        CancellationToken cancel)
    {
        if (!desk.MayRun(caller, caller.Division)) return new Problem(403, "forbidden");
        return await PlanEndpoints.Keyed(http, caller, keys, first => Shown(first, caller, desk, views, cancel), async (body, key) =>
        {
            var (plan, errors) = await Read(body, caller, desk, duty, policies, clock, cancel);
            if (plan is null) return Planning.Invalid(errors);
            var id = plan.Target.StreamAt(plan.At);
            if (Bodies.Text(body, "at") is not null) return await Ended(await desk.Plan(id, plan, caller, key), id, caller, desk, views, cancel);
            if (await views.IsUnderWay(plan.Target, cancel)) return new Problem(409, "drill-under-way");
            var asked = await desk.Asked(plan, cancel);
            return asked.IsEmpty
                ? Planning.Invalid("who", "没有这样的人可以演练。 There is nobody like that to drill.")
                : await Ended(await desk.PlanAndStart(id, plan, asked, caller, key), id, caller, desk, views, cancel);
        }, cancel);
    }

    /// <summary>A repeat finds it started and is refused; nothing is rung twice.</summary>
    private static async Task<IResult> Start(string id, Caller caller, DrillDesk desk, DrillViews views, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } drill) return new Problem(404, "not-found");
        if (!desk.MayRun(caller, drill.Plan!.Target.Division)) return new Problem(403, "forbidden");
        return await Ended(await desk.Start(drill, await desk.Asked(drill.Plan, cancel), caller), drill.Id, caller, desk, views, cancel);
    }

    private static async Task<IResult> Cancel(string id, Caller caller, DrillDesk desk, DrillViews views, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } drill) return new Problem(404, "not-found");
        if (!desk.MayRun(caller, drill.Plan!.Target.Division)) return new Problem(403, "forbidden");
        return await Ended(await desk.Cancel(drill, caller), drill.Id, caller, desk, views, cancel);
    }

    private static async Task<(DrillPlanned? Plan, Dictionary<string, string[]> Errors)> Read(
        JsonElement body, Caller caller, DrillDesk desk, DutyDesk duty, PolicyBook policies, IBusinessClock clock, CancellationToken cancel)
    {
        var errors = new Dictionary<string, string[]>();
        var roster = Bodies.Text(body, "roster") is { Length: > 0 } named ? await duty.Find(named, caller, cancel) : null;
        if (Bodies.Text(body, "roster") is { Length: > 0 } && roster is null) errors["roster"] = ["没有这张值班表。 There is no such roster."];
        var division = roster?.Division ?? Bodies.Text(body, "division") ?? caller.Division;
        if (!division.All(char.IsAsciiDigit) || division.Length > 12 || !desk.MayRun(caller, division))
            errors["division"] = ["不在您的辖区内。 Outside your area."];
        var role = roster is null && Bodies.Text(body, "role") is { Length: > 0 } asked ? asked : null;
        if (role is not null && !policies.Current.Escalations.Values.SelectMany(e => e.Steps).Any(s => s.TargetRole == role))
            errors["role"] = ["没有呼叫方案用到这个角色。 No escalation rings this role."];
        var who = Bodies.Text(body, "who") ?? DrillForm.Everyone;
        if (who is not (DrillForm.Everyone or DrillForm.OnDuty)) errors["who"] = ["须为 Everyone 或 OnDuty。 Everyone or OnDuty."];
        var channels = Channels(body);
        if (channels.IsEmpty || channels.Any(c => !Known.Contains(c))) errors["channels"] = ["至少选一种：sms、call。 One at least of sms and call."];
        var (now, at) = (clock.Now, Bodies.Moment(body, "at"));
        if (Given(body, "at") && (at is not { } planned || planned <= now || planned > now + AheadMax))
            errors["at"] = ["须为以后的时间，最长 366 天。 A time to come, within 366 days."];
        if (errors.Count > 0) return (null, errors);
        var target = new DrillTarget(division, roster?.Id, role, who == DrillForm.OnDuty);
        return (new(target, channels, at ?? now, Bodies.Flag(body, "repeat"), desk.Actor(caller)), errors);
    }

    private static bool Given(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Both where none is named.</summary>
    private static ImmutableArray<string> Channels(JsonElement body)
    {
        if (!Given(body, "channels")) return [.. Known];
        return body.GetProperty("channels") is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Select(c => c.ValueKind == JsonValueKind.String ? c.GetString()! : "").Distinct()]
            : [];
    }

    private static async Task<IResult> Ended(Written written, Guid id, Caller caller, DrillDesk desk, DrillViews views, CancellationToken cancel) =>
        written is Written.Refused no ? no.Problem : await Shown(id, caller, desk, views, cancel);

    private static async Task<IResult> Shown(Guid id, Caller caller, DrillDesk desk, DrillViews views, CancellationToken cancel)
    {
        var drill = await desk.Load(id, cancel);
        return drill.Plan is null
            ? new Problem(404, "not-found")
            : TypedResults.Json(await views.Report(drill, desk.Steps(drill, caller), cancel), Codec.Json);
    }
}

/// <summary>What a drill is asked for.</summary>
/// <param name="Who">Everyone on the lists, or those OnDuty when it begins.</param>
/// <param name="At">When it begins; now where it is missing.</param>
/// <param name="Repeat">Again and again, as far apart as the pack says.</param>
public sealed record DrillForm(string? Division, Guid? Roster, string? Role, string? Who, ImmutableArray<string>? Channels, DateTimeOffset? At, bool? Repeat)
{
    public const string Everyone = nameof(Everyone);
    public const string OnDuty = nameof(OnDuty);
}
