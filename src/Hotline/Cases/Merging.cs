using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What further knowledge means for a file: a higher level, and clocks that keep their old start. Pure; nothing is ever lowered
/// (domain 3.4).</summary>
public static class Merging
{
    /// <summary>Somebody must go at once: a case of this level opens by itself.</summary>
    public static bool IsUrgent(CaseFile file) => file.Triage is "T1" or "T2";

    /// <summary>The level that the answers as they stand ask for, with whatever runs by it; nothing where it is not higher.</summary>
    public static ImmutableArray<Happening> Raise(Pack pack, CaseFile file, DateTimeOffset now)
    {
        var (grounds, category) = file.Report is { } report ? (report.Grounds, report.Category) : (file.Case!.Grounds, file.Case.Category);
        var triage = Triaging.Of(new(file.Danger, grounds, category, true), pack.Triage);
        return RaisedTo(pack, file, triage.Level, string.Join(", ", triage.Why), now);
    }

    /// <summary>What a merge does to the case that goes on: the greater danger counts, and of each clock the earliest start (design 5). A
    /// clock that only an absorbed case had runs on where the target has a step that meets it; one that nothing here could meet would
    /// only ring for ever.</summary>
    public static ImmutableArray<Happening> Absorb(Pack pack, CaseFile target, IReadOnlyList<CaseFile> absorbed, DateTimeOffset now)
    {
        ImmutableArray<Happening> events =
        [
            .. absorbed.SelectMany(c => c.Danger.Where(d => d.Value == "yes" && target.Danger.GetValueOrDefault(d.Key) != "yes").Select(d => (d.Key, c.Id)))
                .DistinctBy(d => d.Key).Select(d => new FactEchoed("danger." + d.Key, "yes", d.Id)),
        ];
        var level = absorbed.Select(c => c.Triage).Append(target.Triage).Min(StringComparer.Ordinal)!;
        events = events.AddRange(RaisedTo(pack, Stepping.Fold(target, events, now), level, string.Join(", ", absorbed.Select(c => c.Number)), now));
        return events.AddRange(Clocks(pack, Stepping.Fold(target, events, now), absorbed));
    }

    private static ImmutableArray<Happening> RaisedTo(Pack pack, CaseFile file, string level, string why, DateTimeOffset now)
    {
        if (string.CompareOrdinal(level, file.Triage) >= 0) return [];
        ImmutableArray<Happening> changed = [new LevelChanged(file.Triage, level, Actor.System, why)];
        var after = Stepping.Fold(file, changed, now);
        return changed.AddRange(file.Clocks.Values.Where(c => c.State == ClockState.Running && pack.Clocks[c.Code].By == "triage")
            .Select(c => Stepping.Starting(pack, c.Code, after, c.StartedAt)));
    }

    private static IEnumerable<ClockStarted> Clocks(Pack pack, CaseFile target, IReadOnlyList<CaseFile> absorbed)
    {
        var meetable = pack.Machines[CaseKind.Case].StepsFrom(target.State).SelectMany(s => s.Meets).ToHashSet();
        foreach (var others in absorbed.SelectMany(c => c.Clocks.Values).Where(c => c.State is ClockState.Running or ClockState.Breached)
            .GroupBy(c => c.Code, c => c.StartedAt))
        {
            var own = target.Clocks.GetValueOrDefault(others.Key);
            var moves = own is { State: ClockState.Running } && others.Min() < own.StartedAt;
            if (moves || (own is null && meetable.Contains(others.Key))) yield return Stepping.Starting(pack, others.Key, target, others.Min());
        }
    }
}
