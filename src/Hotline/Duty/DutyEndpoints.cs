using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>/api/duty: who is on duty, and the rosters that say so.</summary>
public static class DutyEndpoints
{
    private const int BodyBytesMax = 64 * 1024;
    private const int WatchDaysMax = 62;

    /// <summary>How far from now a moment may lie that is asked about.</summary>
    private static readonly TimeSpan AwayMax = TimeSpan.FromDays(366);

    public static void Map(WebApplication app)
    {
        var duty = app.MapGroup("/api/duty").WithTags("Duty");
        duty.MapGet("/now", Now).WithName("GetDutyNow");
        duty.MapGet("/rosters", List).WithName("ListRosters");
        duty.MapGet("/rosters/{id}", Get).WithName("GetRoster").Produces<RosterView>();
        duty.MapPut("/rosters/{id}", Put).WithName("PutRoster").Produces<RosterView>();
        duty.MapPost("/rosters/{id}/preview", Preview).WithName("PreviewRoster").Produces<RosterPreview>();
        duty.MapGet("/rosters/{id}/watches", Watches).WithName("ListWatches");
        PlanEndpoints.Map(duty);
        CalendarEndpoints.Map(duty);
        StaffEndpoints.Map(duty);
        HandOverEndpoints.Map(duty);
        LogEndpoints.Map(duty);
        DebriefEndpoints.Map(duty);
    }

    /// <summary>Who is on duty now, or at another moment: <c>at</c> in the past tells the roster as it stood then.</summary>
    private static async Task<IResult> Now(
        string? division, string? at, Caller caller, Rosters rosters, DutyDesk desk, DutyViews views, Permissions permissions, IBusinessClock clock,
        CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var (moment, wrong) = MomentOf(at, clock.Now, "at");
        if (wrong is not null) return wrong;
        var asked = division is { Length: > 0 } ? division : caller.Division;
        var items = new List<DutyView>();
        foreach (var roster in await Seen(asked, caller, rosters, cancel))
            if (await desk.AsOf(roster, moment, cancel) is { Division.Length: > 0 } then) items.Add(await views.Now(then, moment, cancel));
        return TypedResults.Json(new { at = moment, division = asked, items }, Codec.Json);
    }

    private static async Task<IResult> List(
        string? division, Caller caller, DutyDesk desk, Rosters rosters, DutyViews views, Permissions permissions, IBusinessClock clock, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var items = new List<RosterView>();
        foreach (var roster in (await Seen(division ?? caller.Division, caller, rosters, cancel)).Where(r => desk.MayRead(caller, r.Division))) items.Add(await views.Of(roster, clock.Now, cancel));
        return TypedResults.Json(new { items, cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IEnumerable<RosterFile>> Seen(string division, Caller caller, Rosters rosters, CancellationToken cancel) =>
        Divisions.Asked(division, caller) is { } scope ? await rosters.Within(scope, cancel) : [];

    private static async Task<IResult> Get(string id, HttpContext http, Caller caller, DutyDesk desk, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } roster ? await Shown(http, desk, roster, cancel) : new Problem(404, "not-found");

    /// <summary>Who serves when, from a moment on, for some days: a week's table.</summary>
    private static async Task<IResult> Watches(
        string id, string? from, int? days, Caller caller, DutyDesk desk, DutyViews views, IBusinessClock clock, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        var (moment, wrong) = MomentOf(from, clock.Now, "from");
        if (wrong is not null) return wrong;
        var length = TimeSpan.FromDays(Math.Clamp(days ?? 7, 1, WatchDaysMax));
        return TypedResults.Json(new { items = await views.Week(roster, moment, length, cancel), cursor = (string?)null }, Codec.Json);
    }

    private static (DateTimeOffset Moment, Problem? Wrong) MomentOf(string? text, DateTimeOffset now, string field)
    {
        if (string.IsNullOrEmpty(text)) return (now, null);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && (at - now).Duration() <= AwayMax
            ? (at.ToUniversalTime(), null)
            : (now, Planning.Invalid(field, "须为 ISO 8601 时刻，距今不超过 366 天。 An ISO 8601 moment at most 366 days from now."));
    }

    private static async Task<IResult> Put(
        string id, HttpContext http, Caller caller, DutyDesk desk, Permissions permissions, CancellationToken cancel)
    {
        var (seen, refused) = await Kept(id, caller, desk, permissions);
        if (seen is null) return refused!;
        var (version, noVersion) = Preconditions.IfMatch(http.Request);
        if (noVersion is not null) return noVersion;
        if (version != seen.Version) return await desk.Moved(seen, version!.Value, cancel);
        var (form, wrong) = await FormOf(http, cancel);
        if (form is null) return wrong!;
        if (await desk.Wrong(form, seen, caller, cancel) is { Count: > 0 } errors) return Planning.Invalid(errors);
        return await desk.Set(seen.Id, version!.Value, form, caller) switch
        {
            Written.Refused { Problem.Status: 412 } => await desk.Moved(await desk.Load(seen.Id), version.Value, cancel),
            Written.Refused no => no.Problem,
            _ => await Shown(http, desk, await desk.Load(seen.Id), cancel),
        };
    }

    /// <summary>Who would be on duty when, if the roster were saved like this. Writes nothing.</summary>
    private static async Task<IResult> Preview(
        string id, HttpContext http, Caller caller, DutyDesk desk, Permissions permissions, CancellationToken cancel)
    {
        var (seen, refused) = await Kept(id, caller, desk, permissions);
        if (seen is null) return refused!;
        var (form, wrong) = await FormOf(http, cancel);
        return form is null ? wrong! : TypedResults.Json(await desk.Preview(seen, form, caller, cancel), Codec.Json);
    }

    /// <summary>The roster, or an empty one to be made, if it is the caller's to keep.</summary>
    private static async Task<(RosterFile? Seen, Problem? Refused)> Kept(string id, Caller caller, DutyDesk desk, Permissions permissions)
    {
        if (!Guid.TryParse(id, out var guid) || !permissions.Has(caller, Permissions.AcknowledgePages)) return (null, new(404, "not-found"));
        var seen = await desk.Load(guid);
        if (seen.Exists && !desk.MayRead(caller, seen.Division)) return (null, new(404, "not-found"));
        return desk.Manages(caller) ? (seen, null) : (null, new(403, "forbidden"));
    }

    private static async Task<(RosterForm? Form, Problem? Wrong)> FormOf(HttpContext http, CancellationToken cancel)
    {
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return (null, refusal);
        using var given = body!;
        if (given.RootElement.ValueKind != JsonValueKind.Object) return (null, new(400, "malformed", "not an object"));
        var (form, errors) = RosterForm.Read(given.RootElement);
        return form is null ? (null, Planning.Invalid(errors)) : (form, null);
    }

    internal static async Task<IResult> Shown(HttpContext http, DutyDesk desk, RosterFile roster, CancellationToken cancel)
    {
        http.Response.Headers.ETag = $"\"{roster.Version}\"";
        return TypedResults.Json(await desk.View(roster, cancel), Codec.Json);
    }
}
