using System.Globalization;
using System.Text.RegularExpressions;
using Hotline.Simulator.Phones;

namespace Hotline.Simulator.Twilio;

/// <summary>Messages of the REST API.</summary>
public static partial class MessagesApi
{
    public static void Map(RouteGroupBuilder account)
    {
        account.MapPost("/Messages.json", Create);
        account.MapGet("/Messages.json", List);
        account.MapGet("/Messages/{sid}.json", (string sid, World world) =>
            world.Message(sid) is { } found ? Ok(world, found) : TwilioError.Of(20404).Answer());
        account.MapPost("/Messages/{sid}.json", Update);
        account.MapDelete("/Messages/{sid}.json", (string sid, World world) =>
            world.Message(sid) is { } found && world.Remove(found)
                ? Results.NoContent() : TwilioError.Of(20404).Answer());
    }

    static async Task<IResult> Create(HttpRequest request, World world, Carrier carrier, CancellationToken cancel)
    {
        var form = await FormBody.Read(request, cancel);
        if (Refusal(form, world) is { } code)
        {
            world.Log("refused", new { what = "text", to = form["To"], code });
            return TwilioError.Of(code).Answer();
        }
        var now = world.Clock.Now;
        var service = form["MessagingServiceSid"];
        var phone = world.Phone(form["To"]!);
        var scheduled = service is not null && form["ScheduleType"] == "fixed" && form["SendAt"] is not null;
        var message = new TextMessage
        {
            Sid = world.Sids.New(form["MediaUrl"] is null ? "SM" : "MM"),
            Direction = "outbound-api",
            From = service is null ? form["From"] : null,
            To = form["To"]!,
            Body = form["Body"] ?? "",
            Status = scheduled ? "scheduled" : service is null ? "queued" : "accepted",
            CreatedAt = now,
            UpdatedAt = now,
            ServiceSid = service,
            StatusCallback = form["StatusCallback"],
            Validity = TimeSpan.FromSeconds(Seconds(form["ValidityPeriod"])),
            SendAt = scheduled ? Rfc2822.Parse(form["SendAt"]!) : null,
            Plan = phone?.Delivery,
            NumMedia = form.All("MediaUrl").Count(),
        };
        world.Add(message);
        world.Log("text", new { message.Sid, message.From, message.To, message.Body, message.ServiceSid, segments = Segments.Of(message.Body).Count });
        // What the answer shows is settled before the carrier starts to change it.
        var answer = Results.Json(message.Resource(world.Options.AccountSid), statusCode: 201);
        await carrier.Start(message);
        return answer;
    }

    static int Seconds(string? text) => text is null ? 36_000 : int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>The code with which a create request is refused; carriers refuse later, by a status.</summary>
    static int? Refusal(FormBody form, World world)
    {
        if (form["To"] is not { } to) return 21604;
        if (form["Body"] is null && form["MediaUrl"] is null && form["ContentSid"] is null) return 21602;
        if (form["Body"] is { Length: > 1600 }) return 21617;
        var magic = to switch
        {
            "+15005550001" => 21211,
            "+15005550002" => 21612,
            "+15005550003" => 21408,
            "+15005550004" => 21610,
            "+15005550009" => 21614,
            _ => 0,
        };
        if (magic > 0) return magic;
        if (!Number().IsMatch(to)) return 21211;
        if (Sender(form, world) is { } bad) return bad;
        if (to == form["From"]) return 21266;
        if (form["StatusCallback"] is { } callback && !CallbackHost().IsMatch(callback)) return 21609;
        if (form["ValidityPeriod"] is { } validity
            && !(int.TryParse(validity, CultureInfo.InvariantCulture, out var seconds)
                && seconds is >= 1 and <= 36_000))
            return 21718;
        return world.Phone(to) switch
        {
            { OptedOut: true } => 21610,
            { Landline: true, MainlandChina: true } => 21614,
            _ => null,
        };
    }

    static int? Sender(FormBody form, World world) => (form["From"], form["MessagingServiceSid"]) switch
    {
        (null, null) => 21603,
        (null, var service) => service == world.Options.MessagingServiceSid ? null : 21703,
        ("+15005550001", _) => 21212,
        ("+15005550007", _) => 21606,
        ("+15005550008", _) => 21611,
        var (from, _) when !Number().IsMatch(from) => 21212,
        var (from, _) => from == world.Options.From || from == "+15005550006" ? null : 21606,
    };

    static IResult List(HttpRequest request, World world)
    {
        var (to, from) = (request.Query["To"].ToString(), request.Query["From"].ToString());
        var found = world.Messages(message => message.Gateway == "twilio" &&
            (to.Length == 0 || message.To == to) && (from.Length == 0 || message.From == from)
            && Listing.Passes(request.Query, "DateSent", Rounded(message.SentAt ?? message.CreatedAt)));
        return Listing.Page(request, "messages", [.. found.Reverse()], message => message.Sid,
            message => world.Read(() => message.Resource(world.Options.AccountSid)));
    }

    // The service keeps whole seconds: a text of this very second is not earlier than it.
    internal static DateTimeOffset Rounded(DateTimeOffset at) => at.AddTicks(TimeSpan.TicksPerSecond - 1);

    static async Task<IResult> Update(
        string sid, HttpRequest request, World world, CancellationToken cancel)
    {
        if (world.Message(sid) is not { } message) return TwilioError.Of(20404).Answer();
        var form = await FormBody.Read(request, cancel);
        if (form["Status"] is { } status)
        {
            var canceled = status == "canceled" && world.Change(() =>
            {
                if (message.Status is not ("scheduled" or "accepted" or "queued")) return false;
                message.Status = "canceled";
                message.UpdatedAt = world.Clock.Now;
                return true;
            });
            if (!canceled) return TwilioError.Of(status == "canceled" ? 30409 : 20001).Answer();
        }
        else if (form.Fields.Any(field => field.Key == "Body")) world.Change(() => message.Body = form["Body"] ?? "");
        return Ok(world, message);
    }

    static IResult Ok(World world, TextMessage message) =>
        Results.Json(world.Read(() => message.Resource(world.Options.AccountSid)));

    [GeneratedRegex(@"^\+[1-9]\d{6,14}$")]
    internal static partial Regex Number();

    [GeneratedRegex(@"^https?://[^/_\s]+(/|$)")]
    internal static partial Regex CallbackHost();
}
