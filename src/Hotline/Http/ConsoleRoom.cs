namespace Hotline.Http;

/// <summary>The console's files, the OpenAPI document and its pages.</summary>
public static class ConsoleRoom
{
    private const string Immutable = "public, max-age=31536000, immutable";

    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi();
        builder.Services.AddSingleton<OtherMethods>();
        builder.Services.AddResponseCompression(options => options.MimeTypes = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"]);
    }

    /// <summary>Before sign-in: the page itself holds nothing.</summary>
    public static void UseConsole(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            // Vite hashes the names under assets/, so they never change.
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl =
                file.Context.Request.Path.StartsWithSegments("/assets") ? Immutable : "no-cache",
        });
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.SwaggerEndpoint("/openapi/v1.json", "Hotline v1");
        });
    }

    /// <summary>A known address under another method is 405; any other is 404.</summary>
    private static IResult Unknown(HttpContext http, OtherMethods methods)
    {
        var allowed = methods.Of(http.Request.Path);
        if (allowed.Count == 0) return new Problem(404, "not-found");
        http.Response.Headers.Allow = string.Join(", ", allowed);
        return new Problem(405, "method-not-allowed", http.Request.Method);
    }

    public static void MapConsole(this WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        foreach (var prefix in new[] { "/api", "/hubs", "/webhooks", "/health" })
            app.Map(prefix + "/{**rest}", Unknown).AllowAnonymous().ExcludeFromDescription();
        app.MapFallbackToFile("index.html").AllowAnonymous();
    }
}
