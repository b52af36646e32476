using Hotline.Cases;
using Hotline.Effects;

namespace Hotline.Drills;

/// <summary>Communication drills: everybody on the lists is paged as an exercise, by the very way a real page takes.</summary>
public static class DrillsRoom
{
    public static WebApplicationBuilder AddDrills(this WebApplicationBuilder builder)
    {
        DrillEvents.Register();
        builder.Services.AddSingleton<StreamKind, DrillKind>().AddSingleton<ITimerHandler, DrillTimer>();
        builder.Services.AddSingleton<DrillPeople>().AddSingleton<DrillDesk>().AddSingleton<DrillViews>();
        return builder;
    }

    public static WebApplication MapDrills(this WebApplication app)
    {
        DrillEndpoints.Map(app);
        return app;
    }
}
