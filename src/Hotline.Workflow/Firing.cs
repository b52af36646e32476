using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>A step as it stands for a file now: open when nothing is unmet.</summary>
public sealed record Offer(Step Step, ImmutableArray<string> Unmet);

/// <summary>Stateless's semantics: the state's own step wins when its guards hold, else its superstate is asked; all unmet
/// guards are named; two steps that match at once are refused, not chosen.</summary>
public sealed partial record Machine
{
    public State? Find(string state) => States.FirstOrDefault(candidate => candidate.Name == state);

    /// <summary>The state and its superstates, inner first.</summary>
    public IEnumerable<State> Around(string state)
    {
        for (var at = Find(state); at is not null; at = at.Parent is null ? null : Find(at.Parent)) yield return at;
    }

    public bool IsIn(string state, string superstate) => Around(state).Any(at => at.Name == superstate);

    public bool IsSuperstate(string state) => States.Any(candidate => candidate.Parent == state);

    /// <summary>States a file can be in.</summary>
    public IEnumerable<State> Leaves => States.Where(state => !IsSuperstate(state.Name));

    /// <summary>Every step the state or a superstate permits, inner first, whatever the guards say.</summary>
    public IReadOnlyList<Step> StepsFrom(string state) =>
        [.. Levels(state).SelectMany(level => level).Distinct()];

    public Move Fire(string state, string trigger, Func<string, bool> guardHolds) =>
        Fire(state, Levels(state).Select(level => level.Where(step => step.Trigger == trigger)), guardHolds);

    /// <summary>One offer for each trigger known in this state, in the pack's order.</summary>
    public IReadOnlyList<Offer> Offers(string state, Func<string, bool> guardHolds)
    {
        var levels = Levels(state).Select(level => level.ToLookup(step => step.Trigger)).ToList();
        return [.. StepsFrom(state).Select(step => step.Trigger).Distinct()
            .Select(trigger => Fire(state, levels.Select(level => level[trigger]), guardHolds) switch
            {
                Move.Made made => new Offer(made.Step, []),
                Move.Refused refused => new Offer(refused.Step, [.. refused.Unmet]),
                _ => null,
            }).OfType<Offer>()];
    }

    /// <summary>The steps of the state itself, then of each superstate.</summary>
    private IEnumerable<IEnumerable<Step>> Levels(string state) =>
        Around(state).Select(at => Steps.Where(step => step.From.Contains(at.Name)));

    private static Move Fire(string state, IEnumerable<IEnumerable<Step>> levels, Func<string, bool> guardHolds)
    {
        Move.Refused? refused = null;
        foreach (var level in levels)
        {
            var candidates = level
                .Select(step => (Step: step, Unmet: step.Guards.Where(guard => !guardHolds(guard)).ToImmutableArray())).ToList();
            var open = candidates.Where(candidate => candidate.Unmet.IsEmpty).ToList();
            if (open.Count > 1) return new Move.Ambiguous([.. open.Select(candidate => candidate.Step)]);
            if (open.Count == 1) return Made(open[0].Step, state);
            // The innermost step that is shut tells why; an outer one that is open is taken instead.
            if (candidates.Count > 0)
                refused ??= new(candidates[0].Step, [.. candidates.SelectMany(candidate => candidate.Unmet).Distinct()]);
        }
        return refused is null ? new Move.NotPermitted() : refused;
    }

    /// <summary>Steps the server takes at once after this move: entry steps of every state entered, outer first.</summary>
    public IReadOnlyList<string> EntrySteps(string from, string to, bool reentered)
    {
        if (from == to && !reentered) return [];
        var left = reentered ? [] : Around(from).Select(state => state.Name).ToHashSet();
        return [.. Around(to).Where(state => (reentered && state.Name == to) || (!reentered && !left.Contains(state.Name)))
            .Reverse().SelectMany(state => state.EntrySteps)];
    }

    private static Move.Made Made(Step step, string from) => new(step, from, step.To ?? from, step.To == from);
}

/// <summary>Where a file is, and where it was before it entered each state: what "previous" means. A return by "previous" is not
/// remembered, so a file that was suspended, merged, split and resumed finds its way back.</summary>
public sealed record Whereabouts(string State, ImmutableDictionary<string, string> Before)
{
    public static Whereabouts Start(Machine machine) => new(machine.Initial, ImmutableDictionary<string, string>.Empty);

    public string? Previous => Before.GetValueOrDefault(State);

    /// <summary>The state the move leads to; null when it leads back and nothing is known of before.</summary>
    public string? Target(Move.Made move) => move.To == Step.Previous ? Previous : move.To;

    public Whereabouts After(Move.Made move) => Target(move) switch
    {
        null => this,
        var to when to == State => this,
        var to when move.To == Step.Previous => this with { State = to },
        var to => new(to, Before.SetItem(to, State)),
    };
}
