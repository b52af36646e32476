using System.Runtime.InteropServices;
using Hotline.Store;
using Hotline.Store.Sealing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>What every room stands on: settings, databases, time, ids, vault, logs, health.</summary>
public static class HostingRoom
{
    private const int Fine = 0, StartRefused = 2, Interrupted = 130;

    public static WebApplicationBuilder AddHosting(this WebApplicationBuilder builder)
    {
        var options = HotlineOptions.Of(builder.Configuration);
        builder.Configuration.AddInMemoryCollection(options.Resolved());
        if (Addresses.Read(options.Url) is not null) builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        builder.Logging.ClearProviders().AddJsonConsole(json =>
        {
            json.UseUtcTimestamp = true;
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning);

        var services = builder.Services;
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIds, SystemIds>();
        services.AddSingleton<Databases>();
        services.AddSingleton(s => s.GetRequiredService<Databases>().Main);
        services.AddKeyedSingleton("keys", (s, _) => s.GetRequiredService<Databases>().Keys);
        services.AddSingleton<DemoClock>().AddSingleton<IBusinessClock>(s => s.GetRequiredService<DemoClock>());
        services.AddSingleton(VaultOf);
        services.AddSingleton<IVault>(s => s.GetRequiredService<PostgresVault>());
        services.AddSingleton<DatabaseWatch>().AddHostedService(s => s.GetRequiredService<DatabaseWatch>());
        services.AddSingleton<IDependency, MainDatabase>().AddSingleton<IDependency, KeyDatabase>()
            .AddSingleton<IDependency, Clocks>().AddSingleton<IDependency, PolicyInForce>()
            .AddSingleton<IDependency, Disk>();
        if (options.Redis is not null)
            services.AddSingleton<Peers>().AddHostedService(s => s.GetRequiredService<Peers>()).AddSingleton<IDependency>(s => s.GetRequiredService<Peers>());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            services.AddHostedService<Telemetry>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        return builder;
    }

    private static PostgresVault VaultOf(IServiceProvider services)
    {
        var databases = services.GetRequiredService<Databases>();
        return new(
            databases.Main, databases.Keys, databases.MasterKey, services.GetRequiredService<IIds>(),
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<PostgresVault>>());
    }

    /// <summary>Goes first in the pipeline, around the problem documents.</summary>
    public static void UseHosting(this WebApplication app) => Doorway.Use(app);

    public static void MapHosting(this WebApplication app) => Health.Map(app);

    /// <summary>Checks the settings, brings the databases up and makes the first keys: all before anything is served.</summary>
    public static async Task StartDatabases(this IServiceProvider services, CancellationToken cancel = default)
    {
        var mistakes = OptionsCheck.Mistakes(services.GetRequiredService<HotlineOptions>());
        if (mistakes.Count > 0) throw new StartRefusedException(string.Join('\n', mistakes));
        await services.GetRequiredService<Databases>().Start(cancel);
        await services.GetRequiredService<PostgresVault>().Prepare(cancel);
        if (services.GetRequiredService<HotlineOptions>().Demo) await services.GetRequiredService<DemoClock>().Refresh(cancel);
    }

    /// <summary>Runs the server to its end. <paramref name="prepare"/> comes between databases and first request (seeding).
    /// Whatever stops the start is a clear line on stderr, and an exit code that is not nought.</summary>
    public static async Task<int> RunHotline(this WebApplication app, Func<CancellationToken, Task>? prepare = null)
    {
        var url = app.Services.GetRequiredService<HotlineOptions>().Url;
        try
        {
            await using (app)
            {
                await BeforeRequests(app, prepare);
                await app.RunAsync();
            }
            return Fine;
        }
        catch (StartRefusedException refused)
        {
            return await Refuse(refused.Message);
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            return await Refuse(PortTaken(url));
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (NpgsqlException gone)
        {
            return await Refuse($"The database went away during the start: {gone.GetType().Name} {gone.SqlState}");
        }
    }

    /// <summary>The host listens to signals only once it runs; until then a stop must find us too, or PostgreSQL stays behind.</summary>
    private static async Task BeforeRequests(WebApplication app, Func<CancellationToken, Task>? prepare)
    {
        // Before the databases are made: a second start by mistake should cost nothing and leave nothing.
        var url = app.Services.GetRequiredService<HotlineOptions>().Url;
        if (!Addresses.CanListen(url)) throw new StartRefusedException(PortTaken(url));
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await app.Services.StartDatabases(stop.Token);
        if (prepare is not null) await prepare(stop.Token);

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static string PortTaken(string url) => $"Hotline:Url: the port of {url} is taken, or may not be listened on.";

    internal static async Task<int> Refuse(string lines)
    {
        foreach (var line in lines.Split('\n')) await Console.Error.WriteLineAsync("hotline: " + line);
        return StartRefused;
    }
}
