namespace Hotline.Telephony;

/// <summary>What a caller of the public line hears, in the language asked for. Nobody is asked anything by a machine, and what is
/// recorded is said before.</summary>
public sealed record LineTexts(string Language, string Wait, string StillWaiting, string LeaveMessage, string Recorded, string Nothing)
{
    public const string English = "en";
    public const string WelcomeZh = "您好，这里是儿童保护热线。如有人正处于危险中，请挂机并立即拨打110。正在为您转接。";
    public const string WelcomeEn = "Child protection hotline. For English, press 9.";

    private static readonly LineTexts Zh = new(
        Twiml.Chinese, "请不要挂机，马上有人接听。", "仍在为您转接，请稍候。如有危险请拨打110。",
        "现在无人接听，我们会尽快给您回电。您也可以在提示音后留言，留言会被录音，说完请按井号键。",
        "已经收到，我们会尽快给您回电。如有危险请立即拨打110。", "我们会尽快给您回电。如有危险请立即拨打110。");

    private static readonly LineTexts En = new(
        "en-US", "Please hold, somebody will be with you at once.", "We are still connecting you. If there is danger, call 110.",
        "Nobody can answer just now; we will call you back soon. You may leave a message after the tone. It is recorded. Press the hash key when you are done.",
        "Thank you. We will call you back soon. If there is danger, call 110 now.", "We will call you back soon. If there is danger, call 110 now.");

    public static LineTexts Of(string? language) => language == English ? En : Zh;

    public string Short => this == En ? English : "zh";

    public const string FieldMenu = "已出发请按1，已到达按2，见到孩子按3，报平安按4，需要支援按5，已离开按6，转热线请按0。";
    public const string FieldNotKept = "系统暂时无法登记。如有危险请立即拨打110。";
    public const string OfficerCall = "儿童保护热线有来电等候。接听请按 1。";
    public const string OfficerTooLate = "这通来电已经有人接听，或来电人已挂机。谢谢。";
    public const string OfficerJoining = "正在接通。";
    public const string BridgeAsk = "这是您请求的回拨。接通来电人请按 1。";
    public const string BridgeOver = "通话已结束，请在值班台记录结果。";
    public const string BridgeMissed = "没有接通。系统会提醒再次回拨。";
    public const string BridgeImpossible = "这通来电不能回拨，请在值班台查看。";
}
