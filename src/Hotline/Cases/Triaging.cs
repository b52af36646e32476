using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What triage looks at: the danger answers (question → yes, no, unknown; absent = not asked), grounds, category, ages.</summary>
public sealed record TriageInput(
    IReadOnlyDictionary<string, string> Danger, IReadOnlyCollection<string> Grounds, string? Category, bool AnyChildUnder16OrUnknown);

/// <summary>The level, why, and whether a call back must ask what was not asked.</summary>
public sealed record TriageResult(string Level, ImmutableArray<string> Why, bool CallBack);

/// <summary>The triage function of domain 3.4 [design]: from answers and grounds to T1–T4. A person may raise the level alone;
/// lowering takes two.</summary>
public static class Triaging
{
    public static readonly ImmutableArray<string> Questions =
        ["lifeThreat", "seriousInjury", "suspectPresent", "weaponOrOngoing", "selfHarm", "youngAlone", "missingOrTaken"];

    /// <summary>The nine situations of MRO art. 4 in their order; the ninth alone does not make a report urgent.</summary>
    public static readonly ImmutableArray<string> Grounds =
    [
        "GenitalInjury", "SexualAbuseUnder14", "SexualAbuse14OrOver", "SeveralInjuries", "AbnormalDeathOrDisability",
        "AbandonedOrUncared", "UnknownOriginOrMissing", "OrganisedBegging", "OtherSeriousHarm",
    ];

    /// <summary>Clock of the call that asks what was not asked (domain 3.4 (5)): 15 minutes [design].</summary>
    public const string CallBackClock = "call-back";

    public static TriageResult Of(TriageInput input, TriageRule lists)
    {
        var grave = input.Grounds.FirstOrDefault(g => Grounds.IndexOf(g) is >= 0 and < 8);
        var unknown = Questions.Where(q => Answer(input, q) == "unknown").ToList();
        var absent = Questions.Where(q => Answer(input, q) is null).ToList();
        var (level, why) = Base(input, lists, grave);
        if (unknown.Count > 0 && (level is "T3" or "T4"))
        {
            level = level == "T4" ? "T3" : "T2";
            why = [.. why, $"raised:unknown:{unknown[0]}"];
        }
        if (absent.Count > 0 && level == "T4") (level, why) = ("T3", [.. why, "never-T4:not-asked"]);
        return new TriageResult(level, why, absent.Count > 0);
    }

    private static (string Level, ImmutableArray<string> Why) Base(TriageInput input, TriageRule lists, string? grave)
    {
        var yes = Questions.FirstOrDefault(q => Answer(input, q) == "yes");
        if (yes is not null) return ("T1", [$"answer:{yes}:yes"]);
        if (grave is not null && Answer(input, "lifeThreat") == "unknown") return ("T1", [$"ground:{grave}", "answer:lifeThreat:unknown"]);
        if (grave is not null) return ("T2", [$"ground:{grave}"]);
        var category = input.Category ?? "Other";
        if (lists.T2Categories.Contains(category)) return ("T2", [$"category:{category}"]);
        if (category == "UnattendedChild" && input.AnyChildUnder16OrUnknown) return ("T2", [$"category:{category}:under16"]);
        return lists.T4Categories.Contains(category) && !input.Grounds.Contains("OtherSeriousHarm")
            ? ("T4", [$"category:{category}"])
            : ("T3", [$"category:{category}"]);
    }

    private static string? Answer(TriageInput input, string question) => input.Danger.TryGetValue(question, out var answer) ? answer : null;
}
