using Hotline.Simulator.Twilio;

namespace Hotline.Simulator.Phones;

/// <summary>A phone to be put on the shelf.</summary>
public sealed record NewPhone(string Number, string? OwnerZh, string? OwnerEn, string? Role, bool Landline,
    Switches? Switches);

/// <param name="Copies">How often the provider posts the same text; it has one SID.</param>
/// <param name="To">Another number of the hotline than the one it sends from.</param>
public sealed record Reply(string? Text, int NumMedia = 0, int Copies = 1, string? To = null);

public sealed record Keys(string Digits);

/// <param name="ShownAs">What stands in From; "anonymous" for a withheld number.</param>
public sealed record Dialled(string? To, string? ShownAs);

/// <summary>What people do with their phones, as HTTP.</summary>
public static class PhonesApi
{
    public static void Map(WebApplication app)
    {
        var phones = app.MapGroup("/phones");
        phones.MapGet("", (long? after, World world) => after == world.Version
            ? Results.NoContent()
            : Results.Json(new
            {
                world.Version,
                now = world.Clock.Now,
                phones = world.Shelf().Select(phone => PhoneView.Of(phone, world)),
            }));
        phones.MapPost("", Add);
        phones.MapGet("/{number}", (string number, World world) => With(world, number, phone => Shown(world, phone)));
        phones.MapPost("/{number}/reply", (string number, Reply reply, World world, Mailbox mailbox) =>
            WithLater(world, number, phone => mailbox.Send(phone, reply)));
        phones.MapPost("/{number}/call", (string number, Dialled? dialled, World world, Exchange exchange) =>
            With(world, number, phone => Call(world, exchange, phone, dialled)));
        phones.MapPost("/{number}/answer", (string number, World world) =>
            Signal(world, number, "ringing", new CallSignal.Answer()));
        phones.MapPost("/{number}/reject", (string number, World world) =>
            Signal(world, number, "ringing", new CallSignal.Decline()));
        phones.MapPost("/{number}/hangup", (string number, World world) =>
            Signal(world, number, null, new CallSignal.HangUp()));
        phones.MapPost("/{number}/press", (string number, Keys keys, World world) =>
            keys.Digits is { Length: > 0 } digits && digits.All(key => char.IsAsciiDigit(key) || key is '*' or '#')
                ? Signal(world, number, "in-progress", new CallSignal.Press(digits))
                : Refused(422, "按键只有 0–9、* 和 #。", "Keys are 0–9, * and #."));
        phones.MapPut("/{number}/switches", (string number, Switches switches, World world) =>
            With(world, number, phone =>
        {
            world.Change(() => phone.Switches = switches);
            return Shown(world, phone);
        }));
        phones.MapPut("/{number}/delivery", (string number, DeliveryPlan? plan, World world) =>
            With(world, number, phone =>
        {
            world.Change(() => phone.Delivery = plan is { Steps.Count: > 0 } ? plan : null);
            return Results.NoContent();
        }));
        app.MapGet("/log", (long? after, string? kind, World world) => Results.Json(world.LogAfter(after ?? 0, kind)));
    }

    static IResult Add(NewPhone given, World world)
    {
        if (given.Number is null || !MessagesApi.Number().IsMatch(given.Number))
            return Refused(422, "号码须为 E.164 格式。", "The number is not in E.164 form.");
        if (world.Phone(given.Number) is not null)
            return Refused(409, "这个号码已经有人使用。", "That number is on the shelf already.");
        var owner = given.OwnerZh ?? given.OwnerEn ?? given.Number;
        var phone = new Phone(given.Number, owner, given.OwnerEn ?? owner, given.Role ?? "other")
        {
            Landline = given.Landline,
            Switches = given.Switches ?? new(),
        };
        world.Add(phone);
        return Results.Json(PhoneView.Of(phone, world), statusCode: 201);
    }

    static IResult Call(World world, Exchange exchange, Phone phone, Dialled? dialled)
    {
        if (phone.Current is not null) return Refused(409, "电话正在使用。", "The phone is in use.");
        if (phone.Switches is { Off: true } or { NoCoverage: true })
            return Refused(409, "关机或不在服务区的电话打不出去。", "A phone that is off or out of coverage cannot call.");
        var call = exchange.Inbound(phone, dialled?.To ?? world.Options.From, dialled?.ShownAs);
        return Results.Json(new { call.Sid }, statusCode: 201);
    }

    static IResult Signal(World world, string number, string? status, CallSignal signal) => With(world, number, phone =>
    {
        if (world.Read(() => phone.Current) is not { } call || (status is not null && call.Status != status))
            return Refused(409, "现在没有这样的通话。", "There is no such call now.");
        call.Signal(signal);
        world.Log("phone", new { phone.Number, call.Sid, did = signal.GetType().Name,
            (signal as CallSignal.Press)?.Digits });
        return Results.Accepted();
    });

    static IResult Shown(World world, Phone phone) => Results.Json(PhoneView.Of(phone, world));

    static IResult With(World world, string number, Func<Phone, IResult> act) =>
        world.Phone(number) is { } phone ? act(phone) : Unknown();

    static async Task<IResult> WithLater(World world, string number, Func<Phone, Task<IResult>> act) =>
        world.Phone(number) is { } phone ? await act(phone) : Unknown();

    static IResult Unknown() => Refused(404, "没有这部电话。", "There is no such phone.");

    internal static IResult Refused(int status, string zh, string en) =>
        Results.Json(new { zh, en }, statusCode: status);
}
