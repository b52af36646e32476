using Hotline.Cases;
using Hotline.Effects;
using Hotline.Store;

namespace Hotline.Paging;

/// <summary>A page's next step is due: who is on duty now, and who is rung.</summary>
public sealed class ClimbTimer(
    Writer writer, IEventStore store, StreamKinds kinds, OnDuty onDuty, IIds ids, IBusinessClock clock, ILogger<ClimbTimer> log) : ITimerHandler
{
    /// <summary>Two pages that climb at once may want the same reply code: one of them asks again.</summary>
    private const int CodeRacesMax = 8;

    public string Kind => PageTimers.ClimbKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel)
    {
        for (var race = 0; race < CodeRacesMax; race++)
        {
            var seen = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, timer.Stream, cancel);
            Func<PlanStep, IReadOnlyList<Reachable>> reach = seen is { IsRinging: true } ? await onDuty.For(seen, now, cancel) : _ => [];
            var written = await writer.Write(null, now, async load =>
            {
                var page = await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None);
                return Climbing.Decide(load.Kind(PageFile.KindName), page, reach, ids, now, clock.Now);
            });
            if (written is Written.Claimed) continue;
            if (written is Written.Done done && done.Changes.All(c => c.Events.Length == 1)) log.NobodyReachable(timer.Stream);
            return;
        }
        throw new InvalidOperationException("No free reply code; the timer fires again.");
    }
}

/// <summary>An acknowledged page whose taker may have fallen asleep.</summary>
public sealed class IdleTimer(Writer writer) : ITimerHandler
{
    public string Kind => PageTimers.IdleKind;

    public async Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel) =>
        await writer.Write(null, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, timer.Stream, CancellationToken.None);
            return Pages.Idle(load.Kind(PageFile.KindName), page, await LastDeed(load, page), now);
        });

    /// <summary>When a human last took a step on what the page is about: the report, its cases, or the case.</summary>
    private static async Task<DateTimeOffset?> LastDeed(Loader load, PageFile page)
    {
        var deeds = new List<DateTimeOffset?>();
        var cases = new List<Guid>();
        if (page.Started?.Report is { } report)
        {
            var file = await load.Load<CaseFile>(CaseKind.Report, report, CancellationToken.None);
            deeds.Add(file.LastHumanStepAt);
            cases.AddRange(file.Cases.Select(c => c.Id));
        }
        if (page.Started?.Case is { } own) cases.Add(own);
        foreach (var id in cases.Distinct())
            deeds.Add((await load.Load<CaseFile>(CaseKind.Case, id, CancellationToken.None)).LastHumanStepAt);
        return deeds.Max();
    }
}
