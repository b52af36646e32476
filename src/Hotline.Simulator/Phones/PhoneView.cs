namespace Hotline.Simulator.Phones;

/// <summary>A phone as its page shows it.</summary>
public static class PhoneView
{
    const int TextsShownMax = 60;

    public static object Of(Phone phone, World world)
    {
        var texts = world.Messages(message => message.To == phone.Number || message.From == phone.Number);
        return world.Read(() => new
        {
            phone.Number,
            owner = new { zh = phone.OwnerZh, en = phone.OwnerEn },
            phone.Role,
            phone.Landline,
            canReply = (!phone.MainlandChina || texts.Any(Answerable)) && !phone.Landline,
            phone.OptedOut,
            phone.Switches,
            texts = texts.TakeLast(TextsShownMax).Select(message => new
            {
                message.Sid,
                mine = message.From == phone.Number,
                message.Body,
                message.Gateway,
                message.Status,
                message.ErrorCode,
                message.CreatedAt,
                message.ArrivedAt,
                segments = Twilio.Segments.Of(message.Body).Count,
            }),
            call = phone.Current is not { } call ? null : new
            {
                call.Sid,
                call.Status,
                call.Inbound,
                other = call.Inbound ? call.To : call.From,
                call.Said,
                call.Pressed,
                call.Listening,
                call.Queue,
                since = call.AnsweredAt ?? call.CreatedAt,
            },
            lastCall = LastCall(phone, world),
        });
    }

    /// <summary>A mainland phone can answer a text of the mainland's own gateway, and none from abroad.</summary>
    public static bool HeardAtHome(Phone phone, World world) => world.Messages(message => message.To == phone.Number && Answerable(message)).Length > 0;

    static bool Answerable(Twilio.TextMessage message) => message is { Gateway: Templates.TemplateApi.Name, Inbound: false, ArrivedAt: not null };

    static object? LastCall(Phone phone, World world) =>
        world.Calls(call => call.PhoneNumber == phone.Number && call.Over) is [.., var last]
            ? new { last.Sid, last.Status, last.Inbound, at = last.EndedAt, last.Said, last.Pressed }
            : null;
}
