using System.Collections.Immutable;
using Hotline.Calls;
using Hotline.Cases;
using Hotline.Telephony;
using Hotline.Tests.Cases;
using Hotline.Workflow;

namespace Hotline.Tests.Calls;

public sealed class A_word_from_the_spot
{
    [Theory]
    [InlineData("出发", "SetOut", ""), InlineData("到了", "Arrive", ""), InlineData(" 已到达。", "Arrive", ""), InlineData("到达 老周", "Arrive", "老周")]
    [InlineData("到了，老周", "Arrive", "老周"), InlineData("ＳＯＳ", "NeedHelp", ""), InlineData("求助！", "NeedHelp", ""), InlineData("OK", "CheckIn", "")]
    [InlineData("已见到孩子", "SeeChild", ""), InlineData("left", "LeaveScene", ""), InlineData("Arrived Zhou", "Arrive", "Zhou")]
    public void is_read_as_people_type_it(string text, string said, string rest) => FieldWord.Read(text).ShouldBe(new FieldWord(said, rest));

    [Theory]
    [InlineData(""), InlineData("吃了吗"), InlineData("okay"), InlineData("leftover"), InlineData("1a"), InlineData("help"), InlineData("stop")]
    public void is_none_where_it_is_none(string text) => FieldWord.Read(text).ShouldBeNull();

    [Fact]
    public void is_never_a_word_that_the_gateway_or_a_page_takes()
    {
        foreach (var text in new[] { "出发", "到了", "求助", "sos", "平安", "ok", "离开", "seen" }) Replies.Read(text).ShouldBeOfType<Reply.NotUnderstood>(text);
    }

    [Fact]
    public void means_the_matter_already_begun_else_the_only_one_and_a_call_for_help_always_some()
    {
        FieldReports.Matter One(bool own) => new(CaseFile.Empty(Guid.NewGuid(), "visit"), own);
        var (first, second, begun) = (One(false), One(false), One(true));
        FieldReports.Meant([first], FieldWord.Arrive).ShouldBe(first.File);
        FieldReports.Meant([first, second], FieldWord.Arrive).ShouldBeNull();
        FieldReports.Meant([first, begun, second], FieldWord.Arrive).ShouldBe(begun.File);
        FieldReports.Meant([first, second], FieldWord.NeedHelp).ShouldBe(first.File);
        FieldReports.Meant([first, begun, One(true)], FieldWord.NeedHelp).ShouldBe(begun.File);
    }

    [Theory]
    [InlineData("T1", null, true), InlineData("T2", "false", true), InlineData("T3", null, false), InlineData("T3", "true", true), InlineData("T4", "false", false)]
    public void of_arrival_asks_for_a_second_person_where_the_pack_does(string triage, string? planned, bool two)
    {
        var file = CaseFile.Empty(Guid.NewGuid(), "visit") with
        {
            State = "Planned", Triage = triage,
            Facts = planned is null ? ImmutableSortedDictionary<string, string>.Empty : ImmutableSortedDictionary<string, string>.Empty.Add("twoPeople", planned),
        };
        var world = new GuardWorld { Pack = CaseWorld.Pack, File = file, Now = CaseWorld.Morning };
        var made = CaseWorld.Pack.Machines["visit"].Fire("Planned", "Arrive", g => GuardChecks.Holds(g, CaseWorld.Pack.Machines["visit"].Steps[0], world)).ShouldBeOfType<Move.Made>();
        made.Step.Form.Any(f => f.Required).ShouldBe(two);
    }

    [Theory]
    [InlineData("2026-11-21T12:00:00+08:00", "2026-11-21T08:00:00+08:00"), InlineData("2027-11-21T12:00:00+08:00", null), InlineData("2026-11-21T09:00:00+08:00", "2026-11-21T08:55:00+08:00")]
    public void to_another_line_is_due_before_theirs_and_never_before_it_begins(string theirs, string? ours)
    {
        var start = new DateTimeOffset(2026, 11, 21, 8, 55, 0, TimeSpan.FromHours(8)).AddHours(-2);
        start = ours == "2026-11-21T08:55:00+08:00" ? start.AddHours(2) : start;
        var file = CaseFile.Empty(Guid.NewGuid(), CaseKind.Report) with { Triage = "T3", Facts = ImmutableSortedDictionary<string, string>.Empty.Add("orderDueAt", theirs) };
        var rule = CaseWorld.Pack.Clocks["order-answer"];
        var due = Stepping.Starting(CaseWorld.Pack, rule.Code, file, start).DueAt;
        due.ShouldBe(ours is null ? Clock.DueAt(rule, "T3", start, CaseWorld.Pack.Calendar).DueAt : DateTimeOffset.Parse(ours, System.Globalization.CultureInfo.InvariantCulture));
    }
}
