using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>What moves a roster aside for a while: overrides, swaps with consent, absences.</summary>
public static class PlanEndpoints
{
    private const int BodyBytesMax = 16 * 1024;
    private const int PeopleMax = 20;

    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapPost("/rosters/{id}/overrides", Override).WithName("AddOverride").Produces<RosterView>();
        duty.MapDelete("/rosters/{id}/overrides/{over}", WithdrawOverride).WithName("WithdrawOverride").Produces<RosterView>();
        duty.MapPost("/rosters/{id}/swaps", Propose).WithName("ProposeSwap").Produces<RosterView>();
        duty.MapPost("/rosters/{id}/swaps/{swap}/{answer}", Answer).WithName("AnswerSwap").Produces<RosterView>();
        duty.MapPost("/absences", Leave).WithName("PlanAbsence");
        duty.MapDelete("/absences/{id}", Return).WithName("WithdrawAbsence");
    }

    private static async Task<IResult> Override(
        string id, HttpContext http, Caller caller, DutyDesk desk, Keys keys, IIds ids, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        if (!desk.Manages(caller)) return new Problem(403, "forbidden");
        return await Keyed(http, caller, keys, () => Shown(http, desk, roster.Id, cancel), async (body, key) =>
        {
            var people = Bodies.Person(body, "person") is { } one ? [one] : Bodies.People(body, "people") ?? [];
            if (people.IsEmpty || people.Length > PeopleMax || Window(body) is not var (from, until)) return Planning.Invalid(OverrideErrors);
            if (await desk.Unfit(people, roster.Role, cancel) is { Count: > 0 } unfit) return Planning.Invalid("person", unfit);
            var over = new ShiftOverride(ids.New(), people[0], from, until) { Others = [.. people.Skip(1).Distinct()] };
            return await Ended(http, desk, roster.Id, await desk.Change(roster, caller, Acknowledged(body), key,
                (kind, now, scene) => Planning.Override(kind, now, over, scene)), cancel);
        }, cancel);
    }

    private static readonly Dictionary<string, string[]> OverrideErrors = new()
    {
        [""] = ["须有 person 或 people、from、until；until 晚于 from 和现在，最长 31 天。 person or people, from and until; until after from and now, 31 days at most."],
    };

    private static async Task<IResult> WithdrawOverride(
        string id, Guid over, bool? acknowledgeGaps, HttpContext http, Caller caller, DutyDesk desk, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        if (!desk.Manages(caller)) return new Problem(403, "forbidden");
        return await Ended(http, desk, roster.Id, await desk.Change(roster, caller, acknowledgeGaps == true, null,
            (kind, now, scene) => Planning.WithdrawOverride(kind, now, over, scene)), cancel);
    }

    /// <summary>Who asks gives; the other one must agree.</summary>
    private static async Task<IResult> Propose(
        string id, HttpContext http, Caller caller, DutyDesk desk, Keys keys, IIds ids, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        return await Keyed(http, caller, keys, () => Shown(http, desk, roster.Id, cancel), async (body, key) =>
        {
            if (Bodies.Person(body, "taker") is not { } taker || Window(body) is not var (from, until))
                return Planning.Invalid("", "须有 taker、from、until。 taker, from and until are needed.");
            if (await desk.Unfit([taker], roster.Role, cancel) is { Count: > 0 } unfit) return Planning.Invalid("taker", unfit);
            var swap = new Swap(ids.New(), caller.Id, taker, from, until, Bodies.Moment(body, "backFrom"), Bodies.Moment(body, "backUntil"));
            return await Ended(http, desk, roster.Id, await desk.Change(roster, caller, false, key,
                (kind, now, scene) => Planning.Propose(kind, now, swap, scene)), cancel);
        }, cancel);
    }

    private static async Task<IResult> Answer(
        string id, Guid swap, string answer, bool? acknowledgeGaps, HttpContext http, Caller caller, DutyDesk desk, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } roster) return new Problem(404, "not-found");
        var state = answer switch { "accept" => Swap.Accepted, "decline" => Swap.Declined, "withdraw" => Swap.Withdrawn, _ => null };
        if (state is null) return new Problem(404, "not-found");
        if (state == Swap.Accepted && await desk.Unfit([caller.Id], roster.Role, cancel) is { Count: > 0 } unfit)
            return Planning.Invalid("taker", unfit);
        return await Ended(http, desk, roster.Id, await desk.Change(roster, caller, acknowledgeGaps == true, null,
            (kind, now, scene) => Planning.Answer(kind, now, swap, state, scene)), cancel);
    }

    /// <summary>One's own absence; that of others for those who keep the rosters.</summary>
    private static async Task<IResult> Leave(
        HttpContext http, Caller caller, DutyDesk desk, Rosters rosters, Permissions permissions, Keys keys, IIds ids, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        Guid person = caller.Id;
        return await Keyed(http, caller, keys, () => OfPerson(person, rosters, desk, caller, cancel), async (body, key) =>
        {
            person = Bodies.Person(body, "person") ?? caller.Id;
            if (await Refusal(person, caller, desk, rosters, cancel) is { } no) return no;
            if (Window(body) is not var (from, until)) return Planning.Invalid("", "须有 from、until。 from and until are needed.");
            var absence = new Absence(ids.New(), person, from, until);
            return await desk.ChangeAll(person, caller, Acknowledged(body), key, (kind, all, scene) => Planning.Leave(kind, all, absence, scene), cancel)
                is Written.Refused refused ? refused.Problem : await OfPerson(person, rosters, desk, caller, cancel);
        }, cancel);
    }

    private static async Task<IResult> Return(Guid id, Caller caller, DutyDesk desk, Rosters rosters, CancellationToken cancel)
    {
        if (await rosters.AbsenteeOf(id, cancel) is not { } person) return new Problem(404, "not-found");
        if (await Refusal(person, caller, desk, rosters, cancel) is { } no) return no;
        return await desk.ChangeAll(person, caller, true, null, (kind, all, scene) =>
                Planning.Return(kind, [.. all.Where(r => r.Absences.Any(a => a.Id == id))], id, scene), cancel)
            is Written.Refused refused ? refused.Problem : await OfPerson(person, rosters, desk, caller, cancel);
    }

    /// <summary>Null when the caller may plan this person's absence.</summary>
    private static async Task<Problem?> Refusal(Guid person, Caller caller, DutyDesk desk, Rosters rosters, CancellationToken cancel)
    {
        if (person == caller.Id) return null;
        var seen = (await rosters.Naming(person, cancel)).All(r => desk.MayRead(caller, r.Division));
        return desk.Manages(caller) && seen ? null : new Problem(403, "forbidden");
    }

    /// <summary>The rosters that name a person, as far as the caller may read them.</summary>
    private static async Task<IResult> OfPerson(Guid person, Rosters rosters, DutyDesk desk, Caller caller, CancellationToken cancel)
    {
        var items = new List<RosterView>();
        foreach (var roster in await rosters.Naming(person, cancel))
            if (desk.MayRead(caller, roster.Division)) items.Add(await desk.View(roster, cancel));
        return TypedResults.Json(new { items, cursor = (string?)null }, Codec.Json);
    }

    /// <summary>Reads key and body in the contract's order; a key used before gives what there is now, or 409 for another body.</summary>
    internal static Task<IResult> Keyed(
        HttpContext http, Caller caller, Keys keys, Func<Task<IResult>> again, Func<JsonElement, RequestKey, Task<IResult>> act, CancellationToken cancel) =>
        Keyed(http, caller, keys, _ => again(), act, cancel);

    /// <param name="again">What a repeat is answered, by the stream that the first request wrote to.</param>
    internal static async Task<IResult> Keyed(
        HttpContext http, Caller caller, Keys keys, Func<Guid, Task<IResult>> again, Func<JsonElement, RequestKey, Task<IResult>> act, CancellationToken cancel)
    {
        var (keyText, noKey) = Keys.Of(http.Request, required: true);
        if (noKey is not null) return noKey;
        var bytes = await JsonBody.Bytes(http, BodyBytesMax, cancel);
        var key = Keys.For(http, caller.Id, keyText, bytes ?? [])!;
        using var held = await keys.Hold(key, cancel);
        if (await keys.Find(key, cancel) is { } first)
            return first.BodyHash.AsSpan().SequenceEqual(key.BodyHash) ? await again(first.Stream) : new Problem(409, "key-reused");
        var (body, refusal) = JsonBody.Parse(http, bytes, BodyBytesMax);
        if (refusal is not null) return refusal;
        using var given = body!;
        return await act(given.RootElement, key);
    }

    private static async Task<IResult> Ended(HttpContext http, DutyDesk desk, Guid roster, Written written, CancellationToken cancel) =>
        written is Written.Refused no ? no.Problem : await Shown(http, desk, roster, cancel);

    private static async Task<IResult> Shown(HttpContext http, DutyDesk desk, Guid roster, CancellationToken cancel) =>
        await DutyEndpoints.Shown(http, desk, await desk.Load(roster), cancel);

    private static bool Acknowledged(JsonElement body) => Bodies.Flag(body, "acknowledgeGaps");

    private static (DateTimeOffset From, DateTimeOffset Until)? Window(JsonElement body) =>
        Bodies.Moment(body, "from") is { } from && Bodies.Moment(body, "until") is { } until ? (from, until) : null;
}
