using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

/// <summary>Somebody who takes any step that is open, with every guard answered at random.</summary>
public class A_walker
{
    private const int StepsMost = 120;
    private const int WalksLeast = 80;
    private const int WalksMost = 1_000;

    public static TheoryData<string> Machines() => [.. BasePack.Pack.Machines.Keys.Order()];

    [Theory, MemberData(nameof(Machines))]
    public void reaches_every_state_takes_every_step_and_is_never_stuck(string name)
    {
        var machine = BasePack.Pack.Machines[name];
        var reached = new HashSet<string>();
        var taken = new HashSet<string>();
        for (var seed = 0; seed < WalksMost && (taken.Count < machine.Steps.Length || seed < WalksLeast); seed++) Walk(machine, new Random(seed), reached, taken);
        machine.Leaves.Select(state => state.Name).Except(reached).ShouldBeEmpty();
        machine.Steps.Select(step => step.Name).Except(taken).ShouldBeEmpty();
    }

    private static void Walk(Machine machine, Random chance, HashSet<string> reached, HashSet<string> taken)
    {
        var at = Whereabouts.Start(machine);
        var likely = chance.Next(2) == 0 ? 1 : chance.NextDouble();
        for (var left = StepsMost; left > 0; left--)
        {
            reached.Add(at.State);
            var basis = new Dictionary<string, bool>();
            bool Holds(string guard)
            {
                var (of, turned) = Guards.Basis(guard);
                if (!basis.TryGetValue(of, out var holds)) basis[of] = holds = chance.NextDouble() < likely;
                return holds != turned;
            }
            var offers = machine.Offers(at.State, Holds);
            offers.Select(offer => offer.Step.Trigger).ShouldBeUnique();
            var open = offers.Where(offer => offer.Unmet.IsEmpty).Select(offer => offer.Step).ToList();
            if (offers.Count == 0)
            {
                machine.Find(at.State)!.Final.ShouldBeTrue($"{at.State} is a wall");
                return;
            }
            if (open.Count == 0) continue;
            var fresh = open.Where(step => !taken.Contains(step.Name)).ToList();
            var step = fresh.Count > 0 ? fresh[chance.Next(fresh.Count)] : open[chance.Next(open.Count)];
            // What is offered as open is never refused.
            var made = machine.Fire(at.State, step.Trigger, Holds).ShouldBeOfType<Move.Made>();
            made.Step.ShouldBe(step);
            at.Target(made).ShouldNotBeNull();
            taken.Add(step.Name);
            at = at.After(made);
        }
    }
}

/// <summary>A walker who keeps the facts and the two people as the server does, and only takes steps that are open.</summary>
public class A_case_walked_by_its_people
{
    private static readonly Machine Case = BasePack.Pack.Machines["case"];

    [Fact]
    public void is_closed_only_after_everybody_did_their_part()
    {
        var walk = new CaseWalk(Case);
        walk.Take("OpenCase").Take("AutoOpen").Refuses("EmergencyStable", "child-seen", "safe-place", "medical-settled", "police-recorded");
        walk.Take("RecordFirstContact").Take("RecordChildSeen").Take("RecordMedicalNeed").Take("RecordPoliceState").Elsewhere("safePlace")
            .Take("EmergencyStable").Refuses("ApprovePlan", "assessment-signed", "child-heard", "plan-complete");
        walk.Refuses("CountersignAssessment", "second-person");
        walk.Take("SignAssessment", ("riskLevel", "Low")).Take("CountersignAssessment").Take("HearChild").Take("RecordPlan").Take("ApprovePlan");
        walk.Refuses("ServicesDelivered", "tasks-settled");
        walk.Take("RecordTaskOutcome", ("lastOne", "true")).Take("ServicesDelivered");
        walk.Refuses("ProposeClose", "risk-low", "seen-at-last-review");
        walk.Take("RecordVisit", ("seen", "true"), ("riskLevel", "Low")).Refuses("ProposeClose", "risk-low");
        walk.Take("RecordVisit", ("seen", "true"), ("riskLevel", "Low")).Take("ProposeClose").Take("CloseCase");
        walk.At.State.ShouldBe("Closed");
        walk.Running.ShouldBeEmpty();
    }

