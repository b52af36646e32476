using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Http;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>What a decision about a roster must know beside it.</summary>
/// <param name="Ahead">How far ahead gaps are looked for.</param>
/// <param name="GapsAcknowledged">Whoever asks has seen that gaps are left.</param>
public sealed record Scene(Actor By, DateTimeOffset Now, WorkCalendar Calendar, TimeSpan Ahead, bool GapsAcknowledged);

/// <summary>May this change of a roster be? Pure. Whoever leaves a gap must say that they know.</summary>
public static class Planning
{
    public static readonly TimeSpan WindowMax = TimeSpan.FromDays(31);

    public static Decision Set(StreamKind kind, RosterFile roster, long version, RosterForm form, Scene scene)
    {
        if (roster.Version != version) return new Decision.Refused(Moved(roster.Version, []));
        var set = Setting(form, scene);
        var gaps = Gaps(After(roster, set, scene), scene);
        return gaps.Count > 0 && !scene.GapsAcknowledged
            ? new Decision.Refused(HasGaps(gaps))
            : new Decision.Accepted(Writing.To(kind, roster.Id, roster, set with { GapsAcknowledged = gaps.Count > 0 }));
    }

    /// <summary>The roster as it would be.</summary>
    public static RosterFile Previewed(RosterFile roster, RosterForm form, Scene scene) => After(roster, Setting(form, scene), scene);

    private static RosterSet Setting(RosterForm form, Scene scene) =>
        new(form.Division, form.Role, form.TimeZone, form.Shifts, scene.By) { Rotations = form.Rotations };

    public static Decision Override(StreamKind kind, RosterFile roster, ShiftOverride over, Scene scene) =>
        !IsWindow(over.From, over.Until, scene.Now)
            ? new Decision.Refused(Invalid("until", WindowWrong))
            : Unless(kind, roster, new RosterOverridden(over, scene.By), scene);

    public static Decision WithdrawOverride(StreamKind kind, RosterFile roster, Guid over, Scene scene) =>
        roster.Overrides.Any(o => o.Id == over)
            ? Unless(kind, roster, new OverrideWithdrawn(over, scene.By), scene)
            : new Decision.Refused(new Problem(404, "not-found"));

    /// <summary>One absence, written into every roster that names the person.</summary>
    public static Decision Leave(StreamKind kind, IReadOnlyList<RosterFile> rosters, Absence absence, Scene scene)
    {
        if (!IsWindow(absence.From, absence.Until, scene.Now, TimeSpan.FromDays(366))) return new Decision.Refused(Invalid("until", WindowWrong));
        return rosters.Count == 0
            ? new Decision.Refused(Invalid("person", "此人不在任何值班表上。 This person stands on no roster."))
            : All(kind, rosters, new AbsencePlanned(absence, scene.By), scene);
    }

    /// <summary>The person is back: off nobody's duty, so no gap can open.</summary>
    public static Decision Return(StreamKind kind, IReadOnlyList<RosterFile> rosters, Guid absence, Scene scene) =>
        rosters.Count == 0 ? new Decision.Refused(new Problem(404, "not-found")) : All(kind, rosters, new AbsenceWithdrawn(absence, scene.By), scene);

    public static Decision Propose(StreamKind kind, RosterFile roster, Swap swap, Scene scene)
    {
        if (!IsWindow(swap.From, swap.Until, scene.Now)) return new Decision.Refused(Invalid("until", WindowWrong));
        if (swap.BackFrom is null != swap.BackUntil is null || (swap is { BackFrom: { } from, BackUntil: { } until } && !IsWindow(from, until, scene.Now)))
            return new Decision.Refused(Invalid("backUntil", WindowWrong));
        if (swap.Giver == swap.Taker) return new Decision.Refused(Invalid("taker", "不能与自己换班。 Nobody swaps with themselves."));
        if (!Serves(roster, swap.Giver, swap.From, swap.Until, scene))
            return new Decision.Refused(Invalid("from", "您在这段时间没有班。 You are not on duty in that time."));
        if (swap is { BackFrom: { } backFrom, BackUntil: { } backUntil } && !Serves(roster, swap.Taker, backFrom, backUntil, scene))
            return new Decision.Refused(Invalid("backFrom", "对方在这段时间没有班。 The other person is not on duty in that time."));
        return new Decision.Accepted(Writing.To(kind, roster.Id, roster, new SwapProposed(swap, scene.By)));
    }

