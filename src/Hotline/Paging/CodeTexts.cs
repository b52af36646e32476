using Hotline.Duty;
using Hotline.Effects;
using Hotline.Store;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Sends the code that verifies a telephone, by the same gateways as pages. A second copy after an unclear end does no harm:
/// it is the same code.</summary>
public sealed class CodeTexts(
    Contacts contacts, NumberLookup lookup, Gateways gateways, TwilioClient gateway, TwilioSettings settings, IServiceProvider services) : IOutboxHandler
{
    private const int TriesMax = 20;
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(10);

    public string Topic => Verifying.Topic;

    public async Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel)
    {
        var (person, challenge) = CodeRef.Of(item);
        // By then the code is too old to be of use.
        if (item.Attempt > TriesMax) return new OutboxEnd.Done();
        if (await contacts.Of(person, cancel) is not { SmsOff: null or Contact.DrillFailed } contact || await contacts.NumberOf(contact, cancel) is not { } number)
            return new OutboxEnd.Done();
        var code = await lookup.Code(challenge, cancel);
        foreach (var way in gateways.For(Channels.Sms, number))
            if (await Send(way, number, code, challenge, cancel) is Submitted.Accepted) return new OutboxEnd.Done();
        return new OutboxEnd.Again(TimeSpan.FromSeconds(Math.Min(30, item.Attempt * 2)), "no gateway took it");
    }

    private async Task<Submitted?> Send(IChannel way, PhoneNumber number, string code, Guid challenge, CancellationToken cancel)
    {
        if (way.Gateway != GatewayNames.Template)
            return await gateway.SendText(new(number, Texts.ContactCode(code), settings.Webhook("message-status"), Validity), cancel);
        return services.GetService<TemplateSettings>() is { CodeTemplate: { Length: > 0 } template }
            ? await services.GetRequiredService<TemplateClient>().Send(new(number, template, Texts.ContactCodeParts(code), challenge.ToString("N")), cancel)
            : null;
    }
}
