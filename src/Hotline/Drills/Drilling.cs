using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Paging;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Drills;

/// <summary>Planning, starting and cancelling a drill, and ringing the next of its people. Pure.</summary>
public static class Drilling
{
    /// <summary>A due time is finer than the one a timer's row can keep.</summary>
    public static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>Planned anew where it was cancelled before it began; else there is one already.</summary>
    public static Decision Plan(StreamKind kind, DrillFile drill, DrillPlanned plan) =>
        !drill.MayBePlanned
            ? new Decision.Refused(new Problem(409, "drill-planned-already"))
            : new Decision.Accepted(Writing.To(kind, drill.Id, drill, plan));

    /// <summary>Planned for now: it begins with its plan.</summary>
    public static Decision PlanAndStart(
        StreamKind kind, DrillFile drill, DrillPlanned plan, DrillFile? next, ImmutableArray<Drilled> people, DrillRules rules) =>
        Plan(kind, drill, plan) is Decision.Refused no ? no
            : new Decision.Accepted([Writing.To(kind, drill.Id, drill, plan, Started(people, rules, plan.By)), .. Following(kind, plan, next, rules)]);

    /// <param name="next">The one after it where it repeats; nothing where that is planned already.</param>
    public static Decision Start(
        StreamKind kind, DrillFile drill, DrillFile? next, ImmutableArray<Drilled> people, DrillRules rules, Actor by) =>
        drill.State != DrillFile.Planned
            ? new Decision.Refused(new Problem(409, "drill-over"))
            : new Decision.Accepted([Writing.To(kind, drill.Id, drill, Started(people, rules, by)), .. Following(kind, drill.Plan!, next, rules)]);

    /// <summary>Its time has come. Where that is longer ago than a drill lasts, nobody is rung at an hour nobody chose.</summary>
    public static Decision Due(
        StreamKind kind, DrillFile drill, DrillFile? next, ImmutableArray<Drilled> people, DrillRules rules, DateTimeOffset now, DateTimeOffset present)
    {
        if (drill.State != DrillFile.Planned || drill.Plan!.At > now + Rounding) return new Decision.Nothing(DrillKind.Timer(drill));
        Happening begins = present - drill.Plan.At > rules.AnswerWithin ? new DrillMissed() : Started(people, rules, drill.Plan.By);
        return new Decision.Accepted([Writing.To(kind, drill.Id, drill, begins), .. Following(kind, drill.Plan!, next, rules)]);
    }

    /// <summary>The next of the people, a page each.</summary>
    public static Decision Ring(
        StreamKind kind, StreamKind pages, DrillFile drill, Escalation plan, RingingRules ringing, IIds ids, DateTimeOffset now)
    {
        if (drill.RingAt is not { } due || due > now + Rounding) return new Decision.Nothing(DrillKind.Timer(drill));
        var people = drill.ToRing.Skip(drill.Pages.Length).Take(drill.Started!.AtOnce).ToList();
        var begun = people.Select(who => (Page: ids.New(), Need: NeedOf(drill, who, plan, ringing))).ToList();
        return new Decision.Accepted(
        [
            Writing.To(kind, drill.Id, drill, new DrillRang([.. begun.Select(b => b.Page)])),
            .. begun.Select(b => Writing.To(pages, b.Page, new PageFile { Id = b.Page }, Pages.Start(b.Need))),
        ]);
    }

    /// <summary>One that runs stops ringing; nobody loses a channel by it. A series ends with it.</summary>
    public static Decision Cancel(StreamKind kind, DrillFile drill, Actor by) => drill.State switch
    {
        DrillFile.Cancelled => new Decision.Nothing(),
        DrillFile.Planned or DrillFile.Running => new Decision.Accepted(Writing.To(kind, drill.Id, drill, new DrillCancelled(by))),
        _ => new Decision.Refused(new Problem(409, "drill-over")),
    };

    public static DateTimeOffset NextOf(DrillPlanned plan, DrillRules rules) => plan.At + rules.RepeatEvery;

    private static IEnumerable<Writing> Following(StreamKind kind, DrillPlanned plan, DrillFile? next, DrillRules rules) =>
        plan.Repeats && next is { MayBePlanned: true }
            ? [Writing.To(kind, next.Id, next, plan with { At = NextOf(plan, rules) })]
            : [];

    private static DrillStarted Started(ImmutableArray<Drilled> people, DrillRules rules, Actor by) =>
        new(people, (int)rules.AnswerWithin.TotalSeconds, rules.AtOnce, Math.Max(1, (int)rules.NextAfter.TotalSeconds), by);

    private static PageNeed NeedOf(DrillFile drill, Drilled who, Escalation plan, RingingRules ringing)
    {
        var asked = (from step in plan.Steps
                     let after = step.After(Lowest)
                     let channels = step.Channels.Where(drill.Plan!.Channels.Contains).ToImmutableArray()
                     where after is not null && !channels.IsEmpty
                     select (After: after.Value, Channels: channels)).ToList();
        var first = asked.Select(s => s.After).FirstOrDefault();
        return new(null, null, null, Lowest, who.Division,
            plan with { Steps = [.. asked.Select(s => new EscalationStep(s.After - first, who.Role, "own", s.Channels))] },
            PageNeed.DrillCall, Exercise: true)
        {
            Drill = drill.Id, Person = who.Person, Ringing = ringing,
        };
    }

    private const string Lowest = "T4";
}
