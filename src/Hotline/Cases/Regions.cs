using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>The regions that run beside the main state of a case, in its own stream (domain 3.3): the police, where the child is,
/// and what is done about the guardianship.</summary>
public static class Regions
{
    public const string Police = "police";
    public const string Placement = "placement";
    public const string Guardianship = "guardianship";

    public static readonly ImmutableArray<string> Names = [Police, Placement, Guardianship];

    /// <summary>Does a file of this kind run the machine?</summary>
    public static bool Runs(string kind, string machine) => machine == kind || (kind == CaseKind.Case && Names.Contains(machine));

    /// <summary>The region machines of a file; none on a report, and none under a pack from before there were any.</summary>
    public static IEnumerable<Machine> Of(Pack pack, CaseFile file) => file.Kind != CaseKind.Case ? []
        : Names.Select(name => pack.Machines.GetValueOrDefault(name)).OfType<Machine>();

    /// <summary>The state of a region; null under a pack that has no such machine.</summary>
    public static string? State(Pack pack, CaseFile file, string region) =>
        pack.Machines.TryGetValue(region, out var machine) ? file.StateOf(machine) : null;

    /// <summary>A region follows what was decided elsewhere in the case: the server takes the step where the region's state has it for
    /// the server, and nothing happens where it has not.</summary>
    public static ImmutableArray<Happening> Follow(
        Pack pack, CaseFile file, string region, string trigger, Actor by, DateTimeOffset now) =>
        Follow(pack, file, region, step => step.Trigger == trigger, by, now);

    internal static ImmutableArray<Happening> Follow(
        Pack pack, CaseFile file, string region, Func<Step, bool> wanted, Actor by, DateTimeOffset now)
    {
        if (file.Kind != CaseKind.Case || !pack.Machines.TryGetValue(region, out var machine)) return [];
        var state = file.StateOf(machine);
        if (machine.StepsFrom(state).FirstOrDefault(step => step.Who.Contains(Workflow.Names.System) && wanted(step)) is not { } step) return [];
        var made = new Move.Made(step, state, step.To ?? state, step.To == state);
        return Stepping.Take(pack, file, made, FormValues.Nothing, by with { Role = Workflow.Names.System }, now, machine);
    }
}

/// <summary>What a transfer of the child (domain 8.4) does to the placement region, in the transaction that moves the transfer on.
/// Pure: the events belong to the case stream of <c>file</c>, and are none where the region cannot follow.</summary>
public static class Placing
{
    public const string InTransit = nameof(InTransit);

    /// <summary>The child leaves the place where it is: the region is in transit until the receiver accepts or refuses.</summary>
    public static ImmutableArray<Happening> Depart(Pack pack, CaseFile file, Actor by, DateTimeOffset now) =>
        Arrive(pack, file, InTransit, by, now);

    /// <summary>The receiver took the child: the region stands at <paramref name="place"/>, a state of the placement machine.</summary>
    public static ImmutableArray<Happening> Arrive(Pack pack, CaseFile file, string place, Actor by, DateTimeOffset now) =>
        Regions.Follow(pack, file, Regions.Placement, step => step.To == place, by, now);

    /// <summary>The receiver refused: the child is back where it was before it left.</summary>
    public static ImmutableArray<Happening> ComeBack(Pack pack, CaseFile file, Actor by, DateTimeOffset now) =>
        Regions.Follow(pack, file, Regions.Placement, step => step.To == Step.Previous, by, now);

    /// <summary>What a step of a hand-over means for where its child is: on the way, at the receiver's, or back again.</summary>
    public static ImmutableArray<Happening> Follow(Pack pack, CaseFile home, CaseFile handOver, StepTaken step, DateTimeOffset now)
    {
        if (handOver.Kind != Assigning.Transfer || handOver.Fact("kind") == Assigning.Jurisdiction || step.From == step.To) return [];
        return step.To switch
        {
            "InTransit" => Depart(pack, home, step.By, now),
            "Received" => Arrive(pack, home, PlaceOf(handOver.Fact("kind"), step), step.By, now),
            "Refused" => ComeBack(pack, home, step.By, now),
            _ => [],
        };
    }

    /// <summary>The place that a kind of hand-over ends at; where the kind leaves it open, what the receiver wrote, else what the receiver is.</summary>
    private static string PlaceOf(string? kind, StepTaken received) => (kind, received.By.Role) switch
    {
        ("ToGuardian", _) => "ReturnedToGuardian",
        ("ToOutflowCounty", _) => "ReturnedToHomePlace",
        ("ToRelative", _) => "Relative",
        ("ToHospital", _) => "Hospital",
        _ when received.Fields.TryGetValue("place", out var written) => written,
        (_, "InstitutionStaff") => "RescueProtectionInstitution",
        (_, "WelfareStaff") => "WelfareInstitution",
        (_, "ChildDirector" or "ChildSupervisor") => "VillageCommittee",
        _ => "TemporaryShelter",
    };

    /// <summary>May the child go back to the guardian? Not while the State holds it and no conference has concluded so (GIO art. 20 [law]).</summary>
    public static bool MayReturnToGuardian(Pack pack, CaseFile file) =>
        Regions.State(pack, file, Regions.Guardianship) is not { } state
        || state is "GuidanceGiven" or "ReturnPlanned" || IsSettled(pack.Machines[Regions.Guardianship], state);

    /// <summary>Domain 3.2, C7: a guardianship region that never began or has come to an end.</summary>
    internal static bool IsSettled(Machine guardianship, string state) => state == guardianship.Initial || guardianship.Find(state) is { Final: true };
}
