using System.Text.Json;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>A clock as people see it, with its name and how sure its length is.</summary>
public sealed record ClockView(
    string Code, Text Name, DateTimeOffset StartedAt, DateTimeOffset? WarnAt, DateTimeOffset DueAt, string State, string? PausedReason,
    string Mark, bool Provisional)
{
    public static ClockView Of(ClockState clock, Pack pack)
    {
        var rule = pack.Clocks.GetValueOrDefault(clock.Code);
        return new(clock.Code, rule?.Name ?? new Text(clock.Code, clock.Code), clock.StartedAt, clock.WarnAt, clock.DueAt, clock.State,
            clock.PausedReason, Marks.Word(rule?.Law.Mark ?? Workflow.Mark.Design), clock.Provisional);
    }

    /// <summary>A file's clocks as its own page shows them: what still asks for something first, then by time.</summary>
    public static IReadOnlyList<ClockView> All(IEnumerable<ClockState> clocks, Pack pack) =>
        [.. clocks.OrderBy(c => !c.IsOpen).ThenBy(c => c.DueAt).Select(c => Of(c, pack))];

    /// <summary>As a row of a list shows them.</summary>
    public static IReadOnlyList<ClockView> Open(IEnumerable<ClockState> clocks, Pack pack) => All(clocks.Where(c => c.IsOpen), pack);
}

/// <summary>Confidence marks as domain.md writes them.</summary>
public static class Marks
{
    public static string Word(Mark mark) => mark switch
    {
        Mark.Seed => "seed", Mark.LawRead => "law+", Mark.Law => "law", Mark.Web => "web", Mark.Uncertain => "unc", _ => "design",
    };
}

/// <summary>Why a step is not possible now: the guard, and what to do.</summary>
public sealed record Why(string Code, string Zh, string En);

/// <summary>A step as offered to one caller. <paramref name="Step"/> is opaque; <paramref name="Version"/> goes into If-Match.</summary>
public sealed record StepView(
    string Step, string Machine, string Trigger, Guid? Target, long Version, Text Title, bool Allowed, IReadOnlyList<Why> Why,
    JsonElement Schema, string? To, IReadOnlyList<Text> Starts, IReadOnlyList<Text> Documents, string Law, string Mark);

/// <summary>A page as the case page and the board show it; kept as JSON by the paging room.</summary>
public sealed record LinkView(Guid Id, string Number, string Kind);

/// <summary>One line of the timeline.</summary>
public sealed record TimelineItem(
    long Version, DateTimeOffset At, string Type, Text Title, ActorView? By, RuleView? Rule, IReadOnlyList<FieldView> Fields, string Of);

public sealed record ActorView(string Name, string Role, Text RoleTitle);

public sealed record RuleView(string Machine, string Trigger, string Law, string Mark);

public sealed record FieldView(Text Label, string? Value, bool Sealed);
