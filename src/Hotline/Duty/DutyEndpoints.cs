using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>/api/duty: who is on duty, and the rosters that say so.</summary>
public static class DutyEndpoints
{
    private const string ManageDuty = "manage-duty";
    private const int BodyBytesMax = 64 * 1024;
    private static readonly TimeSpan OverrideMax = TimeSpan.FromDays(31);

    public static void Map(WebApplication app)
    {
        var duty = app.MapGroup("/api/duty").WithTags("Duty");
        duty.MapGet("/now", Now).WithName("GetDutyNow");
        duty.MapGet("/rosters", List).WithName("ListRosters");
        duty.MapGet("/rosters/{id}", Get).WithName("GetRoster").Produces<RosterView>();
        duty.MapPut("/rosters/{id}", Put).WithName("PutRoster").Produces<RosterView>();
        duty.MapPost("/rosters/{id}/overrides", Override).WithName("AddOverride").Produces<RosterView>();
    }

    private static async Task<IResult> Now(
        string? division, Caller caller, Rosters rosters, DutyViews views, Permissions permissions, IBusinessClock clock, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var (at, asked) = (clock.Now, division is { Length: > 0 } ? division : caller.Division);
        var items = new List<DutyView>();
        foreach (var roster in await Seen(asked, caller, rosters, cancel)) items.Add(await views.Now(roster, at, cancel));
        return TypedResults.Json(new { at, division = asked, items }, Codec.Json);
    }

    private static async Task<IResult> List(
        string? division, Caller caller, Rosters rosters, DutyViews views, Permissions permissions, IBusinessClock clock, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var items = new List<RosterView>();
        foreach (var roster in await Seen(division ?? caller.Division, caller, rosters, cancel)) items.Add(await views.Of(roster, clock.Now, cancel));
        return TypedResults.Json(new { items, cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IEnumerable<RosterFile>> Seen(string division, Caller caller, Rosters rosters, CancellationToken cancel)
    {
        var scope = Divisions.Scope(division);
        return scope.All(char.IsAsciiDigit) && Divisions.Covers(caller.Scope, division)
            ? await rosters.Within(scope, cancel)
            : [];
    }

    private static async Task<IResult> Get(string id, HttpContext http, Caller caller, DutyDesk desk, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } roster ? await Shown(http, desk, roster, cancel) : new Problem(404, "not-found");

    private static async Task<IResult> Put(
        string id, HttpContext http, Caller caller, DutyDesk desk, Permissions permissions, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid)) return new Problem(404, "not-found");
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(404, "not-found");
        var seen = await desk.Load(guid);
        if (seen.Exists && !desk.MayRead(caller, seen.Division)) return new Problem(404, "not-found");
        if (!permissions.Has(caller, ManageDuty)) return new Problem(403, "forbidden");
        var (version, noVersion) = Preconditions.IfMatch(http.Request);
        if (noVersion is not null) return noVersion;
        if (version != seen.Version) return Moved(seen.Version);
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (given.RootElement.ValueKind != JsonValueKind.Object) return new Problem(400, "malformed", "not an object");
        var (form, errors) = RosterForm.Read(given.RootElement);
        if (form is null) return Invalid(errors);
        if (await desk.Wrong(form, seen, caller, cancel) is { Count: > 0 } wrong) return Invalid(wrong);
        return await desk.Set(guid, version!.Value, form, caller) switch
        {
            Written.Refused no => no.Problem,
            _ => await Shown(http, desk, await desk.Load(guid), cancel),
        };
    }

    private static async Task<IResult> Override(
        string id, HttpContext http, Caller caller, DutyDesk desk, Permissions permissions, IBusinessClock clock, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        if (!permissions.Has(caller, ManageDuty)) return new Problem(403, "forbidden");
        var (keyText, noKey) = Keys.Of(http.Request, required: true);
        if (noKey is not null) return noKey;
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        using var given = body!;
        if (Read(given.RootElement, OverrideId(caller, roster, keyText!)) is not { } over) return Invalid(OverrideErrors);
        // The override's own id comes from the key, so a repeat finds its first effect in the roster itself.
        if (roster.Overrides.FirstOrDefault(o => o.Id == over.Id) is { } first)
            return first == over ? await Shown(http, desk, roster, cancel) : new Problem(409, "key-reused");
        if (over.Until <= over.From || over.Until - over.From > OverrideMax || over.Until <= clock.Now) return Invalid(OverrideErrors);
        if (await desk.Unreachable([over.Person], roster.Role, cancel) is { Count: > 0 })
            return Invalid(new Dictionary<string, string[]> { ["person"] = [DutyDesk.NotReachable] });
        await desk.Add(roster.Id, over, caller);
        return await Shown(http, desk, await desk.Load(roster.Id), cancel);
    }

    private static readonly Dictionary<string, string[]> OverrideErrors = new()
    {
        [""] = ["须有 person、from、until；until 晚于 from 和现在，最长 31 天。 person, from and until; until after from and now, 31 days at most."],
    };

    private static ShiftOverride? Read(JsonElement body, Guid id) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("person", out var person) && person.ValueKind == JsonValueKind.String && person.TryGetGuid(out var who)
        && Moment(body, "from") is { } from && Moment(body, "until") is { } until
            ? new ShiftOverride(id, who, from, until)
            : null;

    private static DateTimeOffset? Moment(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    private static Guid OverrideId(Caller caller, RosterFile roster, string key) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id:N} {roster.Id:N} {key}"))[..16]);

    private static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(422, "invalid") { Members = ImmutableDictionary<string, object?>.Empty.Add("errors", errors) };

    internal static Problem Moved(long actual) =>
        new(412, "version-moved") { Members = ImmutableDictionary<string, object?>.Empty.Add("version", actual) };

    private static async Task<IResult> Shown(HttpContext http, DutyDesk desk, RosterFile roster, CancellationToken cancel)
    {
        http.Response.Headers.ETag = $"\"{roster.Version}\"";
        return TypedResults.Json(await desk.View(roster, cancel), Codec.Json);
    }
}
