using System.Globalization;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator.Phones;

/// <summary>Texts from a phone to the hotline, with the provider's own handling of STOP and START.</summary>
public sealed class Mailbox(World world, Webhooks webhooks, Carrier carrier, Templates.TemplatePushes pushes, IHostApplicationLifetime life)
{
    static readonly string[] Stops =
        ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
    static readonly string[] Starts = ["START", "YES", "UNSTOP"];
    static readonly string[] Helps = ["HELP", "INFO"];

    public async Task<IResult> Send(Phone phone, Reply reply)
    {
        if (phone.MainlandChina && !PhoneView.HeardAtHome(phone, world))
            return PhonesApi.Refused(409, "中国大陆号码无法回复境外号码；请在控制台或通话中按键确认。",
                "A mainland number cannot reply to a foreign sender; acknowledge in the console or by a pressed key.");
        if (phone.Landline || phone.Switches is { Off: true } or { NoCoverage: true })
            return PhonesApi.Refused(409, "这部电话现在发不出短信。", "This phone cannot send texts now.");
        var text = reply.Text ?? "";
        if (phone.MainlandChina) return await SendAtHome(phone, text, reply.Copies);
        var message = new TextMessage
        {
            Sid = world.Sids.New(reply.NumMedia > 0 ? "MM" : "SM"), Direction = "inbound", From = phone.Number,
            To = reply.To ?? world.Options.From, Body = text, Status = "received", CreatedAt = world.Clock.Now,
            UpdatedAt = world.Clock.Now, SentAt = world.Clock.Now, NumMedia = reply.NumMedia,
        };
        world.Add(message);
        world.Log("reply", new { message.Sid, phone.Number, text });
        var form = Form(message, OptOut(phone, text));
        var url = new Uri(world.Options.HotlineUrl, "/webhooks/twilio/sms").AbsoluteUri;
        var cancel = life.ApplicationStopping;
        var answers = await Task.WhenAll(Enumerable.Range(0, Math.Clamp(reply.Copies, 1, 10))
            .Select(_ => webhooks.Send(url, "POST", form, cancel)));
        if (!answers[0].Good && world.Options.SmsFallbackUrl is { } fallback)
            answers[0] = await webhooks.Send(fallback, "POST", form, cancel);
        if (answers[0].Good) await Answer(phone, answers[0].Body);
        return Results.Json(new { message.Sid, answers[0].Status, answers[0].Failure });
    }

    /// <summary>To the mainland's own gateway, whose texts can be answered.</summary>
    async Task<IResult> SendAtHome(Phone phone, string text, int copies)
    {
        var id = world.Sids.New("");
        world.Add(new TextMessage
        {
            Sid = id, Direction = "inbound", Gateway = Templates.TemplateApi.Name, From = phone.Number, To = "1069", Body = text, Status = "received",
            CreatedAt = world.Clock.Now, UpdatedAt = world.Clock.Now, SentAt = world.Clock.Now,
        });
        world.Log("reply", new { Sid = id, phone.Number, text });
        var taken = await Task.WhenAll(Enumerable.Range(0, Math.Clamp(copies, 1, 10)).Select(_ => pushes.Reply(phone.Number, text, id)));
        return Results.Json(new { Sid = id, Status = taken[0] ? 200 : 0 });
    }

    // The provider obeys these words by itself, whatever the hotline does with them.
    string? OptOut(Phone phone, string text)
    {
        var word = text.Trim().ToUpperInvariant();
        if (Stops.Contains(word))
        {
            world.Change(() => phone.OptedOut = true);
            return "STOP";
        }
        if (Starts.Contains(word))
        {
            world.Change(() => phone.OptedOut = false);
            return "START";
        }
        return Helps.Contains(word) ? "HELP" : null;
    }

    async Task Answer(Phone phone, string document)
    {
        foreach (var (to, text) in Twiml.Messages(document))
        {
            if (phone.OptedOut) continue;
            var message = new TextMessage
            {
                Sid = world.Sids.New("SM"), Direction = "outbound-reply", From = world.Options.From,
                To = to ?? phone.Number, Body = text, Status = "queued", CreatedAt = world.Clock.Now,
                UpdatedAt = world.Clock.Now,
            };
            world.Add(message);
            await carrier.Start(message);
        }
    }

    List<KeyValuePair<string, string>> Form(TextMessage message, string? optOut)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("ToCountry", "US"), new("SmsMessageSid", message.Sid), new("NumMedia", $"{message.NumMedia}"),
            new("SmsSid", message.Sid), new("FromCountry", "US"), new("SmsStatus", "received"),
                new("Body", message.Body),
            new("To", message.To),
                new("NumSegments", Segments.Of(message.Body).Count.ToString(CultureInfo.InvariantCulture)),
            new("MessageSid", message.Sid), new("AccountSid", world.Options.AccountSid), new("From", message.From!),
            new("ApiVersion", "2010-04-01"),
        ];
        for (var index = 0; index < message.NumMedia; index++)
            form.Add(new($"MediaUrl{index}", $"http://127.0.0.1/media/{message.Sid}/{index}"));
        if (optOut is not null) form.Add(new("OptOutType", optOut));
        return form;
    }
}
