using Hotline.Cases;
using Hotline.Effects;
using Hotline.Telephony;

namespace Hotline.Calls;

/// <summary>The hotline itself: what telephones do, whom somebody owes a call-back, and what came of each call.</summary>
public static class CallsRoom
{
    public static WebApplicationBuilder AddCalls(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Switchboard>().AddSingleton<CallNumbers>().AddSingleton<CallViews>().AddSingleton<IReaction, CallReaction>();
        builder.Services.AddSingleton<LineDocuments>().AddSingleton<OnLine>().AddSingleton<Line>().AddSingleton<IInboundLine>(s => s.GetRequiredService<Line>());
        builder.Services.AddSingleton<LineWatch>().AddHostedService(s => s.GetRequiredService<LineWatch>());
        builder.Services.AddSingleton<FieldReports>().AddSingleton<IOtherTexts, TextsToTheLine>();
        builder.Services.AddSingleton<ITimerHandler, CallBackDue>().AddSingleton<ITimerHandler, OfficerRinging>();
        builder.Services.AddSingleton<IOutboxHandler, BackDialling>().AddSingleton<IOutboxHandler, RoundRinging>();
        return builder;
    }

    public static WebApplication MapCalls(this WebApplication app)
    {
        CallEndpoints.Map(app);
        LineWebhooks.Map(app);
        return app;
    }
}
