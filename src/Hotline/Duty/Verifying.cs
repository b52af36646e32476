using Hotline.Cases;
using Hotline.Http;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Duty;

/// <summary>A telephone is proved by a code that was sent to it. Pure.</summary>
public static class Verifying
{
    /// <summary>Outbox topic; the payload is a <see cref="CodeRef"/>.</summary>
    public const string Topic = "duty.code";

    public static Decision Send(StreamKind kind, StaffFile staff, Contact contact, CodeRules rules, Guid challenge, Guid message, Actor by, DateTimeOffset now)
    {
        if (contact.SmsOff is not (null or Contact.DrillFailed)) return new Decision.Refused(new Problem(409, "channel-is-off"));
        if (staff.Codes.Count(c => c > now - TimeSpan.FromHours(1)) >= rules.PerHourMax) return new Decision.Refused(new Problem(429, "codes-too-many"));
        return new Decision.Accepted(Writing.To(kind, staff.Person, staff, new ContactCodeSent(challenge, contact.NumberValue, by)))
        {
            Outbox = [new(message, Topic, CodeRef.Json(staff.Person, challenge))],
        };
    }

    /// <summary>A wrong code is accepted as an event, so that it counts; the reader looks whether the number is verified then.</summary>
    public static Decision Confirm(
        StreamKind kind, StaffFile staff, Contact contact, CodeRules rules, Func<Guid, bool> isCode, Actor by, DateTimeOffset now)
    {
        if (staff.Challenge is not { } open || open.Number != contact.NumberValue || open.Missed >= rules.TriesMax || now >= open.SentAt + rules.ValidFor)
            return new Decision.Refused(new Problem(409, "code-expired"));
        if (!isCode(open.Id)) return new Decision.Accepted(Writing.To(kind, staff.Person, staff, new ContactCodeMissed(open.Id, by)));
        // The telephone is in its owner's hand and its texts arrive: what a drill took comes back.
        var back = new[] { "sms", "call" }.Where(channel => contact.Off(channel) == Contact.DrillFailed).ToList();
        return new Decision.Accepted(Writing.To(kind, staff.Person, staff,
            [new ContactVerified(contact.NumberValue, by), .. back.Select(channel => new ChannelTurnedOn(channel))]))
        {
            Rows = back.Count == 0 ? [] : [back.Aggregate(contact, (kept, channel) => kept.With(channel, null)).Row()],
        };
    }
}

/// <summary>An outbox payload: ids only. Code and number are made when it is sent.</summary>
public sealed record CodeRef(Guid Person, Guid Challenge)
{
    public static string Json(Guid person, Guid challenge) => $$"""{"person":"{{person}}","challenge":"{{challenge}}"}""";

    public static CodeRef Of(OutboxItem item) =>
        System.Text.Json.JsonSerializer.Deserialize<CodeRef>(item.Payload, Codec.Json) ?? throw new InvalidOperationException("An empty payload.");
}