    /// <summary>Only the taker accepts or declines, only the giver withdraws, and only while it is open.</summary>
    public static Decision Answer(StreamKind kind, RosterFile roster, Guid id, string state, Scene scene)
    {
        if (roster.Swaps.FirstOrDefault(s => s.Id == id) is not { } swap) return new Decision.Refused(new Problem(404, "not-found"));
        if (scene.By.Id != (state == Swap.Withdrawn ? swap.Giver : swap.Taker)) return new Decision.Refused(new Problem(403, "swap-not-yours"));
        if (swap.State == state) return new Decision.Nothing();
        if (swap.State != Swap.Proposed || (state == Swap.Accepted && swap.Until <= scene.Now)) return new Decision.Refused(new Problem(409, "swap-settled"));
        return Unless(kind, roster, new SwapAnswered(id, state, scene.By), scene);
    }

    public static IReadOnlyList<Watch> Gaps(RosterFile roster, Scene scene) =>
        [.. Rota.Watches(roster, scene.Now, scene.Ahead, scene.Calendar).Where(w => w.IsGap)];

    public static Problem Invalid(string field, string why) => Invalid(field, [why]);

    public static Problem Invalid(string field, IReadOnlyList<string> why) => Invalid(new Dictionary<string, string[]> { [field] = [.. why] });

    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(422, "invalid") { Members = ImmutableDictionary<string, object?>.Empty.Add("errors", errors) };

    public static Problem Moved(long actual, IReadOnlyList<TimelineItem> since) =>
        new(412, "version-moved") { Members = ImmutableDictionary<string, object?>.Empty.Add("version", actual).Add("events", since) };

    private const string WindowWrong =
        "结束须晚于开始和现在，且不超过 31 天（请假 366 天）。 The end must be after the start and after now, at most 31 days later (leave: 366).";

    private static Decision Unless(StreamKind kind, RosterFile roster, Happening change, Scene scene) => All(kind, [roster], change, scene);

    /// <summary>The change of all these rosters, unless it opens gaps that nobody has acknowledged.</summary>
    private static Decision All(StreamKind kind, IReadOnlyList<RosterFile> rosters, Happening change, Scene scene)
    {
        var opened = rosters.SelectMany(r => Opened(r, After(r, change, scene), scene)).ToList();
        return opened.Count > 0 && !scene.GapsAcknowledged
            ? new Decision.Refused(HasGaps(opened))
            : new Decision.Accepted([.. rosters.Select(r => Writing.To(kind, r.Id, r, change))]);
    }

    private static IEnumerable<Watch> Opened(RosterFile before, RosterFile after, Scene scene)
    {
        var known = Gaps(before, scene);
        return Gaps(after, scene).Where(gap => !known.Any(k => k.From <= gap.From && gap.Until <= k.Until));
    }

    private static RosterFile After(RosterFile roster, Happening change, Scene scene) =>
        roster.Evolve(new Recorded(change, roster.Version + 1, scene.Now));

    private static bool Serves(RosterFile roster, Guid person, DateTimeOffset from, DateTimeOffset until, Scene scene) =>
        Rota.Watches(roster, from, until - from, scene.Calendar).Any(w => w.People.Contains(person));

    private static bool IsWindow(DateTimeOffset from, DateTimeOffset until, DateTimeOffset now, TimeSpan? max = null) =>
        until > from && until > now && until - from <= (max ?? WindowMax) && from <= now + TimeSpan.FromDays(366);

    private static Problem HasGaps(IReadOnlyList<Watch> gaps) => new(422, "roster-has-gaps", gaps.Count)
    {
        Members = ImmutableDictionary<string, object?>.Empty
            .Add("gaps", gaps.Select(g => new { from = g.From, until = g.Until }).ToList())
            .Add("errors", new Dictionary<string, string[]>
            {
                ["acknowledgeGaps"] = ["有无人当班的时段；确认后以 true 再次提交。 There are hours nobody covers; submit again with true once you have seen them."],
            }),
    };
}
