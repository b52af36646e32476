using Hotline.Store;

namespace Hotline.Cases;

/// <summary>Calls: files of the one shape, with rows and timers of their own.</summary>
public sealed class CallKind(PolicyBook policies) : StreamKind<CaseFile>(CallFacts.Kind)
{
    protected override CaseFile Start(Guid id) => CaseFile.Empty(id, Name);

    protected override CaseFile Evolve(CaseFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(CaseFile file) => file.Version;

    /// <summary>A call stands in the column of whoever has it, so that an operator finds the own ones.</summary>
    protected override IEnumerable<RowChange> Rows(CaseFile file) => file.Call is not { } call ? [] :
    [
        new FileRow
        {
            Id = file.Id, Kind = Name, Version = file.Version, Number = file.Number, State = file.State, Triage = file.Triage,
            Division = file.Division, Organisation = call.Received.Centre, FiledBy = call.TakenBy?.Id, Owner = file.Owner?.Id,
            IsOpen = policies.Of(file).Machines[Name].Find(file.State) is { Final: false }, DueAt = AssignmentKind.NextDue(file),
            OpenedAt = file.OpenedAt, Body = CallBody.Of(file, call),
        }.Change(),
    ];

    protected override IEnumerable<TimerChange> Timers(CaseFile before, CaseFile after) =>
        ClockTimers.Between(after.Id, before.Clocks, after.Clocks).Concat(CallBackTimer.Between(before, after)).Concat(WaitingTimer.Between(before, after));
}

/// <summary>What the row of a call shows. No number, no name, nothing that was said.</summary>
public sealed record CallBody(
    bool Withheld, bool Repeat, bool IsText, bool Quiet, string? Outcome, DateTimeOffset? AnsweredAt, int CallBacks, bool Recorded, IReadOnlyList<Link> Led,
    IReadOnlyList<ClockState> Clocks, string PackVersion, bool Exercise)
{
    public static CallBody Of(CaseFile file, CallFacts call) => new(
        !call.NumberKnown, call.Received.Repeat, call.Received.IsText, file.Fact("quiet") == "true", file.Fact("outcome"), call.AnsweredAt, call.Backs.Length, !call.Recordings.IsEmpty, call.Led,
        [.. file.Clocks.Values], file.PackVersion, file.Exercise);
}

/// <summary>A call-back that somebody asked for is dialled at once, by a timer: it outlives a crash.</summary>
public static class CallBackTimer
{
    public const string Kind = "call.back";

    public static IEnumerable<TimerChange> Between(CaseFile before, CaseFile after)
    {
        foreach (var back in after.Call?.Backs ?? [])
        {
            var was = before.Call?.Backs.FirstOrDefault(b => b.Attempt == back.Attempt);
            if (was is null && back.How is null) yield return new TimerChange.Set(Key(after.Id, back.Attempt), Kind, after.Id, back.At, back.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
            else if (was is { How: null } && back.How is not null) yield return new TimerChange.Cancel(Key(after.Id, back.Attempt));
        }
    }

    public static string Key(Guid call, long attempt) => FormattableString.Invariant($"call:{call:N}:back:{attempt}");
}

/// <summary>While a caller waits on our own line the people on duty are rung; a call centre rings its own.</summary>
public static class WaitingTimer
{
    public const string Kind = "call.waiting";
    public const string Waiting = nameof(Waiting);

    public static IEnumerable<TimerChange> Between(CaseFile before, CaseFile after)
    {
        if (after.Call is not { Received.Centre: null } || before.State == after.State) yield break;
        if (after.State == Waiting) yield return new TimerChange.Set(Key(after.Id), Kind, after.Id, after.ChangedAt);
        else if (before.State == Waiting) yield return Stop(after.Id);
    }

    public static TimerChange Stop(Guid call) => new TimerChange.Cancel(Key(call));

    private static string Key(Guid call) => $"call:{call:N}:waiting";
}
