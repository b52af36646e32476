using System.Globalization;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Telephony;

namespace Hotline.Duty;

/// <summary>/api/duty/people: telephones and their codes, training, channels. Each for themselves; the rest for those who keep the rosters.</summary>
public static class StaffEndpoints
{
    private const int BodyBytesMax = 4 * 1024;

    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapGet("/people", List).WithName("ListDutyPeople");
        duty.MapPut("/people/{id}/contact", Contact).WithName("PutContact").Produces<StaffView>();
        duty.MapPost("/people/{id}/code", Send).WithName("SendContactCode").Produces<StaffView>();
        duty.MapPost("/people/{id}/code/confirm", Confirm).WithName("ConfirmContactCode").Produces<StaffView>();
        duty.MapPut("/people/{id}/training", Train).WithName("PutTraining").Produces<StaffView>();
        duty.MapPut("/people/{id}/channels/{channel}", Switch).WithName("PutChannel").Produces<StaffView>();
    }

    private static async Task<IResult> List(string? division, Caller caller, StaffDesk staff, DutyDesk desk, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var seen = Divisions.Asked(division, caller) is { } scope ? await staff.Within(scope, cancel) : [];
        // Whoever is rung but reads no file of the county sees themselves alone.
        if (!desk.MayRead(caller, division is { Length: > 0 } ? division : caller.Division)) seen = [.. seen.Where(s => s.Id == caller.Id)];
        return TypedResults.Json(new { items = seen, cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IResult> Contact(
        string id, HttpContext http, Caller caller, StaffDesk staff, DutyDesk desk, CancellationToken cancel)
    {
        var (who, refused) = await Find(id, caller, staff, desk, mineToo: true, cancel);
        if (who is null) return refused!;
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        using var given = body!;
        if (PhoneNumber.Parse(Bodies.Text(given.RootElement, "phone")) is not { } number)
            return Planning.Invalid("phone", "须为国际格式的电话号码，例如 +8613800000000。 A telephone number in international form, e.g. +8613800000000.");
        if (staff.RungAs(who) is not { } role) return Planning.Invalid("phone", "没有呼叫方案用到此人的角色。 No escalation rings this person's role.");
        return await staff.Keep(who, role, number, cancel) is { } kept
            ? TypedResults.Json(kept, Codec.Json)
            : Planning.Invalid("phone", "这个号码登记在别人名下。 This number is on file for somebody else.");
    }

    private static async Task<IResult> Send(
        string id, Caller caller, StaffDesk staff, DutyDesk desk, Contacts contacts, CancellationToken cancel)
    {
        var (who, refused) = await Find(id, caller, staff, desk, mineToo: true, cancel);
        if (who is null) return refused!;
        if (await contacts.Of(who.Id, cancel) is not { } contact) return Planning.Invalid("phone", DutyDesk.NotReachable);
        return await staff.SendCode(contact, caller) is Written.Refused no ? no.Problem : TypedResults.Json(who, Codec.Json);
    }

    /// <summary>Only the person themselves has the telephone in hand.</summary>
    private static async Task<IResult> Confirm(
        string id, HttpContext http, Caller caller, StaffDesk staff, DutyDesk desk, Contacts contacts, CancellationToken cancel)
    {
        var (who, refused) = await Find(id, caller, staff, desk, mineToo: true, cancel);
        if (who is null) return refused!;
        if (who.Id != caller.Id) return new Problem(403, "forbidden");
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        using var given = body!;
        if (await contacts.Of(who.Id, cancel) is not { } contact) return Planning.Invalid("code", DutyDesk.NotReachable);
        var code = (Bodies.Text(given.RootElement, "code") ?? "").Normalize(System.Text.NormalizationForm.FormKC).Trim();
        return await staff.Confirm(contact, code, caller, cancel) switch
        {
            Written.Refused no => no.Problem,
            Written.Done done when done.File<StaffFile>(who.Id).VerifiedNumber != contact.NumberValue
                || done.Changes.SelectMany(c => c.Events).Any(e => e is ContactCodeMissed) =>
                Planning.Invalid("code", "验证码不对。 The code is wrong."),
            _ => TypedResults.Json(await staff.Of(who.Id, cancel), Codec.Json),
        };
    }

    private static async Task<IResult> Train(
        string id, HttpContext http, Caller caller, StaffDesk staff, DutyDesk desk, Store.IBusinessClock clock, CancellationToken cancel)
    {
        var (who, refused) = await Find(id, caller, staff, desk, mineToo: false, cancel);
        if (who is null) return refused!;
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        using var given = body!;
        var today = DateOnly.FromDateTime(clock.Now.ToOffset(TimeSpan.FromHours(8)).DateTime);
        if (!DateOnly.TryParseExact(Bodies.Text(given.RootElement, "on"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on)
            || on > today || on.Year < 2000)
            return Planning.Invalid("on", "须为不晚于今天的日期（YYYY-MM-DD）。 A date as YYYY-MM-DD, today at the latest.");
        return await staff.Train(who.Id, on, caller) is Written.Refused no ? no.Problem : TypedResults.Json(await staff.Of(who.Id, cancel), Codec.Json);
    }

    /// <summary>Puts a channel on again, or takes it off after a drill that did not reach the person. Who opted out opts in by text alone.</summary>
    private static async Task<IResult> Switch(
        string id, string channel, HttpContext http, Caller caller, StaffDesk staff, DutyDesk desk, Contacts contacts, Store.IBusinessClock clock,
        CancellationToken cancel)
    {
        var (who, refused) = await Find(id, caller, staff, desk, mineToo: false, cancel);
        if (who is null) return refused!;
        if (channel is not ("sms" or "call")) return new Problem(404, "not-found");
        var (body, wrong) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (wrong is not null) return wrong;
        using var given = body!;
        var on = given.RootElement.ValueKind == JsonValueKind.Object && given.RootElement.TryGetProperty("on", out var value) ? value.ValueKind : JsonValueKind.Undefined;
        if (on is not (JsonValueKind.True or JsonValueKind.False)) return Planning.Invalid("on", "须为 true 或 false。 true or false.");
        if (await contacts.Of(who.Id, cancel) is not { } contact) return Planning.Invalid("phone", DutyDesk.NotReachable);
        if (contact.Off(channel) == Duty.Contact.OptedOut) return new Problem(409, "channel-opted-out");
        await contacts.Set(contact, channel, on == JsonValueKind.True ? null : Duty.Contact.DrillFailed, clock.Now);
        return TypedResults.Json(await staff.Of(who.Id, cancel), Codec.Json);
    }

    /// <summary>The person, if they are the caller's to know, and theirs to change.</summary>
    private static async Task<(StaffView? Who, Problem? Refused)> Find(
        string id, Caller caller, StaffDesk staff, DutyDesk desk, bool mineToo, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid) || await staff.Of(guid, cancel) is not { } who) return (null, new(404, "not-found"));
        if (mineToo && who.Id == caller.Id) return (who, null);
        if (!desk.MayRead(caller, who.Division)) return (null, new(404, "not-found"));
        return desk.Manages(caller) ? (who, null) : (null, new(403, "forbidden"));
    }
}
