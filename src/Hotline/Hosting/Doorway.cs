using System.Globalization;
using Hotline.Http;
using Hotline.Store;

namespace Hotline.Hosting;

/// <summary>What every answer carries and what none gets past: security headers, and a quick 503 while the database is away.</summary>
internal static class Doorway
{
    // The console is one page with scripts and styles of its own; sockets go to the hub.
    private const string ConsolePolicy =
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'";

    // The API browser writes its own styles and start script into its page.
    private const string DocsPolicy = ConsolePolicy + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'";

    public static void Use(WebApplication app)
    {
        var watch = app.Services.GetRequiredService<DatabaseWatch>();
        var options = app.Services.GetRequiredService<HotlineOptions>();
        var clock = app.Services.GetRequiredService<IBusinessClock>();
        var https = Addresses.Read(options.PublicUrl)?.Scheme == "https";
        app.Use(next => http =>
        {
            http.Response.OnStarting(() => Headers(http, https, clock));
            if (!watch.Away || !NeedsDatabase(http.Request.Path)) return next(http);
            http.Response.Headers.RetryAfter = FrameworkErrors.RetryAfterSeconds;
            return new Problem(503, "unavailable").ExecuteAsync(http);
        });
    }

    private static bool NeedsDatabase(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/webhooks") || path.StartsWithSegments("/hubs");

    private static Task Headers(HttpContext http, bool https, IBusinessClock clock)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        // A board counts its clocks by the server's business time, whatever the machine on the desk believes.
        if (http.Request.Path.StartsWithSegments("/api")) headers["Hotline-Now"] = clock.Now.ToString("O", CultureInfo.InvariantCulture);
        headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs") ? DocsPolicy : ConsolePolicy;
        if (https) headers.StrictTransportSecurity = "max-age=31536000";
        if (headers.CacheControl.Count == 0 && NeedsDatabase(http.Request.Path)) headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
