using System.Globalization;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>What the gateway says of an attempt: kept once, in the order of its words and not of their arrival. The first may
/// come before our own request has returned; it then proves that the request got through.</summary>
public sealed class StatusCallbacks(Writer writer, IEventStore store, StreamKinds kinds, Contacts contacts, IBusinessClock clock, ILogger<StatusCallbacks> log)
{
    public Task Hear(Guid id, Guid attemptId, string? sid, string? status, string? error) =>
        Hear(id, attemptId, sid, status, int.TryParse(error, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null);

    public async Task Hear(Guid id, Guid attemptId, string? sid, string? status, int? code)
    {
        if (sid is not { Length: 34 } || Statuses.Rank(status) == 0) return;
        var now = clock.Now;
        await writer.Write(null, now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
            // Somebody else's id: no effect, and nothing kept that could grow without limit.
            if (page.Attempt(attemptId) is not { } attempt) return new Decision.Nothing();
            List<Happening> events = [];
            if (Statuses.Advances(attempt.ProviderStatus, status!)) events.Add(new AttemptReported(attemptId, status!));
            if (WhyNot(attempt, status!, code) is { } failed) events.Add(failed);
            return new Decision.Accepted(Writing.To(load.Kind(PageFile.KindName), id, page, [.. events]))
            {
                Rows =
                [
                    Requests.Sid(sid, attempt, id),
                    Requests.Callback(sid, status!, code?.ToString(CultureInfo.InvariantCulture), id, now),
                ],
            };
        });
        if (Statuses.IsFinal(status) && ErrorClasses.OfDelivery(code) == ErrorClass.PermanentAddress) await TakeOff(id, attemptId, code);
    }

    /// <summary>A failure is told once; a code that comes after a copy without one makes the reason better.</summary>
    private static AttemptFailed? WhyNot(PageAttempt attempt, string status, int? code)
    {
        if (attempt.AnsweredAt is not null) return null;
        if (Statuses.IsFinal(attempt.ProviderStatus) && attempt.ProviderStatus != status) return null;
        var failed = Statuses.Failure(attempt.Id, attempt.Channel, status, code);
        return failed is null || attempt.WhyNot == failed.WhyNot || (attempt.WhyNot is not null && code is null) ? null : failed;
    }

    private async Task TakeOff(Guid id, Guid attemptId, int? code)
    {
        var page = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, CancellationToken.None);
        if (page.Attempt(attemptId) is not { } attempt || await contacts.Of(attempt.Person, CancellationToken.None) is not { } contact) return;
        var why = Statuses.Why(ErrorClass.PermanentAddress, code);
        await (attempt.Channel == Channels.Sms ? contacts.SetSms(contact, why, clock.Now) : contacts.SetCall(contact, why, clock.Now));
        log.ChannelOff(contact.Person, attempt.Channel, why);
    }
}
