using System.Security.Claims;
using System.Text.Encodings.Web;
using Hotline.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Hotline.Security;

/// <summary>Reads the session token from the header, the cookie or, for the hub alone, the query.</summary>
public sealed class SessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, Sessions sessions, SecurityOptions security)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "session";
    public const string CookieName = "hotline_session";
    private bool foreignOrigin;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var (token, fromCookie) = Token();
        if (token is null) return AuthenticateResult.NoResult();
        if (fromCookie && !OwnOrigin(Request, security.PublicUrl))
        {
            foreignOrigin = true;
            return AuthenticateResult.Fail("A cookie counts only for requests of our own pages.");
        }
        // A token handed out for one way of carrying it is not valid in the other: a stolen cookie is no bearer token.
        if (await sessions.Find(token, Context.RequestAborted) is not { } session || session.Cookie != fromCookie)
        {
            return AuthenticateResult.Fail("No such session.");
        }
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new SessionIdentity(session)), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (foreignOrigin) return new Problem(403, "foreign-origin").ExecuteAsync(Context);
        Response.Headers.WWWAuthenticate = "Bearer";
        return new Problem(401, "unauthenticated").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new Problem(403, SessionIdentity.Of(Context.User) is { MustChangePassword: true } ? "password-change-needed" : "forbidden")
            .ExecuteAsync(Context);

    private (string? Token, bool FromCookie) Token()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return (header["Bearer ".Length..].Trim(), false);
        // Browsers cannot put a header on a WebSocket; SignalR's client sends the token here. No log may print the query.
        if (Request.Path.StartsWithSegments("/hubs") && Request.Query["access_token"].ToString() is { Length: > 0 } query) return (query, false);
        return Request.Cookies[CookieName] is { Length: > 0 } cookie ? (cookie, true) : (null, false);
    }

    /// <summary>SameSite=Strict keeps the cookie at home in every current browser; this is the second lock. Reading needs no
    /// origin, but where a browser names one it must be ours; writing needs one.</summary>
    public static bool OwnOrigin(HttpRequest request, string? publicUrl)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0)
        {
            return string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
                || (publicUrl is not null && Uri.TryCreate(publicUrl, UriKind.Absolute, out var ours)
                    && string.Equals(origin, ours.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
        }
        var harmless = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        return harmless || request.Headers["Sec-Fetch-Site"] == "same-origin";
    }
}

/// <summary>The signed-in person as ASP.NET carries it: through requests and hub connections alike.</summary>
public sealed class SessionIdentity(Session session) : ClaimsIdentity(
    [new Claim(ClaimTypes.NameIdentifier, session.Caller.Id.ToString()), new Claim(ClaimTypes.Name, session.Caller.User)],
    SessionHandler.SchemeName)
{
    public Session Session => session;

    public override ClaimsIdentity Clone() => new SessionIdentity(session);

    public static Session? Of(ClaimsPrincipal? user) => user?.Identities.OfType<SessionIdentity>().FirstOrDefault()?.Session;
}
