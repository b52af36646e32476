using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator.Templates;

/// <summary>The mainland's gateway of registered templates, in the shape of Aliyun's text service: one address, the action in the
/// form, results as words inside HTTP 200.</summary>
public static partial class TemplateApi
{
    public const string Path = "/template-gateway";
    public const string Name = "template";
    const int TextsADayMax = 50;
    static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    /// <summary>Names as they stand here, not as the web likes them.</summary>
    static readonly JsonSerializerOptions Words = new();

    /// <summary>What was registered beforehand; the signature goes before it.</summary>
    static readonly Dictionary<string, string> Registered = new()
    {
        ["SMS_100000002"] = "值班联系方式验证码 ${code}，10 分钟内有效，请勿告诉他人。",
        ["SMS_100000001"] = "${urgency}·${why}，编号${reference}。回复${code}a接警，或登录值班台。",
        ["SMS_100000003"] = "${count}个呼叫，最急：${urgency}·${why}，编号${reference}。回复${code}a全部接警，或登录值班台。",
    };

    public static void Map(WebApplication app) => app.MapPost(Path + "/", async (HttpRequest request, World world, Carrier carrier, CancellationToken cancel) =>
    {
        var form = await FormBody.Read(request, cancel);
        if (form["AccessKeyId"] != world.Options.TemplateKey) return Word("InvalidAccessKeyId.NotFound", 404);
        if (form["Signature"] != TemplateSignature.Of(world.Options.TemplateSecret, "POST", form.Fields)) return Word("SignatureDoesNotMatch", 400);
        return form["Action"] switch
        {
            "SendSms" => await Send(form, world, carrier),
            "QuerySendDetails" => Details(form, world),
            _ => Word("InvalidAction.NotFound", 404),
        };
    });

    static async Task<IResult> Send(FormBody form, World world, Carrier carrier)
    {
        var now = world.Clock.Now;
        var to = "+86" + form["PhoneNumbers"];
        if (Refusal(form, to, world) is { } word)
        {
            world.Log("refused", new { what = "template", to, word });
            return Word(word);
        }
        var message = new TextMessage
        {
            Sid = $"{now.ToUnixTimeMilliseconds()}{world.Sids.New("")[..6]}^0", Direction = "outbound-api", Gateway = Name, From = form["SignName"], To = to,
            Body = $"【{form["SignName"]}】{Filled(form)}", Status = "accepted", CreatedAt = now, UpdatedAt = now, OutId = form["OutId"],
            Template = form["TemplateCode"], Plan = world.Phone(to)?.Delivery,
        };
        world.Add(message);
        world.Log("text", new { message.Sid, message.From, message.To, message.Body, gateway = Name });
        var answer = Results.Json(new { Message = "OK", RequestId = Guid.NewGuid().ToString().ToUpperInvariant(), Code = "OK", BizId = message.Sid },
            Words);
        await carrier.Start(message);
        return answer;
    }

    static string? Refusal(FormBody form, string to, World world)
    {
        if (!Mobile().IsMatch(to)) return "isv.MOBILE_NUMBER_ILLEGAL";
        if (form["SignName"] is null) return "isv.SMS_SIGNATURE_ILLEGAL";
        if (form["TemplateCode"] is not { } code || !Registered.TryGetValue(code, out var text)) return "isv.SMS_TEMPLATE_ILLEGAL";
        if (Parts(form) is not { } parts) return "isv.INVALID_JSON_PARAM";
        if (Gap().Matches(text).Any(gap => !parts.ContainsKey(gap.Groups[1].Value))) return "isv.TEMPLATE_MISSING_PARAMETERS";
        if (parts.Values.Any(part => part.Contains("http", StringComparison.OrdinalIgnoreCase))) return "isv.PARAM_NOT_SUPPORT_URL";
        if (world.Phone(to) is { Landline: true }) return "isv.MOBILE_NUMBER_ILLEGAL";
        var today = world.Messages(m => m.Gateway == Name && m.To == to && m.Template == code && m.CreatedAt > world.Clock.Now.AddDays(-1));
        return today.Length >= TextsADayMax ? "isv.BUSINESS_LIMIT_CONTROL" : null;
    }

    static Dictionary<string, string>? Parts(FormBody form)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(form["TemplateParam"] ?? "{}");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Filled(FormBody form) => Gap().Replace(Registered[form["TemplateCode"]!], gap => Parts(form)![gap.Groups[1].Value]);

    static IResult Details(FormBody form, World world)
    {
        var to = "+86" + form["PhoneNumber"];
        var size = int.Parse(form["PageSize"] ?? "10", CultureInfo.InvariantCulture);
        var page = int.Parse(form["CurrentPage"] ?? "1", CultureInfo.InvariantCulture);
        var found = world.Messages(m => m.Gateway == Name && m.To == to
            && (form["BizId"] is null || m.Sid == form["BizId"]) && Day(m.CreatedAt) == form["SendDate"]);
        var rows = world.Read(() => found.Reverse().Skip((page - 1) * size).Take(size).Select(m => new
        {
            PhoneNum = m.To[3..], m.OutId, TemplateCode = m.Template, Content = m.Body, ErrCode = m.ErrorWord ?? (m.Status == "delivered" ? "DELIVERED" : ""),
            SendStatus = m.Status switch { "delivered" => 3, "undelivered" or "failed" => 2, _ => 1 },
            SendDate = Moment(m.CreatedAt), ReceiveDate = m.Over ? Moment(m.UpdatedAt) : null,
        }).ToList());
        return Results.Json(new
        {
            Code = "OK", Message = "OK", RequestId = Guid.NewGuid().ToString().ToUpperInvariant(),
            TotalCount = $"{found.Length}", SmsSendDetailDTOs = new { SmsSendDetailDTO = rows },
        }, Words);
    }

    internal static IResult Word(string word, int status = 200) =>
        Results.Json(new { Code = word, Message = word, RequestId = Guid.NewGuid().ToString().ToUpperInvariant() }, Words, statusCode: status);

    internal static string Moment(DateTimeOffset at) => at.ToOffset(Beijing).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static string Day(DateTimeOffset at) => at.ToOffset(Beijing).ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    // The demo's numbers begin with an unused prefix on purpose.
    [GeneratedRegex(@"^\+861\d{10}$")]
    private static partial Regex Mobile();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Gap();
}
