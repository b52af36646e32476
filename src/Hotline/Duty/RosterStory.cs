using System.Collections.Immutable;
using System.Globalization;
using Hotline.Cases;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>What people did to a roster, in the reader's words. Pure.</summary>
public static class RosterStory
{
    private static readonly ImmutableArray<string> Weekdays = ["周一 Mon", "周二 Tue", "周三 Wed", "周四 Thu", "周五 Fri", "周六 Sat", "周日 Sun"];

    public static IEnumerable<Guid> People(IEnumerable<Recorded> events) => events.SelectMany(e => Named(e.What)).Distinct();

    private static IEnumerable<Guid> Named(Happening what) => what switch
    {
        RosterSet e => [.. e.Shifts.Select(s => s.Person), .. e.Rotations.SelectMany(r => r.People), e.By.Id],
        RosterOverridden e => [.. e.Override.People, e.By.Id],
        AbsencePlanned e => [e.Absence.Person, e.By.Id],
        SwapProposed e => [e.Swap.Giver, e.Swap.Taker, e.By.Id],
        _ => RosterFile.Changer(what) is { } by ? [by.Id] : [],
    };

    /// <summary>From behind the version that was seen.</summary>
    public static IReadOnlyList<TimelineItem> Of(
        IEnumerable<Recorded> events, long seen, IReadOnlyDictionary<Guid, PersonView> people, Pack pack)
    {
        var (told, before) = (new List<TimelineItem>(), (RosterSet?)null);
        foreach (var recorded in events)
        {
            if (recorded.Version > seen && Title(recorded.What) is { } title)
            {
                var by = RosterFile.Changer(recorded.What) ?? (recorded.What as SwapProposed)?.By;
                told.Add(new(
                    recorded.Version, recorded.At, Codec.NameOf(recorded.What), title, by is null ? null : new(Name(by.Id), by.Role, Role(by.Role)), null,
                    [.. Fields(recorded.What, before)], RosterFile.KindName));
            }
            before = recorded.What as RosterSet ?? before;
        }
        return told;

        string Name(Guid person) => people.GetValueOrDefault(person)?.Name ?? "";
        Text Role(string role) => pack.Roles.GetValueOrDefault(role)?.Title ?? new Text(role, role);

        IEnumerable<FieldView> Fields(Happening what, RosterSet? was) => what switch
        {
            RosterSet set =>
            [
                .. Lines(set).Except(Lines(was)).Select(line => new FieldView(new Text("加上", "Added"), line, false)),
                .. Lines(was).Except(Lines(set)).Select(line => new FieldView(new Text("去掉", "Removed"), line, false)),
            ],
            RosterOverridden e => [Span(string.Join("、", e.Override.People.Select(Name)), e.Override.From, e.Override.Until)],
            AbsencePlanned e => [Span(Name(e.Absence.Person), e.Absence.From, e.Absence.Until)],
            SwapProposed e => [Span($"{Name(e.Swap.Giver)} → {Name(e.Swap.Taker)}", e.Swap.From, e.Swap.Until)],
            _ => [],
        };

        IEnumerable<string> Lines(RosterSet? set) => set is null ? [] :
        [
            .. set.Shifts.Select(s => $"{Name(s.Person)} {(s.Days.Length == 7 ? "每天 daily" : string.Join(" ", s.Days.Select(d => Weekdays[d - 1])))} {Hours(s.From, s.To)}"),
            .. set.Rotations.Select(r => $"{string.Join(" → ", r.People.Select(Name))} {r.DaysEach} d {Hours(r.From, r.To)}"),
        ];
    }

    private static FieldView Span(string who, DateTimeOffset from, DateTimeOffset until) =>
        new(new Text("谁、何时", "Who and when"), $"{who} {Moment(from)} – {Moment(until)}", false);

    private static string Moment(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(8)).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Hours(TimeOnly from, TimeOnly to) => string.Create(CultureInfo.InvariantCulture, $"{from:HH:mm}–{to:HH:mm}");

    private static Text? Title(Happening what) => what switch
    {
        RosterSet => new("改了排班计划", "Changed the plan"),
        RosterOverridden => new("安排了替班", "Put others on duty instead"),
        OverrideWithdrawn => new("撤销了替班", "Took a replacement back"),
        AbsencePlanned => new("登记了请假", "Planned an absence"),
        AbsenceWithdrawn => new("撤销了请假", "Took an absence back"),
        SwapProposed => new("提出换班", "Proposed a swap"),
        SwapAnswered => new("答复了换班", "Answered a swap"),
        _ => null,
    };
}
