using System.Globalization;
using System.Text;

namespace Hotline.Simulator.City;

/// <summary>One story: what an expert said of it, and the level it got when it was filed.</summary>
/// <param name="Why">The rule that gave the level, where it is known.</param>
public sealed record TriageRow(Narrative Story, string Level, string? Why = null)
{
    /// <summary>Got a less urgent level than it deserves: the mistake that costs a child.</summary>
    public bool Under => string.CompareOrdinal(Level, Story.Triage) > 0;

    public bool Over => string.CompareOrdinal(Level, Story.Triage) < 0;
}

/// <summary>How far triage agrees with the experts (domain 3.4: under at most 5 %, over at most 35 % [design]).</summary>
public sealed record TriageTable(IReadOnlyList<TriageRow> Rows)
{
    public const double UnderMax = 0.05;
    public const double OverMax = 0.35;
    static readonly string[] Levels = ["T1", "T2", "T3", "T4"];

    public double Under => Share(row => row.Under);

    public double Over => Share(row => row.Over);

    public bool MeetsGoals => Rows.Count > 0 && Under <= UnderMax && Over <= OverMax;

    /// <summary>The table as Markdown: experts down, levels across, and every disagreement with the expert's reason.</summary>
    public override string ToString()
    {
        var text = new StringBuilder()
            .AppendLine("| 专家 expert \\ 系统 system | T1 | T2 | T3 | T4 |").AppendLine("|---|---|---|---|---|");
        foreach (var expert in Levels)
        {
            var cells = Levels.Select(level => Rows.Count(row => row.Story.Triage == expert && row.Level == level));
            text.AppendLine($"| {expert} | {string.Join(" | ", cells)} |");
        }
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture,
            $"{Rows.Count} 个情节 stories · 分级过低 under-triage {Under:P1} (≤ {UnderMax:P0}) · 分级过高 over-triage {Over:P1} (≤ {OverMax:P0})");
        foreach (var row in Rows.Where(row => row.Under || row.Over).OrderByDescending(row => row.Under))
        {
            var rule = row.Why is { } why ? $" ({why})" : "";
            text.AppendLine()
                .AppendLine($"- {(row.Under ? "过低 under" : "过高 over")}: {row.Story.Id} {row.Story.Title}: {row.Story.Triage} → {row.Level}{rule}")
                .AppendLine($"  {row.Story.Argument.Zh}。{row.Story.Argument.En}.");
        }
        return text.ToString();
    }

    double Share(Func<TriageRow, bool> which) => Rows.Count == 0 ? 0 : (double)Rows.Count(which) / Rows.Count;
}
