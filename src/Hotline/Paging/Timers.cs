using Hotline.Cases;
using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>A page's next step is due: who is on duty now, and who is rung.</summary>
public sealed class ClimbTimer(
    Writer writer, IEventStore store, StreamKinds kinds, OnDuty onDuty, PolicyBook policies, IIds ids, IBusinessClock clock, ILogger<ClimbTimer> log)
    : ITimerHandler
{
    /// <summary>Two pages that climb at once may want the same reply code: one of them asks again.</summary>
    private const int CodeRacesMax = 8;

    public string Kind => PageTimers.ClimbKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        for (var race = 0; race < CodeRacesMax; race++)
        {
            var seen = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, timer.Stream, cancel);
            Func<PlanStep, IReadOnlyList<Reachable>> reach = seen is { IsRinging: true } ? await onDuty.For(seen, now, race, cancel) : _ => [];
            var written = await writer.Write(null, now, async load =>
            {
                var page = await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None);
                return Climbing.Decide(load.Kind(PageFile.KindName), page, reach, policies.Current.Limits, ids, now, clock.Now);
            });
            if (written is Written.Claimed) continue;
            if (written is Written.Done done && done.Changes.All(c => c.Events.Length == 1)) log.NobodyReachable(timer.Stream);
            return;
        }
        throw new InvalidOperationException("No free reply code; the timer fires again.");
    }
}

/// <summary>An acknowledged page whose taker may have fallen asleep.</summary>
public sealed class IdleTimer(Writer writer, PolicyBook policies) : ITimerHandler
{
    public string Kind => PageTimers.IdleKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) =>
        await writer.Write(null, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None);
            return Pages.Idle(load.Kind(PageFile.KindName), page, await MatterOf(load, page, now), now);
        });

    private async Task<Matter> MatterOf(Loader load, PageFile page, DateTimeOffset now)
    {
        if (page.Started?.Staff is { } person)
            return new(null, (await load.Load<StaffFile>(StaffFile.KindName, person, CancellationToken.None)).Off.IsEmpty);
        // A drill asks for nothing more than the answer, and its report goes on showing who failed.
        if (page.Started?.Drill is not null) return new(null, true);
        if (page.Started?.HandOver is { } hands)
            return new(null, (await load.Load<HandOverFile>(HandOverFile.KindName, hands, CancellationToken.None)).IsSigned);
        if (page.Started?.Roster is not { } id) return Matter.Of(page, await About(load, page), IsFinal);
        var roster = await load.Load<RosterFile>(RosterFile.KindName, id, CancellationToken.None);
        return new(null, !GapWatch.IsOpen(roster, policies.For(roster.Division).Calendar, now));
    }

    /// <summary>What the page is about: the report and its cases, the case, or one task or hand-over of it.</summary>
    private static async Task<IReadOnlyList<CaseFile>> About(Loader load, PageFile page)
    {
        // The stream itself knows from its first event whether it is a task, a hand-over or a visit.
        if (page.Started?.About is { } about) return [await load.Load<CaseFile>(CaseKind.Case, about, CancellationToken.None)];
        var files = new List<CaseFile>();
        if (page.Started?.Report is { } report) files.Add(await load.Load<CaseFile>(CaseKind.Report, report, CancellationToken.None));
        // What is done for a sibling is not done for the child of this page.
        List<Guid?> cases = page.Started?.Case is { } own ? [own] : [.. files.SelectMany(f => f.Cases).Select(c => (Guid?)c.Id)];
        foreach (var id in cases.OfType<Guid>().Distinct()) files.Add(await load.Load<CaseFile>(CaseKind.Case, id, CancellationToken.None));
        return files;
    }

    private bool IsFinal(CaseFile file) => policies.Of(file).Machines[file.Kind].States.Any(s => s.Name == file.State && s.Final);
}

/// <summary>How the matter of a page stands.</summary>
/// <param name="LastDeed">When a human last took a step on it.</param>
/// <param name="IsDone">Nothing is left that a page could ask for: its cases have ended (its report, where it has none), or the
/// clock that rang has been met or stopped since.</param>
public sealed record Matter(DateTimeOffset? LastDeed, bool IsDone)
{
    public static Matter Of(PageFile page, IReadOnlyList<CaseFile> about, Func<CaseFile, bool> isFinal)
    {
        var cases = about.Where(f => f.Kind == CaseKind.Case).ToList();
        var ended = about.Count > 0 && (cases.Count > 0 ? cases : about).All(isFinal);
        var met = page.Started?.Clock is { } clock && about.Any(f => f.Clocks.ContainsKey(clock))
            && about.All(f => !f.Clocks.TryGetValue(clock, out var state) || !state.IsOpen);
        return new(about.Max(f => f.LastHumanStepAt), ended || met);
    }
}
