namespace Hotline.Simulator;

/// <summary>The page with the phones: three files that travel inside the program.</summary>
public static class PageFiles
{
    public static void Map(WebApplication app)
    {
        Serve(app, "/", "phones.html", "text/html; charset=utf-8");
        Serve(app, "/phones.css", "phones.css", "text/css; charset=utf-8");
        Serve(app, "/phones.js", "phones.js", "text/javascript; charset=utf-8");
        app.MapGet("/page/settings", (SimulatorOptions options) =>
            Results.Json(new { console = options.HotlineUrl, ourNumber = options.From, options.City }));
    }

    static void Serve(WebApplication app, string path, string file, string type) =>
        app.MapGet(path, (HttpContext context) =>
    {
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Stream(typeof(PageFiles).Assembly.GetManifestResourceStream($"page/{file}")!, type);
    });
}
