using System.Net.Sockets;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;

namespace Hotline.Http;

/// <summary>Errors that the framework makes by itself (a body that does not bind, a wrong method, a fault) leave the house
/// as the same problem documents as ours. First in the pipeline.</summary>
public static partial class FrameworkErrors
{
    public const string RetryAfterSeconds = "2";

    public static void UseProblems(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Hotline.Http");
        app.Use(next => http => Answer(http, next, log));
    }

    private static async Task Answer(HttpContext http, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
            if (!http.Response.HasStarted) http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            var allow = http.Response.Headers.Allow;
            http.Response.Clear();
            http.Response.Headers.Allow = allow;
            await Of(http, error, log).ExecuteAsync(http);
            return;
        }
        var bare = http.Response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentLength: null, ContentType: null };
        if (bare && !HttpMethods.IsHead(http.Request.Method)) await Of(http, http.Response.StatusCode).ExecuteAsync(http);
    }

    private static Problem Of(HttpContext http, Exception error, ILogger log)
    {
        if (error is BadHttpRequestException bad) return Of(http, bad.StatusCode);
        if (DatabaseAway(error))
        {
            LogDatabaseAway(log, error.GetType().Name, (error as NpgsqlException)?.SqlState);
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
            return new Problem(503, "unavailable");
        }
        LogFault(log, error, http.TraceIdentifier);
        return new Problem(500, "fault");
    }

    /// <summary>The database cannot be reached, is going down or coming up: the request may be sent again.</summary>
    public static bool DatabaseAway(Exception error) => error switch
    {
        PostgresException refused => refused.SqlState is { } state
            && (state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal)
                || state.StartsWith("53", StringComparison.Ordinal)),
        NpgsqlException => true,
        TimeoutException { Source: "Npgsql" } => true,
        SocketException => true,
        _ => error.InnerException is { } inner && DatabaseAway(inner),
    };

    private static Problem Of(HttpContext http, int status) => status switch
    {
        400 => new(400, "bad-request"),
        401 => new(401, "unauthenticated"),
        403 => new(403, "forbidden"),
        404 => new(404, "not-found"),
        405 => new(405, "method-not-allowed", http.Request.Method),
        406 => new(406, "not-acceptable"),
        408 => new(408, "timeout"),
        413 => new(413, "too-large", http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0),
        415 => new(415, "unsupported-media"),
        429 => new(429, "too-many"),
        503 => new(503, "unavailable"),
        >= 500 => new(status, "fault"),
        _ => new(status, "bad-request"),
    };

    [LoggerMessage(1001, LogLevel.Error, "Request {TraceId} failed")]
    private static partial void LogFault(ILogger log, Exception error, string traceId);

    [LoggerMessage(1002, LogLevel.Warning, "The database is away: {Kind} {SqlState}")]
    private static partial void LogDatabaseAway(ILogger log, string kind, string? sqlState);
}
