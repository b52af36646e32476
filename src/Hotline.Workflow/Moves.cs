namespace Hotline.Workflow;

/// <summary>What a trigger did: a move, or the reasons why not.</summary>
public abstract record Move
{
    private Move() { }

    /// <summary><paramref name="To"/> equals the from-state when the step is internal or re-enters.</summary>
    public sealed record Made(Step Step, string From, string To, bool Reentered) : Move;

    /// <summary>Permitted here, but these guards are unmet.</summary>
    public sealed record Refused(Step Step, IReadOnlyList<string> Unmet) : Move;

    /// <summary>No step of this state (or its superstates) has the trigger.</summary>
    public sealed record NotPermitted : Move;

    /// <summary>Two steps matched at once: a defect of the pack, refused rather than chosen.</summary>
    public sealed record Ambiguous(IReadOnlyList<Step> Steps) : Move;
}
