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

/// <summary>The provider's word for how far something came, and why it went wrong where it did.</summary>
public sealed record Said(string Status, Cause? Cause);

/// <summary>A way to reach a person: one kind of reaching (text, call) by one gateway. New ways come in here.</summary>
public interface IChannel
{
    string Name { get; }

    /// <summary>The gateway as the packs name it.</summary>
    string Gateway { get; }

    ChannelCapabilities Can(PhoneNumber to);

    /// <param name="bundle">The message tells of several pages.</param>
    Task<Submitted> Send(PageFile page, PageAttempt attempt, Bundle? bundle, PhoneNumber to, CancellationToken cancel);

    /// <summary>What the gateway says now of something it took; null when it could not say.</summary>
    Task<Said?> Ask(PageAttempt attempt, string sid, PhoneNumber to, CancellationToken cancel);

    /// <summary>Looks for the attempt at the gateway; <paramref name="isKnown"/> says which of its ids we know already.</summary>
    Task<Looked> Look(PageAttempt attempt, PhoneNumber to, DateTimeOffset requestedAt, Func<string, Task<bool>> isKnown, CancellationToken cancel);
}

/// <summary>Gateways by the names that packs give them.</summary>
public static class GatewayNames
{
    public const string Twilio = "twilio";
    public const string Template = "template";
}

/// <summary>Texts. The random reference in the text finds it again.</summary>
public sealed class SmsChannel(TwilioClient gateway, TwilioSettings settings) : IChannel
{
    public string Name => Channels.Sms;

    public string Gateway => GatewayNames.Twilio;

    public ChannelCapabilities Can(PhoneNumber to) => ChannelCapabilities.OfTwilio(to);

    public Task<Submitted> Send(PageFile page, PageAttempt attempt, Bundle? bundle, PhoneNumber to, CancellationToken cancel) =>
        gateway.SendText(
            new(to, Texts.Page(attempt.Reference, page.Started!.Triage, page.Why, bundle?.Code ?? attempt.Code, bundle?.Count ?? 1, Can(to), page.Started.Exercise),
                Addresses.Of(settings, "message-status", page.Id, attempt.Id), TimeSpan.FromSeconds(attempt.ValiditySeconds)),
            cancel);

    public async Task<Said?> Ask(PageAttempt attempt, string sid, PhoneNumber to, CancellationToken cancel) =>
        await gateway.FetchMessage(sid, cancel) is { } seen ? new(seen.Status, Cause.OfTwilio(seen.ErrorCode)) : null;

    public async Task<Looked> Look(
        PageAttempt attempt, PhoneNumber to, DateTimeOffset requestedAt, Func<string, Task<bool>> isKnown, CancellationToken cancel)
    {
        if (await gateway.ListMessages(to, requestedAt - Addresses.LookBack, cancel) is not { } listed) return new Looked.NoAnswer();
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

    public string Gateway => GatewayNames.Twilio;

    public ChannelCapabilities Can(PhoneNumber to) => ChannelCapabilities.OfCalls;

    public Task<Submitted> Send(PageFile page, PageAttempt attempt, Bundle? bundle, PhoneNumber to, CancellationToken cancel) =>
        gateway.PlaceCall(
            new(to, Addresses.Of(settings, "page-call", page.Id, attempt.Id), Addresses.Of(settings, "call-status", page.Id, attempt.Id), RingFor),
            cancel);

    public async Task<Said?> Ask(PageAttempt attempt, string sid, PhoneNumber to, CancellationToken cancel) =>
        await gateway.FetchCall(sid, cancel) is { } seen ? new(seen.Status, null) : null;

    public async Task<Looked> Look(
        PageAttempt attempt, PhoneNumber to, DateTimeOffset requestedAt, Func<string, Task<bool>> isKnown, CancellationToken cancel)
    {
        if (await gateway.ListCalls(to, requestedAt - Addresses.LookBack, cancel) is not { } listed) return new Looked.NoAnswer();
        foreach (var call in listed.Reverse().Where(c => c.From == settings.From))
            if (!await isKnown(call.Sid)) return new Looked.Found(call.Sid, call.Status);
        return new Looked.Absent();
    }
}

/// <summary>Webhook addresses that carry our ids, so that a callback is understood though the response was lost.</summary>
internal static class Addresses
{
    /// <summary>The gateway's clock is not ours.</summary>
    public static readonly TimeSpan LookBack = TimeSpan.FromMinutes(2);

    public static string Of(TwilioSettings settings, string path, Guid page, Guid attempt, int? tries = null, string? digits = null)
    {
        List<KeyValuePair<string, string>> query = [new("page", page.ToString("N")), new("attempt", attempt.ToString("N"))];
        if (tries is { } n) query.Add(new("tries", n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        if (digits is not null) query.Add(new("digits", digits));
        return settings.Webhook(path, query);
    }
}
