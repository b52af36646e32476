using System.Text;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>Duty as calendar programs read it: a roster's by session, a person's own under a secret address that they may revoke.
/// It says role and division, and on the roster's the names of staff; never anything of a report or a child.</summary>
public static class CalendarEndpoints
{
    private const int SecretLength = 40;
    private static readonly TimeSpan Back = TimeSpan.FromDays(14);
    private static readonly TimeSpan Length = TimeSpan.FromDays(76);

    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapGet("/rosters/{id}/calendar.ics", OfRoster).WithName("GetRosterCalendar");
        duty.MapGet("/calendar", Mine).WithName("GetMyCalendarAddress");
        duty.MapPost("/calendar", Make).WithName("MakeMyCalendarAddress");
        duty.MapDelete("/calendar", Revoke).WithName("RevokeMyCalendarAddress");
        duty.MapGet("/calendar/{secret}.ics", OfPerson).WithName("GetMyCalendar").AllowAnonymous();
    }

    private static async Task<IResult> OfRoster(
        string id, HttpContext http, Caller caller, DutyDesk desk, DutyViews views, PolicyBook policies, IBusinessClock clock, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        var (now, role, people) = (clock.Now, Title(policies, roster), await views.People(roster, cancel));
        var entries = views.Watches(roster, now - Back, Length).Select(w => Calendars.Entry(roster, roster.Id, w, w.IsGap
            ? $"无人当班 · Nobody on duty ({role})"
            : $"{role}: {string.Join("、", w.People.Select(p => people.TryGetValue(p, out var who) ? who.Name : "?"))}"));
        return Answered(http, Calendars.Write($"{role} {roster.Division}", now, entries));
    }

    private static async Task<IResult> Mine(Caller caller, CalendarAddresses addresses, CancellationToken cancel) =>
        TypedResults.Ok(new { made = (await addresses.Of(caller.Id, cancel)).CalendarHash is not null });

    /// <summary>Makes a new address; the one before stops at once. It is shown this once and kept as a hash.</summary>
    private static async Task<IResult> Make(
        HttpContext http, Caller caller, CalendarAddresses addresses, Permissions permissions, SecurityOptions options, IIds ids)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var secret = ids.Code(SecretLength);
        await addresses.Write(caller, new CalendarAddressMade(StaffFile.HashOf(secret), DutyDesk.Actor(caller)));
        var root = options.PublicUrl?.TrimEnd('/') ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return TypedResults.Ok(new { made = true, url = $"{root}/api/duty/calendar/{secret}.ics" });
    }

    private static async Task<IResult> Revoke(Caller caller, CalendarAddresses addresses)
    {
        await addresses.Write(caller, new CalendarAddressRevoked(DutyDesk.Actor(caller)));
        return TypedResults.NoContent();
    }

    private static async Task<IResult> OfPerson(
        string secret, HttpContext http, CalendarAddresses addresses, Rosters rosters, DutyViews views, PolicyBook policies, IBusinessClock clock,
        CancellationToken cancel)
    {
        if (await addresses.PersonOf(secret, cancel) is not { } person) return new Problem(404, "not-found");
        var now = clock.Now;
        var entries = (await rosters.Naming(person, cancel)).SelectMany(r => Calendars.Of(
            r, person, views.Watches(r, now - Back, Length), $"值班 · Duty: {Title(policies, r)} {r.Division}"));
        return Answered(http, Calendars.Write("值班 · Duty", now, entries.OrderBy(e => e.From)));
    }

    private static string Title(PolicyBook policies, RosterFile roster) =>
        policies.Current.Roles.TryGetValue(roster.Role, out var rule) ? $"{rule.Title.Zh} {rule.Title.En}" : roster.Role;

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Answered(HttpContext http, string calendar)
    {
        http.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Text(calendar, Calendars.MediaType, Encoding.UTF8);
    }
}
