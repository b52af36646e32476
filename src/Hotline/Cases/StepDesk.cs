using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>Says whether a person is on duty at a moment; the roster room answers.</summary>
public interface IShifts
{
    Task<bool> IsOnShift(Guid person, string division, DateTimeOffset at, CancellationToken cancel);
}

/// <summary>Offers and checks the steps of reports and cases for one caller.</summary>
public sealed class StepDesk(
    PolicyBook policies, RefOptions refs, IShifts shifts, Desks desks, IVault vault)
{
    private static readonly string[] MergeFacts = ["mergedInto", "mergeInto"];

    /// <summary>Loads what guards may ask about a file.</summary>
    public async Task<GuardWorld> World(Loader load, CaseFile file, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var cases = new List<CaseFile>();
        foreach (var link in file.Cases) cases.Add(await load.Load<CaseFile>(CaseKind.Case, link.Id, cancel));
        foreach (var fact in MergeFacts)
            if (Guid.TryParse(file.Fact(fact), out var into) && into != file.Id && cases.TrueForAll(c => c.Id != into))
                cases.Add(await load.Load<CaseFile>(CaseKind.Case, into, cancel));
        if (file.Assignment is { } assignment) cases.Add(await load.Load<CaseFile>(CaseKind.Case, assignment.Case, cancel));
        var reports = new List<CaseFile>();
        foreach (var link in file.Kind == CaseKind.Report ? [] : file.Assignment is null ? file.Reports : cases[^1].Reports)
            reports.Add(await load.Load<CaseFile>(CaseKind.Report, link.Id, cancel));
        return new()
        {
            Pack = policies.Of(file), File = file, Now = now, By = caller.Id, Cases = [.. cases], Reports = [.. reports],
            OnShift = AsksForShift(file) && await load.Once($"on shift {file.Division}", () => shifts.IsOnShift(caller.Id, file.Division, now, cancel)),
            InJurisdiction = await desks.Handling(file.Division, file.Division, cancel) == file.Division,
        };
    }

    private bool AsksForShift(CaseFile file)
    {
        var (pack, now) = (policies.Of(file), policies.For(file.Division));
        return Regions.Of(pack, file).Prepend(pack.Machines[file.Kind]).Concat(Names.Assignments.Select(name => now.Machines[name]))
            .Any(machine => machine.StepsFrom(file.StateOf(machine)).Any(GuardChecks.AsksForShift));
    }

    /// <summary>Every step the caller's roles may take from here, allowed or not, and why not.</summary>
    public async Task<IReadOnlyList<StepView>> Offered(
        Loader load, CaseFile file, Caller caller, bool asLinked, DateTimeOffset now, CancellationToken cancel)
    {
        var world = await World(load, file, caller, now, cancel);
        var main = world.Machine;
        // The regions of a case rest when it has ended: whoever has news reopens it first.
        var regions = main.Find(file.State) is { Final: true } ? [] : Regions.Of(world.Pack, file);
        var offered = new List<StepView>();
        foreach (var machine in regions.Prepend(main)) offered.AddRange(await Offered(load, world with { Region = machine }, caller, asLinked, cancel));
        return offered;
    }

    /// <summary>Steps by which a case gives something to another body. What begins now begins under the pack of now.</summary>
    public async Task<IReadOnlyList<StepView>> Openings(Loader load, CaseFile file, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var world = await World(load, file, caller, now, cancel) with { Pack = policies.For(file.Division) };
        var offered = new List<StepView>();
        foreach (var name in Names.Assignments) offered.AddRange(await Offered(load, world with { Region = world.Pack.Machines[name] }, caller, false, cancel));
        return offered;
    }

    private async Task<IReadOnlyList<StepView>> Offered(Loader load, GuardWorld world, Caller caller, bool asLinked, CancellationToken cancel)
    {
        // Where several steps share a trigger the one that holds is shown, else the first of the caller's.
        var (file, subject) = (world.File, Permissions.SubjectOf(world.File));
        var mine = world.Machine.StepsFrom(file.StateOf(world.Machine)).Where(s => Permissions.RoleFor(caller, s, subject) is not null).ToList();
        var options = await refs.For(load, world, caller, mine.SelectMany(s => s.Form).Select(f => f.Ref).OfType<string>(), cancel);
        return [.. mine.GroupBy(s => s.Trigger).Select(group => View([.. group], world, options, asLinked))];
    }

    private static StepView View(
        IReadOnlyList<Step> steps, GuardWorld world, IReadOnlyDictionary<string, IReadOnlyList<Option>> options, bool asLinked)
    {
        var (file, pack, machine, trigger) = (world.File, world.Pack, world.Machine.Name, steps[0].Trigger);
        var (step, why) = steps.Select(s => (Step: s, Why: Unmet(s, world, options))).OrderBy(s => s.Why.Count).First();
        var token = asLinked ? $"{machine}.{trigger}@{file.Id}" : $"{machine}.{trigger}";
        return new(
            token, machine, trigger, asLinked ? file.Id : null, file.Version, step.Title, why.Count == 0, why,
            SchemaOf(step, options), step.To,
            [.. step.Starts.Select(c => pack.Clocks[c].Name)], step.Documents, step.Law.Ref, Marks.Word(step.Law.Mark));
    }

    /// <summary>A form without references is the same for everybody, so it is drawn up once.</summary>
    private static JsonElement SchemaOf(Step step, IReadOnlyDictionary<string, IReadOnlyList<Option>> options) =>
        step.Form.Any(field => field.Ref is not null)
            ? JsonSerializer.SerializeToElement(Forms.Schema(step, kind => options.GetValueOrDefault(kind) ?? []))
            : Schemas.GetValue(step, static alike => new(JsonSerializer.SerializeToElement(Forms.Schema(alike, _ => [])))).Value;

    private static readonly ConditionalWeakTable<Step, StrongBox<JsonElement>> Schemas = [];

    /// <summary>What stands between a file and a step: guards, and references that have nothing to point to.</summary>
    public static IReadOnlyList<Why> Unmet(Step step, GuardWorld world, IReadOnlyDictionary<string, IReadOnlyList<Option>> options) =>
    [
        .. step.Guards.Where(g => !GuardChecks.Holds(g, step, world)).Select(g => new Why(g, Guards.Why(g).Zh, Guards.Why(g).En)),
        .. step.Form.Where(f => f.Required && f.Ref is { } kind && options.GetValueOrDefault(kind) is not { Count: > 0 })
            .Select(f => new Why("nothing-to-choose", $"“{f.Label.Zh}”目前没有可选项", $"There is nothing to choose for “{f.Label.En}”")),
    ];

    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Option>>> Options(
        Loader load, GuardWorld world, Caller caller, Step step, CancellationToken cancel) =>
        await refs.For(load, world, caller, step.Form.Select(f => f.Ref).OfType<string>(), cancel);

    /// <summary>Danger answers stay readable: guards and triage live on them, and they name nobody.</summary>
    private static bool IsSealed(Field field) => field.Type switch
    {
        FieldType.Text or FieldType.Date => field.Sensitivity >= 2,
        FieldType.Choice => field.Sensitivity >= 3,
        _ => false,
    };

    private static string Plain(System.Text.Json.Nodes.JsonNode? value) => value is System.Text.Json.Nodes.JsonArray list
        ? string.Join(',', list.Select(Plain)) : value?.ToString().Normalize() ?? "";

    /// <summary>Splits a checked form: what is personal is sealed under the child's key (on a report: under the report's own).</summary>
    public async Task<(FormValues Filled, ImmutableArray<RowChange> Rows)> Seal(
        CaseFile file, Step step, System.Text.Json.Nodes.JsonObject form, CancellationToken cancel)
    {
        var values = form.ToDictionary(pair => pair.Key, pair => Plain(pair.Value));
        var secret = step.Form.Where(f => IsSealed(f) && values.ContainsKey(f.Name)).ToList();
        var (sealedRefs, rows) = secret.Count == 0 ? ([], [])
            : await vault.Seal([.. secret.Select(f => new ToSeal(file.Person, f.Sensitivity, values[f.Name]))], cancel);
        var filled = new FormValues(
            values.Where(v => secret.All(f => f.Name != v.Key)).ToImmutableSortedDictionary(v => v.Key, v => v.Value),
            secret.Zip(sealedRefs).ToImmutableSortedDictionary(pair => pair.First.Name, pair => pair.Second));
        return (filled, [.. rows]);
    }
}
