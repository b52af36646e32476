using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>A hand-over as both shifts read it. The briefing is made from what is true now until both have signed.</summary>
public sealed record HandOverView(
    Guid Id, long Version, string State, Guid Roster, string Division, string Role, IReadOnlyList<PersonView> Outgoing,
    IReadOnlyList<PersonView> Incoming, DateTimeOffset OpenedAt, DateTimeOffset SignBy, IReadOnlyList<SignatureView> Signatures,
    ImmutableArray<BriefingItem>? Briefing);

public sealed record SignatureView(string Side, string Name, string Role, DateTimeOffset At);

/// <summary>/api/duty/handovers: one shift tells the next what stands open, and both sign.</summary>
public static class HandOverEndpoints
{
    private const int BodyBytesMax = 4 * 1024;

    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapGet("/handovers", List).WithName("ListHandOvers");
        duty.MapPost("/handovers", Open).WithName("OpenHandOver").Produces<HandOverView>();
        duty.MapGet("/handovers/{id}", Get).WithName("GetHandOver").Produces<HandOverView>();
        duty.MapPost("/handovers/{id}/sign", Sign).WithName("SignHandOver").Produces<HandOverView>();
    }

    private static async Task<IResult> List(
        string? division, bool? open, Caller caller, HandOverDesk desk, DutyRoomQueries queries, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var items = new List<HandOverView>();
        if (Divisions.Asked(division, caller) is { } scope)
            foreach (var file in await queries.HandOvers(scope, open == true, cancel)) items.Add(await desk.View(file, briefed: false, cancel));
        return TypedResults.Json(new { items, cursor = (string?)null }, Codec.Json);
    }

    /// <summary>Before the plan's time, or where the plan knows of no change: whoever is on duty hands over to whom they name.</summary>
    private static async Task<IResult> Open(
        HttpContext http, Caller caller, HandOverDesk hands, DutyDesk desk, DutyViews views, Keys keys, IBusinessClock clock, IIds ids, CancellationToken cancel)
    {
        var id = ids.New();
        return await PlanEndpoints.Keyed(http, caller, keys, () => Latest(hands, caller, cancel), async (body, key) =>
        {
            if (await desk.Find(Bodies.Text(body, "roster") ?? "", caller, cancel) is not { } roster) return new Problem(404, "not-found");
            var now = views.Watches(roster, clock.Now, TimeSpan.FromMinutes(1))[0].People;
            if (!now.Contains(caller.Id) && !desk.Manages(caller)) return new Problem(403, "forbidden");
            if (Bodies.People(body, "to") is not { Length: > 0 } to) return Planning.Invalid("to", "须写明接班人。 Say who takes over.");
            if (await desk.Unfit(to, roster.Role, cancel) is { Count: > 0 } unfit) return Planning.Invalid("to", unfit);
            return await hands.Open(roster.Id, id, to, caller, key) switch
            {
                Written.Refused no => no.Problem,
                Written.Nothing => Planning.Invalid("to", "没有人交班或没有人接班。 Nobody goes, or nobody comes."),
                _ => await Shown(hands, id, caller, cancel),
            };
        }, cancel);
    }

    private static async Task<IResult> Get(string id, Caller caller, HandOverDesk desk, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) ? await Shown(desk, guid, caller, cancel) : new Problem(404, "not-found");

    private static async Task<IResult> Sign(string id, HttpContext http, Caller caller, HandOverDesk desk, CancellationToken cancel)
    {
        if (!Guid.TryParse(id, out var guid) || await desk.Find(guid, caller, cancel) is null) return new Problem(404, "not-found");
        string? side = null;
        var bytes = await JsonBody.Bytes(http, BodyBytesMax, cancel);
        if (bytes is not [])
        {
            var (body, refusal) = JsonBody.Parse(http, bytes, BodyBytesMax);
            if (refusal is not null) return refusal;
            using var given = body!;
            side = Bodies.Text(given.RootElement, "side");
        }
        return await desk.Sign(guid, side, caller, cancel) is Written.Refused no ? no.Problem : await Shown(desk, guid, caller, cancel);
    }

    private static async Task<IResult> Shown(HandOverDesk desk, Guid id, Caller caller, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } file ? TypedResults.Json(await desk.View(file, briefed: true, cancel), Codec.Json) : new Problem(404, "not-found");

    private static async Task<IResult> Latest(HandOverDesk desk, Caller caller, CancellationToken cancel) =>
        await desk.Latest(caller, cancel) is { } file ? TypedResults.Json(await desk.View(file, briefed: true, cancel), Codec.Json) : new Problem(404, "not-found");
}

