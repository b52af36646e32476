using Hotline.Store;

namespace Hotline.Cases;

/// <summary>Tasks, hand-overs and visits: files of the one shape, with rows of their own.</summary>
public sealed class AssignmentKind(string name, PolicyBook policies) : StreamKind<CaseFile>(name)
{
    protected override CaseFile Start(Guid id) => CaseFile.Empty(id, Name);

    protected override CaseFile Evolve(CaseFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(CaseFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(CaseFile file) => file.Assignment is not { } opened ? [] :
    [
        new FileRow
        {
            Id = file.Id, Kind = file.Kind, Version = file.Version, Number = file.Number, State = file.State, Triage = file.Triage,
            Division = file.Division, Organisation = file.Receiver, Sender = file.Sender, Owner = file.Owner?.Id, CaseId = opened.Case,
            IsOpen = policies.Of(file).Machines[file.Kind].Find(file.State) is { Final: false }, DueAt = NextDue(file),
            OpenedAt = file.OpenedAt, Body = AssignmentBody.Of(file),
        }.Change(),
    ];

    protected override IEnumerable<TimerChange> Timers(CaseFile before, CaseFile after) =>
        ClockTimers.Between(after.Id, before.Clocks, after.Clocks);

    public static DateTimeOffset? NextDue(CaseFile file) =>
        file.Clocks.Values.Where(c => c.State is ClockState.Running or ClockState.Breached).Min(c => (DateTimeOffset?)c.DueAt);
}
