using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Says at the start what an operator must know of who carries pages where.</summary>
internal sealed class GatewaysTold(Gateways gateways, TwilioSettings twilio, ILogger<Gateways> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancel)
    {
        if (gateways.Has(GatewayNames.Template)) log.MainlandAtHome();
        else log.MainlandFromAbroad();
        if (twilio.IsPagingOnly) log.TwilioPagesOnly();
        else log.TwilioMayCarry();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
}
