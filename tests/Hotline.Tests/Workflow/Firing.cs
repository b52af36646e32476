using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

public class Firing_a_trigger
{
    private static readonly Machine Case = BasePack.Pack.Machines["case"];
    private static readonly Machine Report = BasePack.Pack.Machines["report"];

    private static bool All(string guard) => true;

    private static bool None(string guard) => false;

    [Fact]
    public void moves_to_the_state_the_step_names()
    {
        var made = Case.Fire("Opened", "StartTriage", All).ShouldBeOfType<Move.Made>();
        (made.From, made.To, made.Reentered).ShouldBe(("Opened", "Triage", false));
    }

    [Fact]
    public void is_inherited_from_every_superstate() =>
        Case.Fire("PlanActive", "DeclareEmergency", None).ShouldBeOfType<Move.Made>().To.ShouldBe("EmergencyResponse");

    [Fact]
    public void enters_again_when_the_step_leads_to_where_it_stands() =>
        Case.Fire("EmergencyResponse", "DeclareEmergency", All).ShouldBeOfType<Move.Made>().Reentered.ShouldBeTrue();

    [Fact]
    public void keeps_the_state_when_the_step_is_internal()
    {
        var made = Case.Fire("Assessment", "HearChild", All).ShouldBeOfType<Move.Made>();
        (made.To, made.Reentered).ShouldBe(("Assessment", false));
    }

    [Fact]
    public void is_refused_with_every_unmet_guard() =>
        Case.Fire("EmergencyResponse", "EmergencyStable", guard => guard == "safe-place").ShouldBeOfType<Move.Refused>()
            .Unmet.ShouldBe(["child-seen", "medical-settled", "police-recorded"]);

    [Fact]
    public void is_not_permitted_where_no_step_knows_it() =>
        Report.Fire("Draft", "Accept", All).ShouldBeOfType<Move.NotPermitted>();

    [Fact]
    public void picks_the_step_of_the_state_where_several_share_the_trigger()
    {
        Case.Fire("Closed", "Reopen", All).ShouldBeOfType<Move.Made>().To.ShouldBe("Reopened");
        Case.Fire("Unfounded", "Reopen", All).ShouldBeOfType<Move.Made>().To.ShouldBe("Triage");
    }

    [Fact]
    public void prefers_the_own_step_and_asks_the_superstate_when_its_guards_are_unmet()
    {
        var machine = new Sketch("In:Outer", "Outer").With("In", "Go", "Near", "on-shift").With("Outer", "Go", "Far").Build();
        machine.Fire("In", "Go", All).ShouldBeOfType<Move.Made>().To.ShouldBe("Near");
        machine.Fire("In", "Go", None).ShouldBeOfType<Move.Made>().To.ShouldBe("Far");
    }

    [Fact]
    public void refuses_to_choose_between_two_that_match()
    {
        var machine = new Sketch("At").With("At", "Go", "Near", "on-shift").With("At", "Go", "Far", "child-seen").Build();
        machine.Fire("At", "Go", All).ShouldBeOfType<Move.Ambiguous>().Steps.Count.ShouldBe(2);
        machine.Fire("At", "Go", guard => guard == "on-shift").ShouldBeOfType<Move.Made>().To.ShouldBe("Near");
        machine.Fire("At", "Go", None).ShouldBeOfType<Move.Refused>().Unmet.ShouldBe(["on-shift", "child-seen"]);
    }

    [Fact]
    public void takes_entry_steps_of_every_state_entered()
    {
        Report.EntrySteps("Draft", "Submitted", reentered: false).ShouldBe(["Acknowledge"]);
        Report.EntrySteps("Submitted", "Submitted", reentered: false).ShouldBeEmpty();
        Report.EntrySteps("Submitted", "Submitted", reentered: true).ShouldBe(["Acknowledge"]);
    }

    [Fact]
    public void knows_the_superstates_a_state_is_in()
    {
        Case.IsIn("Triage", "Open").ShouldBeTrue();
        Case.IsIn("Triage", "Triage").ShouldBeTrue();
        Case.IsIn("Closed", "Open").ShouldBeFalse();
    }
}

public class A_case_that_returns
{
    private static readonly Machine Case = BasePack.Pack.Machines["case"];

    [Fact]
    public void finds_its_way_back_through_suspension_and_a_merge()
    {
        var at = Whereabouts.Start(Case);
        foreach (var (trigger, state) in new[]
        {
            ("StartTriage", "Triage"), ("Suspend", "Suspended"), ("ProposeMerge", "Suspended"), ("MergeCase", "Closed"),
            ("SplitCase", "Suspended"), ("Resume", "Triage"),
        })
        {
            at = at.After(Case.Fire(at.State, trigger, _ => true).ShouldBeOfType<Move.Made>());
            at.State.ShouldBe(state, trigger);
        }
    }
}