/// <summary>Opens, signs and shows hand-overs.</summary>
public sealed class HandOverDesk(
    IEventStore store, StreamKinds kinds, Writer writer, DutyRoomQueries queries, DutyViews views, DutyDesk desk, PolicyBook policies, IBusinessClock clock)
{
    public async Task<HandOverFile?> Find(Guid id, Caller caller, CancellationToken cancel)
    {
        var file = await new Loader(store, kinds).Load<HandOverFile>(HandOverFile.KindName, id, cancel);
        return file.Opened is { } opened && desk.MayRead(caller, opened.Division) ? file : null;
    }

    public async Task<HandOverFile?> Latest(Caller caller, CancellationToken cancel) =>
        (await queries.HandOvers(caller.Scope, openOnly: false, cancel)).FirstOrDefault();

    public Task<Written> Open(Guid rosterId, Guid id, ImmutableArray<Guid> to, Caller caller, RequestKey key) => writer.Write(caller.User, clock.Now, async load =>
    {
        var roster = await load.Load<RosterFile>(RosterFile.KindName, rosterId, CancellationToken.None);
        var pack = policies.For(roster.Division);
        var decision = HandingOver.Early(Kinds(load), roster, to, pack.Duty.HandOver, pack.Calendar, id, clock.Now);
        return decision is Decision.Accepted yes ? yes with { Rows = [Keys.Claim(key, id, clock.Now)] } : decision;
    });

    public async Task<Written> Sign(Guid id, string? side, Caller caller, CancellationToken cancel)
    {
        var seen = await new Loader(store, kinds).Load<HandOverFile>(HandOverFile.KindName, id, cancel);
        var briefing = await queries.Briefing(Divisions.Scope(seen.Opened!.Division), cancel);
        return await writer.Write(caller.User, clock.Now, async load =>
        {
            var file = await load.Load<HandOverFile>(HandOverFile.KindName, id, CancellationToken.None);
            var roster = await load.Load<RosterFile>(RosterFile.KindName, file.Opened!.Roster, CancellationToken.None);
            return HandingOver.Sign(Kinds(load), file, roster, DutyDesk.Actor(caller), side, desk.Manages(caller), briefing, clock.Now);
        });
    }

    public async Task<HandOverView> View(HandOverFile file, bool briefed, CancellationToken cancel)
    {
        var opened = file.Opened!;
        var people = await views.Named([.. opened.Outgoing, .. opened.Incoming, .. file.Signatures.Select(s => s.By.Id)], cancel);
        ImmutableArray<BriefingItem>? briefing = !briefed ? null
            : file.IsSigned ? file.Read : await queries.Briefing(Divisions.Scope(opened.Division), cancel);
        return new(
            file.Id, file.Version, file.State, opened.Roster, opened.Division, opened.Role, [.. opened.Outgoing.Select(p => people[p])],
            [.. opened.Incoming.Select(p => people[p])], file.OpenedAt, opened.SignBy,
            [.. file.Signatures.Select(s => new SignatureView(s.Side, people[s.By.Id].Name, s.By.Role, s.At))], briefing);
    }

    private static (StreamKind HandOver, StreamKind Roster) Kinds(Loader load) => (load.Kind(HandOverFile.KindName), load.Kind(RosterFile.KindName));
}
