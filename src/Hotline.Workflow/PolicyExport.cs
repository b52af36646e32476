using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hotline.Workflow;

/// <summary>Draws a machine for readers and other tools.</summary>
public static class PolicyExport
{
    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Everything the machine says, as the pack holds it.</summary>
    public static JsonNode Json(Machine machine) => JsonSerializer.SerializeToNode(machine, Style)!;

    public static string Write(JsonNode node) => node.ToJsonString(Style);

    /// <summary>A state diagram. Steps of a superstate leave from one node that names its members; steps that keep the state
    /// are listed below, since forty loops would hide the way.</summary>
    public static string Mermaid(Machine machine)
    {
        var text = new StringBuilder("stateDiagram-v2\n");
        foreach (var state in machine.States.Where(state =>
            !machine.IsSuperstate(state.Name) || machine.Steps.Any(step => step.To is not null && step.From.Contains(state.Name))))
            text.Append($"  state \"{Label(machine, state)}\" as {state.Name}\n");
        if (machine.Steps.Any(step => step.To == Step.Previous)) text.Append("  state \"原状态 the state before\" as previous\n");
        text.Append($"  [*] --> {machine.Initial}\n");
        foreach (var step in machine.Steps.Where(step => step.To is not null))
            foreach (var from in step.From)
                text.Append($"  {from} --> {step.To} : {step.Trigger}{Condition(step)}\n");
        foreach (var state in machine.Leaves.Where(state => state.Final)) text.Append($"  {state.Name} --> [*]\n");
        foreach (var inside in machine.Steps.Where(step => step.To is null).GroupBy(step => string.Join(", ", step.From)))
            text.Append($"  %% {inside.Key}: {string.Join(", ", inside.Select(step => step.Trigger + Condition(step)))}\n");
        return text.ToString();
    }

    private static string Label(Machine machine, State state)
    {
        if (!machine.IsSuperstate(state.Name)) return $"{state.Title.Zh} {state.Name}";
        var members = machine.Leaves.Where(leaf => machine.IsIn(leaf.Name, state.Name)).Select(leaf => leaf.Name);
        return $"任一{state.Title.Zh} any of {string.Join(" · ", members)}";
    }

    private static string Condition(Step step) => step.Guards.IsEmpty ? "" : $" [{string.Join(", ", step.Guards)}]";

    /// <summary>A machine for the xstate package, version 5. "Refused" of ours is "stayed" there.</summary>
    public static JsonNode XState(Machine machine)
    {
        var top = machine.States.Where(state => state.Parent is null).ToList();
        return new JsonObject
        {
            ["id"] = machine.Name,
            ["initial"] = machine.Around(machine.Initial).Last().Name,
            ["meta"] = new JsonObject { ["title"] = Both(machine.Title) },
            ["states"] = Nested(machine, top),
        };
    }

    private static JsonObject Nested(Machine machine, IEnumerable<State> states)
    {
        var nested = new JsonObject();
        foreach (var state in states) nested[state.Name] = Drawn(machine, state);
        return nested;
    }

    private static JsonObject Drawn(Machine machine, State state)
    {
        var steps = machine.Steps.Where(step => step.From.Contains(state.Name)).ToList();
        var drawn = new JsonObject
        {
            ["id"] = state.Name,
            ["meta"] = new JsonObject
            {
                ["title"] = Both(state.Title), ["final"] = state.Final, ["settled"] = state.Settled, ["published"] = state.Published,
                ["entry"] = List(state.EntrySteps),
            },
        };
        var inside = machine.States.Where(child => child.Parent == state.Name).ToList();
        if (inside.Count > 0)
        {
            // Never used in a move, since no step enters a superstate; xstate wants one all the same.
            drawn["initial"] = (inside.Find(child => machine.IsIn(machine.Initial, child.Name)) ?? inside[0]).Name;
            drawn["states"] = Nested(machine, inside);
        }
        // What can still be reopened is no end to xstate: its final states hear nothing.
        else if (state.Final && steps.Count == 0 && state.Parent is null) drawn["type"] = "final";
        if (steps.Count > 0)
        {
            var on = new JsonObject();
            foreach (var rivals in steps.GroupBy(step => step.Trigger))
                on[rivals.Key] = new JsonArray([.. rivals.SelectMany(step => Transitions(machine, state, step))]);
            drawn["on"] = on;
        }
        return drawn;
    }

    private static IEnumerable<JsonNode> Transitions(Machine machine, State from, Step step)
    {
        // "previous" is a matter of the file's history, which only the caller knows: one transition for each state it can mean,
        // guarded by previous=<state>.
        if (step.To == Step.Previous)
            return Paths.Sources(machine, from.Name).Select(before =>
                (JsonNode)Transition(from, step, before, [.. step.Guards, $"previous={before}"]));
        return [Transition(from, step, step.To, [.. step.Guards])];
    }

    private static JsonObject Transition(State from, Step step, string? to, IReadOnlyList<string> guards)
    {
        var transition = new JsonObject();
        if (to is not null) transition["target"] = "#" + to;
        if (guards.Count > 0) transition["guard"] = string.Join('+', guards);
        if (to == from.Name) transition["reenter"] = true;
        transition["meta"] = new JsonObject
        {
            ["step"] = step.Name, ["title"] = Both(step.Title), ["guards"] = List(guards), ["who"] = List(step.Who), ["event"] = step.Event,
        };
        return transition;
    }

    private static JsonObject Both(Text text) => new() { ["zh"] = text.Zh, ["en"] = text.En };

    private static JsonArray List(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)word)];
}
