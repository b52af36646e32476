using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>Reports and cases: one file shape, two machines.</summary>
public sealed class CaseKind(string name, PolicyBook policies) : StreamKind<CaseFile>(name)
{
    public const string Report = "report";
    public const string Case = "case";

    protected override CaseFile Start(Guid id) => CaseFile.Empty(id, Name);

    protected override CaseFile Evolve(CaseFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(CaseFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(CaseFile file)
    {
        // A stream that a foreign writer began without our first event has nothing a board could show.
        if (file.Report is null && file.Case is null) return [];
        var pack = policies.Of(file);
        var state = pack.Machines[file.Kind].Find(file.State);
        return
        [
            new FileRow
            {
                Id = file.Id, Kind = file.Kind, Version = file.Version, Number = file.Number, State = file.State,
                Stage = Stages.Of(pack, file), Triage = file.Triage, Division = file.Division,
                Organisation = file.Report?.Organisation, FiledBy = file.Report?.FiledBy, Owner = file.Owner?.Id,
                Report = file.Kind == Report ? file.Id : file.Case?.Report, CaseId = file.Kind == Case ? file.Id : null,
                IsOpen = state is { Final: false }, DueAt = NextDue(file), OpenedAt = file.OpenedAt, Body = RowBody.Of(file),
            }.Change(),
        ];
    }

    protected override IEnumerable<TimerChange> Timers(CaseFile before, CaseFile after) =>
        ClockTimers.Between(after.Id, before.Clocks, after.Clocks).Concat(LeavesTimer.Between(before, after, policies.Of(after).Ringing.BeforeChildLeaves));

    private static DateTimeOffset? NextDue(CaseFile file) =>
        file.Clocks.Values.Where(c => c.State is ClockState.Running or ClockState.Breached).Min(c => (DateTimeOffset?)c.DueAt);
}

/// <summary>Published stages of domain 3.2: a region that publishes one (guardianship, while it intervenes) stands before the main state.</summary>
public static class Stages
{
    public static string? Of(Pack pack, CaseFile file) => Regions.Of(pack, file).Select(region => region.Find(file.StateOf(region))?.Published)
        .Append(pack.Machines[file.Kind].Find(file.State)?.Published).FirstOrDefault(stage => stage is not null)
        ?? (file.Kind == CaseKind.Report ? "Report" : null);
}

/// <summary>What the board's row shows of a report or case. No names, no addresses, no free text.</summary>
public sealed record RowBody(
    IReadOnlyList<string> Grounds, string Category, string? ChildSex, int? ChildAge, int Children, string? ReportNumber,
    string? Channel, string? ReportKind, Actor? Owner, IReadOnlyList<ClockState> Clocks, IReadOnlyList<Link> Cases,
    IReadOnlyList<Link> Reports, DateTimeOffset ChangedAt, bool Exercise, IReadOnlyList<string> TriageWhy)
{
    public static RowBody Of(CaseFile file)
    {
        var child = file.Case?.Child ?? (file.Report is { Children.Length: > 0 } ? file.Report.Children[0] : null);
        return new(
            file.Report?.Grounds ?? file.Case!.Grounds, file.Report?.Category ?? file.Case!.Category, child?.Sex, child?.AgeEstimate,
            file.Report?.Children.Length ?? 1, file.Report?.Number ?? file.Case?.ReportNumber, file.Report?.Channel,
            file.Report?.ReportKind, file.Owner, [.. file.Clocks.Values], file.Cases, file.Reports, file.ChangedAt, file.Exercise,
            file.Report?.TriageWhy ?? []);
    }
}

/// <summary>Clock events make timers: one that warns, one that is due.</summary>
public static class ClockTimers
{
    public const string WarnKind = "clock.warn";
    public const string DueKind = "clock.due";

    public static IEnumerable<TimerChange> Between(
        Guid stream, IReadOnlyDictionary<string, ClockState> before, IReadOnlyDictionary<string, ClockState> after)
    {
        foreach (var clock in after.Values)
        {
            if (before.TryGetValue(clock.Code, out var was) && was == clock) continue;
            var (warn, due) = ($"clock:{stream:N}:{clock.Code}:warn", $"clock:{stream:N}:{clock.Code}:due");
            if (clock.State == ClockState.Running)
            {
                yield return new TimerChange.Set(due, DueKind, stream, clock.DueAt, clock.Code);
                yield return clock.WarnAt is { } at ? new TimerChange.Set(warn, WarnKind, stream, at, clock.Code) : new TimerChange.Cancel(warn);
            }
            else if (was is not null)
            {
                yield return new TimerChange.Cancel(due);
                yield return new TimerChange.Cancel(warn);
            }
        }
    }
}

/// <summary>The child leaves soon and nobody has instructed the reporter: rings the desk some time before, which the pack says (design 6).</summary>
public static class LeavesTimer
{
    public const string Kind = "report.leaves";

    public static IEnumerable<TimerChange> Between(CaseFile before, CaseFile after, TimeSpan ahead)
    {
        if (after.Report?.ChildLeavesAt is not { } leaves) yield break;
        var answered = after.Messages.Any(m => m.Sent.Kind == "Instruction");
        if (before.Report is null && !answered) yield return new TimerChange.Set(Key(after.Id), Kind, after.Id, leaves - ahead);
        else if (answered && !before.Messages.Any(m => m.Sent.Kind == "Instruction")) yield return new TimerChange.Cancel(Key(after.Id));
    }

    private static string Key(Guid report) => $"leaves:{report:N}";
}
