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
        services.AddSingleton<StreamKind, PageKind>().AddSingleton<IReaction, PageReaction>().AddSingleton<IReaction, RosterReaction>();
        services.AddSingleton<PageMeter>().AddSingleton<Requests>().AddSingleton<OnDuty>().AddSingleton<Answering>().AddSingleton<PageCalls>();
        services.AddSingleton<StatusCallbacks>().AddSingleton<TextReplies>().AddSingleton<PageQueries>().AddSingleton<PageDesk>();
        services.AddSingleton<SmsChannel>().AddSingleton<CallChannel>();
        services.AddSingleton<ITimerHandler, ClimbTimer>().AddSingleton<ITimerHandler, IdleTimer>().AddSingleton<ITimerHandler, AskTimer>();
        services.AddSingleton<IOutboxHandler>(s => Delivery(s, s.GetRequiredService<SmsChannel>(), Topics.Sms));
        services.AddSingleton<IOutboxHandler>(s => Delivery(s, s.GetRequiredService<CallChannel>(), Topics.Call));
        services.AddSingleton<IOutboxHandler, CallEnding>().AddSingleton<IOutboxHandler, StatusAsking>();
        return builder;
    }

    public static WebApplication MapPaging(this WebApplication app)
    {
        PageEndpoints.Map(app);
        Webhooks.Map(app);
        return app;
    }

    private static AttemptDelivery Delivery(IServiceProvider services, IChannel channel, string topic) =>
        ActivatorUtilities.CreateInstance<AttemptDelivery>(services, channel, topic);
}
