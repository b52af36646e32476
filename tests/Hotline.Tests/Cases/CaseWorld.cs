using System.Collections.Immutable;
using Hotline.Agencies;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Store.Sealing;
using Hotline.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hotline.Tests.Cases;

/// <summary>The base pack, the store's twin in memory and the one writer: everything of a case but HTTP.</summary>
internal sealed class CaseWorld
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 21, 0, 55, 0, TimeSpan.Zero);
    public static readonly Actor Ling = new(Guid.Parse("01a20000-0000-7000-8000-000000000001"), "duty", "DutyOfficer");
    public static readonly Actor Chen = new(Guid.Parse("01a20000-0000-7000-8000-000000000002"), "county", "CountyOfficer");

    public static Pack Pack { get; } = PackLoader.Load(Path.Combine(AppContext.BaseDirectory, "workflows")).Pack!;

    public CaseWorld()
    {
        Policies = new PolicyBook(Pack);
        Kinds = new StreamKinds([
            new CaseKind(CaseKind.Report, Policies), new CaseKind(CaseKind.Case, Policies), new DebriefKind(Policies), new PageKind(),
            .. Names.Assignments.Select(name => new AssignmentKind(name, Policies)),
        ]);
        Writer = new Writer(Store, Kinds, [new Echoes(Kinds, Policies, Ids), new Debriefing(Kinds, Policies)], Ids, NullLogger<Writer>.Instance);
    }

    public SystemIds Ids { get; } = new();

    public MemoryStore Store { get; } = new(TimeProvider.System);

    public PolicyBook Policies { get; }

    public StreamKinds Kinds { get; }

    public Writer Writer { get; }

    /// <summary>A report of two siblings, T1 unless told otherwise; answers its id.</summary>
    public async Task<Guid> Report(string lifeThreat = "yes", DateTimeOffset? at = null)
    {
        var now = at ?? Morning;
        var form = new ReportForm
        {
            Category = "DV", SituationText = "同住的两个孩子", Danger = Triaging.Questions.ToImmutableSortedDictionary(q => q, q => q == "lifeThreat" ? lifeThreat : "no"),
            Children = [new ChildForm(null, "Male", null, 5, null, null), new ChildForm(null, "Female", null, 8, null, null)],
        };
        var names = new ReportNames(
            Ids.New(), "R-" + Ids.Code(10), Ids.New(), [Ids.New(), Ids.New()], [],
            [(Ids.New(), "440199-26-" + Ids.Code(6)), (Ids.New(), "440199-26-" + Ids.Code(6))]);
        var personal = Receiving.Personal(form, names);
        var (refs, _) = await new InMemoryVault(Ids).Seal([.. personal.Select(p => p.Value)]);
        var sealedRefs = personal.Zip(refs).ToDictionary(p => p.First.Field, p => p.Second);
        var written = await Writer.Write("school", now, _ => Task.FromResult<Decision>(Receiving.Decide(
            form, Filer.Public("440199"), names, sealedRefs, "hash", "440199", Pack, Kinds, now)));
        written.ShouldBeOfType<Written.Done>();
        return names.Report;
    }

    public async Task<CaseFile> File(string kind, Guid id) => await new Loader(Store, Kinds).Load<CaseFile>(kind, id, default);

    /// <summary>Takes a step whoever may, of a region where one is named; answers the file after it.</summary>
    public async Task<CaseFile> Take(string kind, Guid id, string trigger, Actor by, DateTimeOffset now, FormValues? values = null, string? region = null)
    {
        await Writer.Write(by.Name, now, async load =>
        {
            var file = await load.Load<CaseFile>(kind, id, default);
            // Whoever's turn it is; where two steps share a trigger the file says which.
            var machine = Pack.Machines[region ?? kind];
            var world = new GuardWorld { Pack = Pack, File = file, Now = now, Region = machine };
            var fired = machine.Fire(file.StateOf(machine), trigger, _ => true);
            if (fired is Move.Ambiguous several) fired = machine.Fire(file.StateOf(machine), trigger, g => GuardChecks.Holds(g, several.Steps[0], world));
            var move = fired.ShouldBeOfType<Move.Made>();
            return new Decision.Accepted(Writing.To(Kinds[kind], id, file, Stepping.Take(Pack, file, move, values ?? FormValues.Nothing, by, now, machine)));
        });
        return await File(kind, id);
    }

    /// <summary>Gives something of a case to another body; answers it as it begins.</summary>
    public async Task<CaseFile> Open(string machine, string trigger, Guid caseId, Actor by, DateTimeOffset now, params (string Field, string Value)[] values)
    {
        var id = Ids.New();
        await Writer.Write(by.Name, now, async load =>
        {
            var file = await load.Load<CaseFile>(CaseKind.Case, caseId, default);
            var move = Pack.Machines[machine].Fire("Draft", trigger, _ => true).ShouldBeOfType<Move.Made>();
            return new Decision.Accepted(Assigning.Open(Pack, (Kinds[machine], Kinds[CaseKind.Case]), file, move, Filled(values), new(id, null, by), now));
        });
        return await File(machine, id);
    }

    public static FormValues Filled(params (string Field, string Value)[] values) =>
        FormValues.Nothing with { Fields = values.ToImmutableSortedDictionary(v => v.Field, v => v.Value) };
}
