using Hotline.Cases;
using Hotline.Effects;
using Hotline.Telephony;

namespace Hotline.Paging;

/// <summary>Rings until a human answers. Needs Telephony, Duty and the write path.</summary>
public static class PagingRoom
{
    public static WebApplicationBuilder AddPaging(this WebApplicationBuilder builder)
    {
        PageEvents.Register();
        var services = builder.Services;
        services.AddSingleton<StreamKind, PageKind>().AddSingleton<IRinging, Ringing>().AddSingleton<IReaction, PageReaction>().AddSingleton<IReaction, DutyReaction>();
        services.AddSingleton<PageMeter>().AddSingleton<Requests>().AddSingleton<OnDuty>().AddSingleton<Answering>().AddSingleton<PageCalls>();
        services.AddSingleton<StatusCallbacks>().AddSingleton<TextReplies>().AddSingleton<PageQueries>().AddSingleton<PageDesk>().AddSingleton<Reassigning>();
        services.AddSingleton<IOutboxHandler, CodeTexts>();
        services.AddSingleton<IChannel, SmsChannel>().AddSingleton<IChannel, CallChannel>().AddSingleton<Gateways>().AddHostedService<GatewaysTold>();
        services.AddSingleton<Bundles>().AddSingleton<IBundles>(s => s.GetRequiredService<Bundles>()).AddSingleton<Turns>().AddSingleton<AlarmBudget>();
        if (TemplateSettings.Of(builder.Configuration) is not null) services.AddSingleton<IChannel, TemplateChannel>();
        services.AddSingleton<ITimerHandler, ClimbTimer>().AddSingleton<ITimerHandler, IdleTimer>().AddSingleton<ITimerHandler, AskTimer>();
        services.AddSingleton<IOutboxHandler>(s => Delivery(s, Channels.Sms, Topics.Sms));
        services.AddSingleton<IOutboxHandler>(s => Delivery(s, Channels.Call, Topics.Call));
        services.AddSingleton<ITimerHandler, ReleaseTimer>().AddSingleton<IOutboxHandler, FollowDelivery>();
        services.AddSingleton<IOutboxHandler, CallEnding>().AddSingleton<IOutboxHandler, StatusAsking>();
        return builder;
    }

    public static WebApplication MapPaging(this WebApplication app)
    {
        PageEndpoints.Map(app);
        Webhooks.Map(app);
        TemplateWebhooks.Map(app);
        return app;
    }

    private static AttemptDelivery Delivery(IServiceProvider services, string channel, string topic) =>
        ActivatorUtilities.CreateInstance<AttemptDelivery>(services, channel, topic);
}