    [Fact]
    public void loses_a_proposal_when_it_moves_on()
    {
        var walk = new CaseWalk(Case);
        walk.Take("OpenCase").Take("StartTriage").Take("ProposeUnfounded", ("identityMistaken", "true")).Take("DeclareEmergency");
        walk.Refuses("FindUnfounded", "second-person", "seen-or-mistaken");
        walk.Take("ProposeUnfounded", ("identityMistaken", "true")).Take("FindUnfounded").At.State.ShouldBe("Unfounded");
        walk.Running.ShouldBeEmpty();
    }

    [Fact]
    public void leaves_the_receivers_clock_to_the_hand_over_when_it_is_transferred()
    {
        var walk = new CaseWalk(Case);
        walk.Take("OpenCase").Take("StartTriage").Take("TransferCase").Running.ShouldBeEmpty();
        walk.Refuses("Reopen", "transfer-refused");
        walk.Take("RecordTransferAnswer", ("answer", "Refused")).Take("Reopen").At.State.ShouldBe("Triage");
        walk.Running.ShouldBe(["child-seen", "first-contact"]);
    }
}

/// <summary>Facts, proposals and clocks of one case, as the server keeps them, for walks without a server.</summary>
public sealed class CaseWalk(Machine machine)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);
    private readonly HashSet<string> proposed = [];
    private readonly SortedSet<string> running = [];
    private ImmutableDictionary<string, string> facts = ImmutableDictionary<string, string>.Empty;
    private string? confirming;

    public Whereabouts At { get; private set; } = Whereabouts.Start(machine);

    public IEnumerable<string> Running => running;

    public CaseWalk Take(string trigger, params (string Field, string Value)[] values)
    {
        var made = Fire(trigger).ShouldBeOfType<Move.Made>($"{trigger} in {At.State}");
        var body = new System.Text.Json.Nodes.JsonObject();
        foreach (var (field, value) in values) body[field] = value;
        facts = Facts.After(facts, made.Step, body, Noon, "ling");
        running.ExceptWith(made.Step.Meets);
        At = At.After(made);
        if (made.To != made.From || made.Reentered)
        {
            proposed.Clear();
            if (machine.Find(At.State)!.Settled) running.Clear();
        }
        proposed.Add(trigger);
        running.UnionWith(made.Step.Starts);
        return this;
    }

    /// <summary>What a region of the case set meanwhile.</summary>
    public CaseWalk Elsewhere(string fact)
    {
        facts = facts.SetItem(fact, "true");
        return this;
    }

    public void Refuses(string trigger, params string[] unmet) =>
        Fire(trigger).ShouldBeOfType<Move.Refused>($"{trigger} in {At.State}").Unmet.ShouldBe(unmet);

    private Move Fire(string trigger)
    {
        confirming = machine.Steps.FirstOrDefault(step => step.Trigger == trigger)?.Confirms;
        return machine.Fire(At.State, trigger, Holds);
    }

    private bool Is(string fact, string value = "true") => facts.GetValueOrDefault(fact) == value;

    private bool Holds(string guard) => guard switch
    {
        "second-person" => confirming is not null && proposed.Contains(confirming),
        "child-seen" => Is("childSeen"),
        "safe-place" => Is("safePlace"),
        "medical-settled" => Is("medicalNeed"),
        "police-recorded" => facts.GetValueOrDefault("policeState", "false") != "false",
        "assessment-signed" => Is("assessmentSigned"),
        "child-heard" => Is("childHeard"),
        "plan-complete" => Is("planComplete"),
        "tasks-settled" => Is("tasksSettled"),
        "risk-low" => Is("riskLevel", "Low") && Is("lastVisitRisk", "Low") && Is("visitRiskBefore", "Low"),
        "seen-at-last-review" => Is("seenAtLastVisit"),
        "seen-or-mistaken" => Is("childSeen") || Is("identityMistaken"),
        "transfer-refused" => Is("transferAnswer", "Refused"),
        _ => true,
    };
}
