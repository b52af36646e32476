using Hotline.Hosting;

namespace Hotline.Auditing;

/// <summary>Watches the house itself. Needs Paging and the write path.</summary>
public static class AuditingRoom
{
    public static WebApplicationBuilder AddAuditing(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // One client for the life of the process; a redirect would tell the watcher's secret to somebody else.
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<DeadMan>(s, new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = DeadMan.Limit }));
        services.AddSingleton<Debts>().AddSingleton<Deliveries>().AddSingleton<OperationsDesk>().AddSingleton<Auditor>();
        services.AddHostedService(s => s.GetRequiredService<Auditor>());
        services.AddSingleton<IDependency>(s => s.GetRequiredService<Auditor>());
        return builder;
    }

    public static WebApplication MapAuditing(this WebApplication app)
    {
        AuditEndpoints.Map(app);
        return app;
    }
}
