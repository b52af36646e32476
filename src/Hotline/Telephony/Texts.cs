using System.Collections.Immutable;

namespace Hotline.Telephony;

/// <summary>What goes out by telephone, once. Never a name, an address or a ground; a page is one segment.</summary>
public static class Texts
{
    /// <summary>Before what a gateway sends as it stands; a gateway of templates puts its registered signature there.</summary>
    public const string Sign = "【儿童保护热线】";

    /// <summary>Nobody may take an exercise for the real thing, nor the other way round.</summary>
    public const string ExerciseMark = "演练";
    private const string Drill = "drill";

    /// <summary>What a page's text is made of, by the names that registered templates use too.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> PageParts(
        string reference, string triage, string why, int code, int count, bool exercise = false) =>
    [
        .. count > 1 ? [new("count", Number(count))] : Array.Empty<KeyValuePair<string, string>>(),
        new("urgency", !exercise ? Urgency(triage) : why == Drill ? ExerciseMark : ExerciseMark + Urgency(triage)), new("why", Why(why)), new("reference", reference),
        new("code", Number(code)),
    ];

    /// <param name="count">Of how many pages it tells; the words are those of the worst.</param>
    public static string Page(
        string reference, string triage, string why, int code, int count, ChannelCapabilities can, bool exercise = false) => Sign + Fill(
        (count > 1, can.CanReply) switch
        {
            (false, true) => Templates.Page,
            (false, false) => Templates.PageOneWay,
            (true, true) => Templates.Bundle,
            (true, false) => Templates.BundleOneWay,
        },
        PageParts(reference, triage, why, code, count, exercise));

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Fill(string template, ImmutableArray<KeyValuePair<string, string>> parts) =>
        parts.Aggregate(template, (text, part) => text.Replace($"${{{part.Key}}}", part.Value, StringComparison.Ordinal));

    public static string Said(string reference, string triage, string why, int count, bool exercise = false) =>
        $"这里是儿童保护热线，{(exercise ? "演练呼叫，不是真实事件" : "值班呼叫")}。{(count > 1 ? $"共 {Number(count)} 个呼叫，最急的是：" : "")}{Urgency(triage)}，{Why(why)}，编号 {string.Join(' ', reference.AsEnumerable())}。"
        + "接警请按 1，重听请按星号。";

    public const string SaidTaken = "谢谢，已为您登记接警。请登录值班台处理。";
    public const string SaidExerciseTaken = "谢谢，这是演练，已登记您收到。";
    public const string SaidWrongKey = "按键无效。";
    public const string SaidGone = "这次呼叫已经结束。请登录值班台查看。";
    public const string SaidWait = "请稍候。";
    public const string SaidNotKept = "系统暂时无法登记。请登录值班台接警。";

    public static string SaidAlready(string role, DateTimeOffset at) => $"这次呼叫已由{Role(role)}于 {Clock(at)} 接警。";

    public static string Taken(string reference, bool exercise = false, string why = "") =>
        why == Drill ? $"演练：已登记您收到（{reference}），谢谢。" : $"{(exercise ? "演练：" : "")}已登记您接警（{reference}）。请登录值班台处理。";

    /// <summary>One answer to a message that told of several.</summary>
    public static string TakenAll(int count, string reference) => $"已登记您接警，共{Number(count)}个（{reference}）。请登录值班台处理。";

    public static string Already(string role, DateTimeOffset at) => $"该呼叫已由{Role(role)}于{Clock(at)}接警。";

    public const string NothingOpen = "现在没有等您接警的呼叫。";
    public const string Stopped = "该呼叫已停止。";
    public const string OnlyAtTheDesk = "这一步请在值班台办理。";
    public const string NotUnderstood = "没有看懂。请照抄短信里“回复”后面的数字和字母。";

    private const int CodesShownMax = 5;

    public static string Which(IEnumerable<(int Code, bool Exercise)> open) =>
        $"有多个呼叫，请回复其中一个：{string.Join('、', open.OrderBy(o => o.Exercise).Take(CodesShownMax).Select(o => $"{o.Code}a{(o.Exercise ? "（演练）" : "")}"))}。";

    /// <summary>Proves that a telephone is in its owner's hand.</summary>
    public static string ContactCode(string code) => Sign + Fill(Templates.ContactCode, ContactCodeParts(code));

    public static ImmutableArray<KeyValuePair<string, string>> ContactCodeParts(string code) => [new("code", code)];

    private static string Urgency(string triage) => triage switch { "T1" => "立即", "T2" => "紧急", "T3" => "优先", _ => "一般" };

    private static string Why(string why) => why switch
    {
        "clock-breached" => "时限逾期",
        "call-owed" => "来电待办",
        "help-needed" => "现场求助",
        "child-leaves" => "儿童即将离开",
        "reporter-wrote" => "报告人来信",
        "refused" => "被拒待协调",
        "danger-found" => "探访发现危险",
        "child-ran-away" => "儿童走失",
        "channel-off" => "通知渠道停用",
        "handover-unsigned" => "交接班未签",
        "duty-gap" => "值班空缺",
        "debrief-owed" => "复盘逾期",
        "drill" => "通信测试",
        "drill-failed" => "演练未通",
        "acknowledged-but-idle" => "已接未办",
        _ => "新报告",
    };

    private static string Role(string role) => role switch
    {
        "DutyOfficer" => "值班员",
        "DutySupervisor" => "值班长",
        "CountyOfficer" => "县民政",
        "CitySupervisor" => "市级督导",
        _ => "其他人员",
    };

    /// <summary>Beijing time: the country has one zone, and the phone's owner is in it.</summary>
    private static string Clock(DateTimeOffset at) =>
        at.ToOffset(TimeSpan.FromHours(8)).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
