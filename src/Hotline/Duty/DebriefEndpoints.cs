using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>A debrief as the duty room and the auditor see it. The words and the steps come with one debrief, not with the list.</summary>
/// <param name="Why">T1 or Death.</param>
public sealed record DebriefView(
    Guid Id, long Version, string State, Text StateTitle, string CaseNumber, string Why, string Division, DateTimeOffset AskedAt,
    IReadOnlyList<ClockView> Clocks, DateTimeOffset? HeldAt, string? HeldBy, bool Exercise, IReadOnlyList<FieldView>? Words, IReadOnlyList<StepView>? Steps);

/// <summary>/api/duty/debriefs: those that are owed, and what was said in those that were held.</summary>
public static class DebriefEndpoints
{
    public static void Map(RouteGroupBuilder duty)
    {
        duty.MapGet("/debriefs", List).WithName("ListDebriefs");
        duty.MapGet("/debriefs/{id}", Get).WithName("GetDebrief").Produces<DebriefView>();
        duty.MapPost("/debriefs/{id}/steps/{step}", Take).WithName("TakeDebriefStep").Produces<DebriefView>();
    }

    private static async Task<IResult> List(
        string? division, bool? open, Caller caller, DutyRoomQueries queries, DebriefDesk desk, Permissions permissions, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.ReadDebriefs)) return new Problem(403, "forbidden");
        var items = new List<DebriefView>();
        if (Divisions.Asked(division, caller) is { } scope)
            foreach (var id in await queries.Debriefs(scope, open == true, cancel)) items.Add(await desk.Listed(id, cancel));
        return TypedResults.Json(new { items, cursor = (string?)null }, Codec.Json);
    }

    private static async Task<IResult> Get(string id, Caller caller, DebriefDesk desk, CancellationToken cancel) =>
        await desk.Find(id, caller, cancel) is { } file ? TypedResults.Json(await desk.View(file, caller, cancel), Codec.Json) : new Problem(404, "not-found");

    private static async Task<IResult> Take(
        string id, string step, HttpContext http, Caller caller, DebriefDesk desk, StepEndpoint steps, CancellationToken cancel)
    {
        if (await desk.Find(id, caller, cancel) is not { } file) return new Problem(404, "not-found");
        if (StepToken.Parse(step) is not { } token || (token.Target is { } target && target != file.Id)) return new Problem(404, "not-found");
        return await steps.Take(http, caller, Permissions.SubjectOf(file), file.Id, token, async load =>
            await desk.View(await load.Load<CaseFile>(DebriefFacts.Kind, file.Id, CancellationToken.None), caller, CancellationToken.None), cancel);
    }
}

/// <summary>Finds and shows debriefs; opening the words of one is a look on record.</summary>
public sealed class DebriefDesk(
    IEventStore store, StreamKinds kinds, StepDesk steps, IVault vault, Looks looks, DutyViews views, Permissions permissions, PolicyBook policies,
    IBusinessClock clock)
{
    private const string HoldTrigger = "Hold";

    /// <summary>Staff's own words may tell of a person, though they should not.</summary>
    private const int WordsClass = 2;

    /// <summary>The auditor reads these though no case.</summary>
    public async Task<CaseFile?> Find(string id, Caller caller, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await Load(guid, cancel) is { Debrief: not null } file
        && permissions.Has(caller, Permissions.ReadDebriefs) && Divisions.Covers(caller.Scope, file.Division) ? file : null;

    public async Task<DebriefView> Listed(Guid id, CancellationToken cancel) => await Shown(await Load(id, cancel), cancel);

    public async Task<DebriefView> View(CaseFile file, Caller caller, CancellationToken cancel) => await Shown(file, cancel) with
    {
        Words = await Words(file, caller, cancel),
        Steps = await steps.Offered(new Loader(store, kinds), file, caller, false, clock.Now, cancel),
    };

    private async Task<DebriefView> Shown(CaseFile file, CancellationToken cancel)
    {
        var pack = policies.Of(file);
        var by = file.State == "Held" ? file.Owner : null;
        return new(
            file.Id, file.Version, file.State, pack.Machines[DebriefFacts.Kind].Find(file.State)?.Title ?? new Text(file.State, file.State), file.Number,
            file.Fact("why")!, file.Division, file.OpenedAt, ClockView.All(file.Clocks.Values, pack), by is null ? null : file.LastHumanStepAt,
            by is null ? null : (await views.Named([by.Id], cancel))[by.Id].Name, file.Exercise, null, null);
    }

    private async Task<IReadOnlyList<FieldView>> Words(CaseFile file, Caller caller, CancellationToken cancel)
    {
        var held = (await store.Read(file.Id, 0, cancel)).Select(Codec.Read).Select(e => e.What).OfType<StepTaken>().Where(s => s.Trigger == HoldTrigger).ToList();
        if (held.Count == 0) return [];
        await looks.Record(caller, "debrief", WordsClass, file.Id, "debrief", clock.Now, cancel);
        var words = await vault.Open([.. held.SelectMany(s => s.Sealed.Values).Select(r => r.ValueId)], cancel);
        return [.. held.SelectMany(s => s.Sealed.Select(f => new FieldView(Timeline.Label(s, f.Key, policies.Of(file)), words.GetValueOrDefault(f.Value.ValueId), false)))];
    }

    private Task<CaseFile> Load(Guid id, CancellationToken cancel) => new Loader(store, kinds).Load<CaseFile>(DebriefFacts.Kind, id, cancel);
}
