namespace Hotline.Telephony;

/// <summary>The texts of pages with their named gaps, as they are registered with a gateway that takes templates alone. The
/// signature stands before them.</summary>
public static class Templates
{
    public const string Page = "${urgency}·${why}，编号${reference}。回复${code}a接警，或登录值班台。";

    /// <summary>The code that verifies a telephone.</summary>
    public const string ContactCode = "值班联系方式验证码 ${code}，10 分钟内有效，请勿告诉他人。";

    /// <summary>For a way on which no answer comes back.</summary>
    public const string PageOneWay = "${urgency}·${why}，编号${reference}。请接听来电按1接警，或登录值班台。";

    /// <summary>For what waited and goes out together.</summary>
    public const string Bundle = "${count}个呼叫，最急：${urgency}·${why}，编号${reference}。回复${code}a全部接警，或登录值班台。";

    public const string BundleOneWay = "${count}个呼叫，最急：${urgency}·${why}，编号${reference}。请接听来电按1全部接警，或登录值班台。";
}
