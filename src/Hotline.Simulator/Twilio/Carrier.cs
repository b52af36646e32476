using System.Globalization;
using System.Text.RegularExpressions;
using Hotline.Simulator.Phones;

namespace Hotline.Simulator.Twilio;

/// <summary>Takes a text from the provider to the phone and reports how far it came.</summary>
public sealed partial class Carrier(World world, Webhooks webhooks, Templates.TemplatePushes pushes, IHostApplicationLifetime life)
{
    const int SameTextsMax = 2;
    static readonly TimeSpan SameTextsWithin = TimeSpan.FromHours(24);
    readonly Dictionary<string, DateTimeOffset> senderFreeAt = [];

    /// <summary>Begins the journey; returns at once, unless the script wants a callback before the answer.</summary>
    public async Task Start(TextMessage message)
    {
        var early = message.Plan is { Early: true, Steps: [var first, ..] } ? first : null;
        if (early is not null) await Report(message, early);
        _ = Run(message, early is not null, life.ApplicationStopping);
    }

    async Task Run(TextMessage message, bool firstDone, CancellationToken cancel)
    {
        try
        {
            if (message.SendAt is { } sendAt) await world.Clock.Until(sendAt, cancel);
            if (message.ServiceSid is not null && !await Picked(message)) return;
            var expiry = world.Clock.Now + message.Validity;
            var due = SendTime(message);
            await world.Clock.Until(due < expiry ? due : expiry, cancel);
            if (due >= expiry)
            {
                await Report(message, new("failed", 0, 30036));
                return;
            }
            if (world.Read(() => message.Over) && !firstDone) return;
            if (message.Plan is { } plan) await Scripted(message, plan.Steps.Skip(firstDone ? 1 : 0), cancel);
            else await Deliver(message, expiry, cancel);
        }
        catch (OperationCanceledException)
        {
            // The simulator stops; texts on their way die with it, as everything here does.
        }
    }

    async Task<bool> Picked(TextMessage message)
    {
        if (world.Read(() => message.Status == "canceled")) return false;
        world.Change(() => message.From = world.Options.From);
        await Report(message, new("queued", 0));
        return true;
    }

    DateTimeOffset SendTime(TextMessage message) => world.Change(() =>
    {
        var now = world.Clock.Now;
        if (world.Options.SegmentsPerSecond <= 0) return now;
        var sender = message.From ?? "";
        var start = senderFreeAt.TryGetValue(sender, out var free) && free > now ? free : now;
        var seconds = Segments.Of(message.Body).Count / world.Options.SegmentsPerSecond;
        senderFreeAt[sender] = start + TimeSpan.FromSeconds(seconds);
        return start;
    });

    async Task Scripted(TextMessage message, IEnumerable<DeliveryStep> steps, CancellationToken cancel)
    {
        var due = world.Clock.Now;
        foreach (var step in steps)
        {
            due += TimeSpan.FromSeconds(step.AfterSeconds);
            await world.Clock.Until(due, cancel);
            await Report(message, step);
        }
    }

    async Task Deliver(TextMessage message, DateTimeOffset expiry, CancellationToken cancel)
    {
        var due = world.Clock.Now + TimeSpan.FromSeconds(0.3);
        await world.Clock.Until(due, cancel);
        if (world.Read(() => message.Over)) return;
        await Report(message, new("sent"));
        if (Refused(message) is { } code)
        {
            await world.Clock.Until(due + TimeSpan.FromSeconds(code == 30003 ? 20 : 1), cancel);
            await Report(message, new("undelivered", ErrorCode: code));
            return;
        }
        await world.Clock.Until(due + TimeSpan.FromSeconds(0.7), cancel);
        // A phone that is off gets its texts when it comes back, if they are still worth sending then.
        while (world.Phone(message.To) is { Switches.Off: true })
        {
            var left = expiry - world.Clock.Now;
            if (left <= TimeSpan.Zero)
            {
                await Report(message, new("undelivered", ErrorCode: 30036));
                return;
            }
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(world.NextChange(), world.Clock.Delay(left, stop.Token));
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }
        await Report(message, new("delivered", Arrives: true));
    }

    int? Refused(TextMessage message) => world.Phone(message.To) switch
    {
        null => 30005,
        { Landline: true } => 30006,
        { Switches.NoCoverage: true } => 30003,
        { MainlandChina: true } when message.Gateway != Templates.TemplateApi.Name && (Link().IsMatch(message.Body) || SaidTooOften(message)) => 30007,
        _ => null,
    };

    // Three identical texts to one number within a day are taken for spam there.
    bool SaidTooOften(TextMessage message) => world.Messages(other =>
        other != message && other.Gateway == message.Gateway && other.To == message.To && other.Body == message.Body && !other.Inbound
        && other.CreatedAt <= message.CreatedAt && message.CreatedAt - other.CreatedAt < SameTextsWithin)
            .Length >= SameTextsMax;

    async Task Report(TextMessage message, DeliveryStep step)
    {
        world.Change(() =>
        {
            var now = world.Clock.Now;
            if (step.Status is "sent" or "delivered" or "undelivered") message.SentAt ??= now;
            if (step.Arrives || step.Status == "delivered") message.ArrivedAt ??= now;
            if (message.Over) return;
            message.Status = step.Status;
            message.ErrorCode = step.ErrorCode;
            message.UpdatedAt = now;
        });
        world.Log("status", new { message.Sid, message.To, step.Status, step.ErrorCode });
        if (world.Callbacks && message.Gateway == Templates.TemplateApi.Name && step.Status is "delivered" or "undelivered" or "failed")
            pushes.Receipt(message, step);
        if (message.StatusCallback is not { } callback || !world.Callbacks) return;
        var form = Form(message, step);
        for (var copy = 0; copy < step.Copies; copy++)
            await webhooks.Send(callback, "POST", form, life.ApplicationStopping);
    }

    List<KeyValuePair<string, string>> Form(TextMessage message, DeliveryStep step)
    {
        var form = new List<KeyValuePair<string, string>>
        {
            new("AccountSid", world.Options.AccountSid),
            new("ApiVersion", "2010-04-01"),
            new("From", message.From ?? ""),
            new("MessageSid", message.Sid),
            new("MessageStatus", step.Status),
            new("SmsSid", message.Sid),
            new("SmsStatus", step.Status),
            new("To", message.To),
        };
        if (message.ServiceSid is { } service) form.Add(new("MessagingServiceSid", service));
        if (step is { Status: "failed" or "undelivered", ErrorCode: { } code, WithoutErrorCode: false })
            form.Add(new("ErrorCode", code.ToString(CultureInfo.InvariantCulture)));
        if (step.Status is "delivered" or "undelivered")
            form.Add(new("RawDlrDoneDate",
                world.Clock.Now.UtcDateTime.ToString("yyMMddHHmm", CultureInfo.InvariantCulture)));
        if (message.Plan is { UnknownParameters: true }) form.Add(new("ChannelPrefix", "new one"));
        return form;
    }

    [GeneratedRegex(@"https?://|www\.", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
