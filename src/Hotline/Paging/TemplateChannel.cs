using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Texts by the mainland's gateway of registered templates. Our attempt's id goes out with each and comes back in receipts
/// and details, so nothing has to be found again by its words.</summary>
public sealed class TemplateChannel(TemplateClient gateway, TemplateSettings settings) : IChannel
{
    public string Name => Channels.Sms;

    public string Gateway => GatewayNames.Template;

    public ChannelCapabilities Can(PhoneNumber to) => ChannelCapabilities.OfTemplates;

    public Task<Submitted> Send(PageFile page, PageAttempt attempt, Bundle? bundle, PhoneNumber to, CancellationToken cancel) =>
        gateway.Send(
            new(to, bundle is null ? settings.PageTemplate : settings.BundleTemplate,
                Texts.PageParts(attempt.Reference, page.Started!.Triage, page.Why, bundle?.Code ?? attempt.Code, bundle?.Count ?? 1, page.Started.Exercise), OutId(attempt.Id)),
            cancel);

    public async Task<Said?> Ask(PageAttempt attempt, string sid, PhoneNumber to, CancellationToken cancel) =>
        await gateway.Find(to, OutId(attempt.Id), attempt.SentAt ?? attempt.PlannedAt, cancel) is { Found: { } seen }
            ? new(seen.Status, seen.Error is { } word ? new(TemplateErrors.OfReceipt(word), word) : null)
            : null;

    /// <summary>Details tell no id of the gateway's own; ours does as well.</summary>
    public async Task<Looked> Look(
        PageAttempt attempt, PhoneNumber to, DateTimeOffset requestedAt, Func<string, Task<bool>> isKnown, CancellationToken cancel) =>
        await gateway.Find(to, OutId(attempt.Id), requestedAt, cancel) switch
        {
            { Answered: false } => new Looked.NoAnswer(),
            { Found: { } seen } => new Looked.Found(seen.OutId, seen.Status),
            _ => new Looked.Absent(),
        };

    private static string OutId(Guid attempt) => attempt.ToString("N");
}
