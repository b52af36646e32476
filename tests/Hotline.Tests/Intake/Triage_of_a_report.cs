using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Tests.Intake;

/// <summary>The function of domain 3.4, clause by clause.</summary>
public sealed class Triage_of_a_report
{
    private static readonly TriageRule Lists = new(
        ["SexualAbuse", "Abandonment", "Missing", "Trafficked"], ["DV", "Neglect", "Dropout", "Other"], ["GuardianEvent"]);

    private static readonly ImmutableDictionary<string, string> AllNo = Triaging.Questions.ToImmutableDictionary(q => q, _ => "no");

    private static TriageResult Of(ImmutableDictionary<string, string> danger, string category, bool young = true, params string[] grounds) =>
        Triaging.Of(new(danger, grounds, category, young), Lists);

    [Theory]
    [InlineData("lifeThreat"), InlineData("seriousInjury"), InlineData("suspectPresent"), InlineData("weaponOrOngoing")]
    [InlineData("selfHarm"), InlineData("youngAlone"), InlineData("missingOrTaken")]
    public void any_yes_is_T1(string question) => Of(AllNo.SetItem(question, "yes"), "GuardianEvent").Level.ShouldBe("T1");

    [Fact]
    public void an_unknown_threat_to_life_with_a_grave_ground_is_T1() =>
        Of(AllNo.SetItem("lifeThreat", "unknown"), "Other", true, "SeveralInjuries").Level.ShouldBe("T1");

    [Fact]
    public void an_unknown_threat_to_life_with_the_ninth_ground_alone_is_not_T1() =>
        Of(AllNo.SetItem("lifeThreat", "unknown"), "Other", true, "OtherSeriousHarm").Level.ShouldBe("T2");

    [Fact]
    public void each_of_the_first_eight_grounds_is_T2_and_the_ninth_is_not()
    {
        foreach (var ground in Triaging.Grounds.Take(8)) Of(AllNo, "GuardianEvent", true, ground).Level.ShouldBe("T2", ground);
        Of(AllNo, "Other", true, Triaging.Grounds[8]).Level.ShouldBe("T3");
    }

    [Theory]
    [InlineData("SexualAbuse", "T2"), InlineData("Missing", "T2"), InlineData("DV", "T3"), InlineData("GuardianEvent", "T4")]
    public void the_category_decides_where_nothing_graver_does(string category, string level) => Of(AllNo, category).Level.ShouldBe(level);

    [Fact]
    public void an_unattended_child_is_T2_below_16_and_T3_above()
    {
        Of(AllNo, "UnattendedChild", young: true).Level.ShouldBe("T2");
        Of(AllNo, "UnattendedChild", young: false).Level.ShouldBe("T3");
    }

    [Fact]
    public void unknown_answers_raise_by_one_level_in_all_and_to_T2_at_most()
    {
        var unsure = AllNo.SetItem("selfHarm", "unknown").SetItem("youngAlone", "unknown");
        Of(unsure, "GuardianEvent").Level.ShouldBe("T3");
        Of(unsure, "DV").Level.ShouldBe("T2");
        Of(unsure, "SexualAbuse").Level.ShouldBe("T2");
        Of(unsure, "DV").Why.ShouldContain(why => why.StartsWith("raised:"));
    }

    [Fact]
    public void absent_answers_never_raise_but_are_never_T4_and_ask_for_a_call_back()
    {
        var asked = AllNo.Remove("selfHarm");
        Of(asked, "DV").ShouldSatisfyAllConditions(r => r.Level.ShouldBe("T3"), r => r.CallBack.ShouldBeTrue());
        Of(asked, "GuardianEvent").Level.ShouldBe("T3");
        Of(AllNo, "GuardianEvent").CallBack.ShouldBeFalse();
    }
}
