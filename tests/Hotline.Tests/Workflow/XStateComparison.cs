using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Workflow;

namespace Hotline.Tests.Workflow;

/// <summary>The export, run in the npm package xstate, makes the same moves as ours; "refused" of ours is "stayed" there.</summary>
public class The_xstate_export
{
    private static readonly int SequencesPerMachine = Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1" ? 60_000 : 10_000;
    private const int TriggersMost = 16;

    private static readonly string Folder = Path.Combine(BasePack.Folder, "..", "tests", "xstate");

    public static TheoryData<string> Machines() => [.. BasePack.Pack.Machines.Keys.Order()];

    [Theory, MemberData(nameof(Machines))]
    public async Task makes_the_same_moves_as_ours_on_random_triggers(string name) =>
        await Agrees(BasePack.Pack.Machines[name], SequencesPerMachine);

    [Fact]
    public async Task makes_the_same_moves_when_a_superstate_steps_in_or_a_state_is_entered_again()
    {
        var machine = new Sketch("In:Outer", "Outer", "Beside:Outer", "End")
            .With("In", "Go", "Beside", "has-open-case").With("In", "Go", "In", "child-seen", "no-open-case").With("Outer", "Go", "End", "safe-place")
            .With("Beside", "Back", "In").With("Outer", "Stay", null, "plan-complete").With("End", "Again", "Beside").Build();
        await Agrees(machine, 2_000);
    }

    /// <summary>A comparison that cannot differ proves nothing: the same runs with one wrong state must be told apart.</summary>
    [Fact]
    public async Task is_told_apart_when_one_state_is_wrong()
    {
        var machine = BasePack.Pack.Machines["page"];
        var runs = Runs(machine, 50, new Random(7));
        var last = runs["runs"]![3]!.AsArray()[^1]!.AsArray();
        last[2] = (last[2]!.GetValue<int>() + 1) % machine.Leaves.Count();
        var (exit, said) = await Compare(runs);
        exit.ShouldBe(1, said);
        said.ShouldContain("run 3:");
    }

    private static async Task Agrees(Machine machine, int sequences)
    {
        var (exit, said) = await Compare(Runs(machine, sequences, new Random(20260101)));
        exit.ShouldBe(0, said);
        said.ShouldContain($"{sequences} sequences");
        said.ShouldContain(" 0 differences");
    }

    private static JsonObject Runs(Machine machine, int sequences, Random chance)
    {
        string[] guards = [.. machine.Steps.SelectMany(step => step.Guards).Distinct().Order()];
        string[] triggers = [.. machine.Steps.Select(step => step.Trigger).Distinct(), "Nonsense"];
        string[] states = [.. machine.Leaves.Select(state => state.Name)];
        var runs = new JsonArray();
        for (var run = 0; run < sequences; run++) runs.Add(Sequence(machine, guards, triggers, states, chance));
        return new()
        {
            ["machine"] = PolicyExport.XState(machine), ["guards"] = Words(guards), ["triggers"] = Words(triggers),
            ["states"] = Words(states), ["runs"] = runs,
        };
    }

    private static JsonArray Sequence(Machine machine, string[] guards, string[] triggers, string[] states, Random chance)
    {
        var sequence = new JsonArray();
        var at = Whereabouts.Start(machine);
        var likely = chance.NextDouble();
        for (var left = chance.Next(1, TriggersMost); left > 0; left--)
        {
            // Opposites are given opposite values, as the server would.
            var basis = guards.Select(guard => Guards.Basis(guard).Name).Distinct().ToDictionary(guard => guard, _ => chance.NextDouble() < likely);
            bool Holds(string guard) => Guards.Basis(guard) is var (name, turned) && basis[name] != turned;
            var known = machine.StepsFrom(at.State);
            var trigger = known.Count > 0 && chance.Next(5) > 0
                ? known[chance.Next(known.Count)].Trigger : triggers[chance.Next(triggers.Length)];
            if (machine.Fire(at.State, trigger, Holds) is Move.Made made) at = at.After(made);
            var bits = guards.Select((guard, index) => Holds(guard) ? 1L << index : 0).Sum();
            sequence.Add(new JsonArray(Array.IndexOf(triggers, trigger), bits, Array.IndexOf(states, at.State)));
        }
        return sequence;
    }

    private static JsonArray Words(string[] words) => [.. words.Select(word => (JsonNode)word)];

    private static async Task<(int Exit, string Said)> Compare(JsonObject runs)
    {
        await Installed.Value;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, runs.ToJsonString());
            return await Run("node", "compare.mjs", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Once a run, before the first comparison; tests of one class run one after another.</summary>
    private static readonly Lazy<Task> Installed = new(async () =>
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "xstate"))) return;
        var (exit, said) = await Run("npm", "ci", "--no-audit", "--no-fund");
        exit.ShouldBe(0, "npm ci in tests/xstate: " + said);
    });

    private static async Task<(int Exit, string Said)> Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
