using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hotline.Telephony;

/// <summary>The telephone room: only it talks to the gateways.</summary>
public static class TelephonyRoom
{
    public static WebApplicationBuilder AddTelephony(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => TwilioSettings.Of(services.GetRequiredService<IConfiguration>()));
        Reach(builder.Services.AddHttpClient<TwilioClient>());
        if (TemplateSettings.Of(builder.Configuration) is { } templates)
        {
            builder.Services.AddSingleton(templates);
            Reach(builder.Services.AddHttpClient<TemplateClient>());
        }
        return builder;
    }

    private static void Reach(IHttpClientBuilder gateway) => gateway
        .ConfigureHttpClient(http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan; // the client sets its own limit per request
            http.MaxResponseContentBufferSize = 1024 * 1024;
        })
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a redirected POST could reach a person twice
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = 48, // as many as the relay carries at once: no emergency waits for a place on the wire
        })
        .RemoveAllLoggers(); // they print addresses, and a list's address holds a number
}
