using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>What the gateway knows of an attempt whose request ended unclear.</summary>
public abstract record Looked
{
    private Looked() { }

    public sealed record Found(string Sid, string Status) : Looked;

    public sealed record Absent : Looked;

    /// <summary>The gateway could not say.</summary>
    public sealed record NoAnswer : Looked;
}

/// <summary>The provider's word for how far something came, and its error code where there is one.</summary>
public sealed record Said(string Status, int? ErrorCode);

/// <summary>A way to reach a person. New channels come in here.</summary>
public interface IChannel
{
    string Name { get; }

    Task<Submitted> Send(PageFile page, PageAttempt attempt, PhoneNumber to, CancellationToken cancel);

    /// <summary>What the gateway says now of something it took; null when it could not say.</summary>
    Task<Said?> Ask(string sid, CancellationToken cancel);

    /// <summary>Looks for the attempt at the gateway; <paramref name="isOurs"/> says which of its ids we know as other attempts'.</summary>
    Task<Looked> Look(PageAttempt attempt, PhoneNumber to, DateTimeOffset since, Func<string, Task<bool>> isKnown, CancellationToken cancel);
}

/// <summary>Texts. The random reference in the text finds it again.</summary>
public sealed class SmsChannel(TwilioClient gateway, TwilioSettings settings) : IChannel
{
    public string Name => Channels.Sms;

    public Task<Submitted> Send(PageFile page, PageAttempt attempt, PhoneNumber to, CancellationToken cancel) =>
        gateway.SendText(
            new(to, Texts.Page(attempt.Reference, page.Started!.Triage, page.Why, attempt.Code, to.Capabilities),
                Addresses.Of(settings, "message-status", page.Id, attempt.Id), TimeSpan.FromSeconds(attempt.ValiditySeconds)),
            cancel);

    public async Task<Said?> Ask(string sid, CancellationToken cancel) =>
        await gateway.FetchMessage(sid, cancel) is { } seen ? new(seen.Status, seen.ErrorCode) : null;

    public async Task<Looked> Look(
        PageAttempt attempt, PhoneNumber to, DateTimeOffset since, Func<string, Task<bool>> isKnown, CancellationToken cancel)
    {
        if (await gateway.ListMessages(to, since, cancel) is not { } listed) return new Looked.NoAnswer();
        return listed.FirstOrDefault(m => m.Body.Contains($"编号{attempt.Reference}。", StringComparison.Ordinal)) is { } message
            ? new Looked.Found(message.Sid, message.Status)
            : new Looked.Absent();
    }
}

/// <summary>Calls. A listed call carries nothing of ours, so the first to that number since then that no other attempt has.</summary>
public sealed class CallChannel(TwilioClient gateway, TwilioSettings settings) : IChannel
{
    private static readonly TimeSpan RingFor = TimeSpan.FromSeconds(30);

    public string Name => Channels.Call;

    public Task<Submitted> Send(PageFile page, PageAttempt attempt, PhoneNumber to, CancellationToken cancel) =>
        gateway.PlaceCall(
            new(to, Addresses.Of(settings, "page-call", page.Id, attempt.Id), Addresses.Of(settings, "call-status", page.Id, attempt.Id), RingFor),
            cancel);

    public async Task<Said?> Ask(string sid, CancellationToken cancel) =>
        await gateway.FetchCall(sid, cancel) is { } seen ? new(seen.Status, null) : null;

    public async Task<Looked> Look(
        PageAttempt attempt, PhoneNumber to, DateTimeOffset since, Func<string, Task<bool>> isKnown, CancellationToken cancel)
    {
        if (await gateway.ListCalls(to, since, cancel) is not { } listed) return new Looked.NoAnswer();
        foreach (var call in listed.Reverse().Where(c => c.From == settings.From))
            if (!await isKnown(call.Sid)) return new Looked.Found(call.Sid, call.Status);
        return new Looked.Absent();
    }
}

/// <summary>Webhook addresses that carry our ids, so that a callback is understood though the response was lost.</summary>
internal static class Addresses
{
    public static string Of(TwilioSettings settings, string path, Guid page, Guid attempt, int? tries = null, string? digits = null)
    {
        List<KeyValuePair<string, string>> query = [new("page", page.ToString("N")), new("attempt", attempt.ToString("N"))];
        if (tries is { } n) query.Add(new("tries", n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (digits is not null) query.Add(new("digits", digits));
        return settings.Webhook(path, query);
    }
}
