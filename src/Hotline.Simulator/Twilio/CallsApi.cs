using System.Globalization;

namespace Hotline.Simulator.Twilio;

/// <summary>Calls of the REST API.</summary>
public static class CallsApi
{
    static readonly TimeSpan EndShownWithin = TimeSpan.FromSeconds(2);

    public static void Map(RouteGroupBuilder account)
    {
        account.MapPost("/Calls.json", Create);
        account.MapGet("/Calls.json", List);
        account.MapGet("/Calls/{sid}.json", (string sid, World world) =>
            world.Call(sid) is { } found ? Ok(world, found) : TwilioError.Of(20404).Answer());
        account.MapPost("/Calls/{sid}.json", Update);
        account.MapDelete("/Calls/{sid}.json", (string sid, World world) =>
            world.Call(sid) is { } found && world.Remove(found) ? Results.NoContent() : TwilioError.Of(20404).Answer());
    }

    static async Task<IResult> Create(HttpRequest request, World world, Exchange exchange, CancellationToken cancel)
    {
        var form = await FormBody.Read(request, cancel);
        if (Refusal(form, world) is { } code)
        {
            world.Log("refused", new { what = "call", to = form["To"], code });
            return TwilioError.Of(code).Answer();
        }
        var events = form.All("StatusCallbackEvent").SelectMany(value => value.Split(' ')).ToHashSet();
        var call = new VoiceCall
        {
            Sid = world.Sids.New("CA"),
            Direction = "outbound-api",
            From = form["From"]!,
            To = form["To"]!,
            CreatedAt = world.Clock.Now,
            Source = new(form["Url"], form["Method"] ?? "POST", form["Twiml"], form["FallbackUrl"]),
            StatusCallback = form["StatusCallback"],
            StatusCallbackMethod = form["StatusCallbackMethod"] ?? "POST",
            Events = events.Count > 0 ? events : ["completed"],
            RingFor = TimeSpan.FromSeconds(
                double.TryParse(form["Timeout"], CultureInfo.InvariantCulture, out var given) ? given : 60),
            MachineDetection = form["MachineDetection"] is not null,
        };
        world.Add(call);
        world.Log("call", new { call.Sid, call.From, call.To });
        var answer = Results.Json(call.Resource(world.Options.AccountSid), statusCode: 201);
        exchange.Start(call);
        return answer;
    }

    static int? Refusal(FormBody form, World world)
    {
        if (form["To"] is not { } to) return 21201;
        var magic = to switch
        {
            "+15005550001" => 21217,
            "+15005550002" => 21214,
            "+15005550003" => 21215,
            "+15005550004" => 21216,
            _ => 0,
        };
        if (magic > 0) return magic;
        if (!MessagesApi.Number().IsMatch(to)) return 21211;
        if (form["From"] is not { } from) return 21213;
        if (from == "+15005550001" || !MessagesApi.Number().IsMatch(from)) return 21212;
        if (from != world.Options.From && from != "+15005550006") return 21210;
        if (to == from) return 21266;
        if (form["Url"] is null && form["Twiml"] is null) return 21205;
        if (form["Url"] is { } url && !MessagesApi.CallbackHost().IsMatch(url)) return 21205;
        if (form["StatusCallback"] is { } callback && !MessagesApi.CallbackHost().IsMatch(callback)) return 21609;
        return to.StartsWith("+86", StringComparison.Ordinal) && !world.Options.ChinaVoice ? 21215 : null;
    }

    static IResult List(HttpRequest request, World world)
    {
        string Query(string name) => request.Query[name].ToString();
        var found = world.Calls(call =>
            (Query("To").Length == 0 || call.To == Query("To"))
                && (Query("From").Length == 0 || call.From == Query("From"))
            && (Query("Status").Length == 0 || call.Status == Query("Status"))
            && Listing.Passes(request.Query, "StartTime", MessagesApi.Rounded(call.AnsweredAt ?? call.CreatedAt)));
        return Listing.Page(request, "calls", [.. found.Reverse()], call => call.Sid,
            call => world.Read(() => call.Resource(world.Options.AccountSid)));
    }

    static async Task<IResult> Update(string sid, HttpRequest request, World world, CancellationToken cancel)
    {
        if (world.Call(sid) is not { } call) return TwilioError.Of(20404).Answer();
        var form = await FormBody.Read(request, cancel);
        var (over, talking) = world.Read(() => (call.Over, call.Status == "in-progress"));
        switch (form["Status"])
        {
            case "completed" when !over:
            case "canceled" when !over && !talking:
                call.Signal(new CallSignal.End(form["Status"]!));
                await Task.WhenAny(call.Ended.Task, Task.Delay(EndShownWithin, cancel));
                break;
            case "completed" or "canceled":
                return TwilioError.Of(21220).Answer();
            case not null:
                return TwilioError.Of(20001).Answer();
            case null when form["Url"] is not null || form["Twiml"] is not null:
                if (!talking) return TwilioError.Of(21220).Answer();
                call.Signal(new CallSignal.Redirect(
                    new(form["Url"], form["Method"] ?? "POST", form["Twiml"], form["FallbackUrl"])));
                break;
        }
        return Ok(world, call);
    }

    static IResult Ok(World world, VoiceCall call) =>
        Results.Json(world.Read(() => call.Resource(world.Options.AccountSid)));
}
