using Hotline.Cases;

namespace Hotline.Calls;

/// <summary>The hotline itself: what telephones do, whom somebody owes a call-back, and what came of each call.</summary>
public static class CallsRoom
{
    public static WebApplicationBuilder AddCalls(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Switchboard>().AddSingleton<CallNumbers>().AddSingleton<CallViews>().AddSingleton<IReaction, CallReaction>();
        return builder;
    }

    public static WebApplication MapCalls(this WebApplication app)
    {
        CallEndpoints.Map(app);
        return app;
    }
}
