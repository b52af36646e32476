using Hotline.Effects;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>The case file, the one writer, the steps.</summary>
public static class CasesRoom
{
    public static void AddCases(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<StreamKind>(s => new CaseKind(CaseKind.Report, s.GetRequiredService<PolicyBook>()));
        services.AddSingleton<StreamKind>(s => new CaseKind(CaseKind.Case, s.GetRequiredService<PolicyBook>()));
        foreach (var kind in Workflow.Names.Assignments)
            services.AddSingleton<StreamKind>(s => new AssignmentKind(kind, s.GetRequiredService<PolicyBook>()));
        services.AddSingleton<StreamKind, CallKind>().AddSingleton<StreamKind, DebriefKind>();
        services.AddSingleton<StreamKinds>().AddSingleton<Writer>().AddSingleton<Keys>().AddSingleton<CaseNumbers>();
        services.AddSingleton<Permissions>().AddSingleton<Desks>().AddSingleton<FileQueries>().AddSingleton<RefOptions>();
        services.AddSingleton<StepDesk>().AddSingleton<StepEndpoint>().AddSingleton<CaseViews>().AddSingleton<DivisionNames>().AddSingleton<Looks>().AddSingleton<Looking>();
        services.AddSingleton<AssignmentViews>().AddSingleton<IOrganisations, Organisations>();
        services.AddSingleton<IReaction, Consequences>();
        services.AddSingleton<ITimerHandler, ClockDue>().AddSingleton<ITimerHandler, ClockWarn>().AddSingleton<ITimerHandler, ChildLeaves>();
    }

    /// <summary>Relay and timer loop: started last, so that every handler is there.</summary>
    public static void AddEffects(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TimerLoop>().AddHostedService(s => s.GetRequiredService<TimerLoop>());
        builder.Services.AddHostedService<OutboxRelay>();
    }
}
