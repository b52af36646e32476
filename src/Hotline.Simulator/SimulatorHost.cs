using System.Text;
using System.Text.Encodings.Web;
using Hotline.Simulator.City;
using Hotline.Simulator.Phones;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator;

/// <summary>The outside world of the hotline in one process: Twilio, telephones, a city.</summary>
public static class SimulatorHost
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddCommandLine(args, SimulatorOptions.Switches);
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls("http://127.0.0.1:8081");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        builder.Services
            .AddSingleton(SimulatorOptions.Read(builder.Configuration))
            .AddSingleton(TimeProvider.System)
            .AddSingleton<SimulatedClock>()
            .AddSingleton(services =>
            {
                var world = ActivatorUtilities.CreateInstance<World>(services);
                world.Clock.Moved += () => world.Change(() => { });
                foreach (var phone in DemoPhones.Shelf()) world.Add(phone);
                return world;
            })
            .AddSingleton(services => new Webhooks(services.GetRequiredService<World>(), Webhooks.Client()))
            .AddSingleton<Faults>().AddSingleton<Templates.TemplatePushes>().AddSingleton<Carrier>().AddSingleton<Exchange>().AddSingleton<Mailbox>()
            .AddSingleton(services =>
                new HotlineClient(services.GetRequiredService<SimulatorOptions>(), Webhooks.Client()))
            .AddSingleton<ClockFollower>().AddHostedService(services => services.GetRequiredService<ClockFollower>())
            .AddSingleton<CityDriver>().AddHostedService(services => services.GetRequiredService<CityDriver>());
        var app = builder.Build();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Templates.TemplateApi.Path), api => api.Use((context, next) =>
            context.RequestServices.GetRequiredService<Faults>().Pass(context, () => next(context))));
        MapTwilio(app);
        Templates.TemplateApi.Map(app);
        PhonesApi.Map(app);
        Control.Map(app);
        CityApi.Map(app);
        PageFiles.Map(app);
        return app;
    }

    static void MapTwilio(WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/2010-04-01"), api =>
        {
            api.Use(async (context, next) =>
            {
                if (Allowed(context)) await next(context);
                else await TwilioError.Of(20003).Answer().ExecuteAsync(context);
            });
            api.Use((context, next) =>
                context.RequestServices.GetRequiredService<Faults>().Pass(context, () => next(context)));
        });
        app.UseRouting();
        var options = app.Services.GetRequiredService<SimulatorOptions>();
        var account = app.MapGroup("/2010-04-01/Accounts/" + options.AccountSid);
        MessagesApi.Map(account);
        CallsApi.Map(account);
        app.Map("/2010-04-01/{**rest}", () => TwilioError.Of(20404).Answer());
    }

    static bool Allowed(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<SimulatorOptions>();
        var given = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}"));
        return context.Request.Headers.Authorization.ToString() == "Basic " + given;
    }
}
