using Hotline.Cases;
using Hotline.Tests.Cases;
using Hotline.Workflow;

namespace Hotline.Tests.Agencies;

/// <summary>A case with people of other bodies around it.</summary>
internal sealed class AgencyWorld
{
    public static readonly Guid School = Guid.Parse("01a20000-0000-7000-8000-0000000000a1");
    public static readonly Guid Centre = Guid.Parse("01a20000-0000-7000-8000-0000000000a2");
    public static readonly Actor Wu = new(Guid.Parse("01a20000-0000-7000-8000-000000000011"), "school", "AgencyStaff");
    public static readonly Actor He = new(Guid.Parse("01a20000-0000-7000-8000-000000000012"), "institution", "InstitutionStaff");
    public static readonly Actor Gao = new(Guid.Parse("01a20000-0000-7000-8000-000000000013"), "city", "CitySupervisor");
    public static readonly DateTimeOffset Noon = CaseWorld.Morning.AddHours(3);

    public CaseWorld World { get; } = new();

    public Guid Case { get; private set; }

    public static async Task<AgencyWorld> Start(string lifeThreat = "yes")
    {
        var world = new AgencyWorld();
        var report = await world.World.File(CaseKind.Report, await world.World.Report(lifeThreat));
        world.Case = report.Cases[0].Id;
        return world;
    }

    public Task<CaseFile> File() => World.File(CaseKind.Case, Case);

    public Task<CaseFile> Task(string namesChild = "false") => World.Open(
        "task", "Open", Case, CaseWorld.Chen, CaseWorld.Morning, ("agency", School.ToString()), ("kind", "Schooling"), ("namesChild", namesChild));

    public Task<CaseFile> Transfer(string kind = "CivilToInstitution") => World.Open(
        "transfer", "Propose", Case, CaseWorld.Chen, CaseWorld.Morning, ("to", Centre.ToString()), ("kind", kind));

    public Task<CaseFile> Visit() => World.Open(
        "visit", "Plan", Case, CaseWorld.Chen, CaseWorld.Morning, ("visitor", Centre.ToString()), ("kind", "SafetyCheck"));

    public Task<CaseFile> Take(CaseFile file, string trigger, Actor by, params (string Field, string Value)[] values) =>
        World.Take(file.Kind, file.Id, trigger, by, Noon, CaseWorld.Filled(values));

    public static bool Holds(string guard, CaseFile file) => GuardChecks.Holds(
        guard, CaseWorld.Pack.Machines["case"].Steps[0], new GuardWorld { Pack = CaseWorld.Pack, File = file, Now = Noon });

    public static IReadOnlyList<string> Unmet(CaseFile file, string trigger) =>
        CaseWorld.Pack.Machines[file.Kind].Fire(file.State, trigger, guard => Holds(guard, file)) is Move.Refused no ? no.Unmet : [];
}
