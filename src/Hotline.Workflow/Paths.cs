namespace Hotline.Workflow;

/// <summary>Every state can be reached, and none is a wall: from each there is a way to an end.</summary>
internal static class Paths
{
    public static void Check(Machine machine, Findings findings)
    {
        var moves = Moves(machine).ToLookup(move => move.From, move => move.To);
        var reached = Reach([machine.Initial], moves);
        var back = Moves(machine).ToLookup(move => move.To, move => move.From);
        var leads = Reach(machine.Leaves.Where(state => state.Final).Select(state => state.Name), back);
        foreach (var state in machine.Leaves)
        {
            var at = findings.Where($"{machine.Name}/states/{state.Name}");
            if (!reached.Contains(state.Name))
                findings.Add(at, new($"没有步骤到达状态“{state.Name}”", $"no step reaches state '{state.Name}'"),
                    new("补一个通往它的步骤，或删去它", "add a step that leads to it, or remove it"));
            else if (!leads.Contains(state.Name))
                findings.Add(at, new($"状态“{state.Name}”没有出路", $"state '{state.Name}' is a dead end: no way leads to a final state"),
                    new("补一个离开它的步骤，或标为 final: true", "add a step that leaves it, or mark it final: true"));
        }
    }

    /// <summary>Every move between leaves, guards aside; "previous" leads to wherever its state can be entered from.</summary>
    public static IEnumerable<(string From, string To)> Moves(Machine machine) =>
        machine.Leaves.SelectMany(leaf => machine.StepsFrom(leaf.Name).Where(step => step.To is not null)
            .SelectMany(step => step.To == Step.Previous ? Sources(machine, leaf.Name) : [step.To!], (_, to) => (leaf.Name, to)));

    /// <summary>The leaves from which a step (not a return) leads to this state.</summary>
    public static IReadOnlyList<string> Sources(Machine machine, string state) =>
        [.. machine.Leaves.Where(leaf => leaf.Name != state && machine.StepsFrom(leaf.Name).Any(step => step.To == state))
            .Select(leaf => leaf.Name)];

    private static HashSet<string> Reach(IEnumerable<string> from, ILookup<string, string> moves)
    {
        var seen = from.ToHashSet();
        for (var open = new Queue<string>(seen); open.TryDequeue(out var at);)
            foreach (var next in moves[at])
                if (seen.Add(next)) open.Enqueue(next);
        return seen;
    }
}

/// <summary>Guards of one state and trigger exclude each other: tried over every assignment of the guards involved.</summary>
internal static class Exclusion
{
    public static void Check(Machine machine, Findings findings)
    {
        foreach (var state in machine.States)
            foreach (var rivals in machine.Steps.Where(step => step.From.Contains(state.Name)).GroupBy(step => step.Trigger)
                .Where(steps => steps.Count() > 1))
                Check(machine, state, [.. rivals], findings);
    }

    private static void Check(Machine machine, State state, List<Step> rivals, Findings findings)
    {
        var basis = rivals.SelectMany(step => step.Guards).Select(guard => Guards.Basis(guard).Name).Distinct().ToList();
        // 2^12 assignments at most; a trigger with more guards than that is told to be simpler.
        var tried = basis.Count > BasisMax ? 0 : 1 << basis.Count;
        for (var bits = 0; bits < tried; bits++)
        {
            bool Holds(string guard) => Guards.Basis(guard) is var (name, turned) && ((bits >> basis.IndexOf(name) & 1) == 1) != turned;
            var open = rivals.Where(step => step.Guards.All(Holds)).ToList();
            if (open.Count < 2) continue;
            var when = string.Join(", ", basis.Where(Holds));
            findings.Add(findings.Where($"{machine.Name}/steps/{open[1].Name}"),
                new($"在“{state.Name}”，步骤“{open[0].Name}”与“{open[1].Name}”会同时成立（{when}）",
                    $"in '{state.Name}' steps '{open[0].Name}' and '{open[1].Name}' both match when [{when}] hold"),
                new("给两者互斥的条件，如 has-open-case 与 no-open-case", "give them guards that exclude each other, e.g. has-open-case and no-open-case"));
            return;
        }
        if (basis.Count > BasisMax)
            findings.Add(findings.Where($"{machine.Name}/steps/{rivals[0].Name}"), new("条件过多，无法核对", "too many guards to check"),
                new($"最多 {BasisMax} 个", $"use at most {BasisMax}"));
    }

    private const int BasisMax = 12;
}
