using Hotline.Cases;
using Hotline.Effects;

namespace Hotline.Duty;

/// <summary>Rosters, and how the people on them are reached.</summary>
public static class DutyRoom
{
    public static WebApplicationBuilder AddDuty(this WebApplicationBuilder builder)
    {
        DutyEvents.Register();
        var services = builder.Services;
        services.AddSingleton<StreamKind, RosterKind>().AddSingleton<StreamKind, StaffKind>();
        services.AddSingleton<StreamKind, HandOverKind>().AddSingleton<StreamKind, LogKind>();
        services.AddSingleton<DutyRoomQueries>().AddSingleton<HandOverDesk>().AddSingleton<LogDesk>().AddSingleton<DebriefDesk>().AddSingleton<IReaction, Debriefing>();
        services.AddSingleton<NumberLookup>().AddSingleton<Contacts>().AddSingleton<Rosters>().AddSingleton<ReplyCodes>().AddSingleton<IReplyCodes>(s => s.GetRequiredService<ReplyCodes>());
        services.AddSingleton<IShifts, Shifts>().AddSingleton<DutyViews>().AddSingleton<DutyDesk>().AddSingleton<CalendarAddresses>().AddSingleton<StaffDesk>();
        services.AddSingleton<ITimerHandler, GapTimer>().AddSingleton<ITimerHandler, ChangeTimer>().AddSingleton<ITimerHandler, SignTimer>();
        return builder;
    }

    public static WebApplication MapDuty(this WebApplication app)
    {
        DutyEndpoints.Map(app);
        return app;
    }
}
