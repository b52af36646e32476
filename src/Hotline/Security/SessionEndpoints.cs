using System.Text.Json;
using System.Text.Json.Serialization;
using Hotline.Http;
using Hotline.Workflow;
using Microsoft.AspNetCore.Identity;

namespace Hotline.Security;

/// <summary>Signing in and out, and who I am.</summary>
public static partial class SessionEndpoints
{
    private const int BodyBytesMax = 16 * 1024;
    private const int UserLengthMax = 100;
    private const int PasswordLengthMax = 1000;
    public const int PasswordLengthMin = 12;

    /// <summary>The organisation a person acts for.</summary>
    public sealed record OrganisationView(Guid Id, string Name, string Type);

    /// <summary>The answer to a sign-in; with a cookie the token stays out of scripts' reach.</summary>
    public sealed record SignedIn(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token, string User, IReadOnlyList<string> Roles,
        string Division, OrganisationView Organisation, bool MustChangePassword);

    /// <summary>Who I am. <paramref name="Phones"/>: in a demo, where its telephones can be looked at.</summary>
    public sealed record Me(
        string User, string DisplayName, IReadOnlyList<string> Roles, string Division, string? DivisionName, Text? DivisionTitle,
        OrganisationView Organisation, bool MustChangePassword, string? Phones);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/sessions", Post).AllowAnonymous().WithTags("Security").Produces<SignedIn>().WithName("SignIn");
        app.MapDelete("/api/sessions", Delete).RequireAuthorization(Rights.AnySession).WithTags("Security").WithName("SignOut");
        app.MapGet("/api/me", Get).RequireAuthorization(Rights.AnySession).WithTags("Security").Produces<Me>().WithName("Me");
        app.MapPut("/api/me/password", PutPassword).RequireAuthorization(Rights.AnySession).WithTags("Security").WithName("ChangePassword");
    }

    private static async Task<IResult> Post(
        HttpContext http, SignIn signIn, UserManager<Account> accounts, Sessions sessions, SecurityOptions options, ILogger<Session> log,
        CancellationToken cancel)
    {
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        if (Fields(body!.RootElement, [("user", UserLengthMax), ("password", PasswordLengthMax)], out var fields) is { } invalid) return invalid;

        var cookie = string.Equals(http.Request.Query["cookie"], "true", StringComparison.OrdinalIgnoreCase);
        if (cookie && !SessionHandler.OwnOrigin(http.Request, options.PublicUrl)) return new Problem(403, "foreign-origin");
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var (account, no) = await signIn.Check(accounts, fields["user"], fields["password"], address, cancel);
        if (account is null)
        {
            LogRefused(log, address);
            if (no!.Status is 429 or 503) http.Response.Headers.RetryAfter = "8";
            return no;
        }
        var token = await sessions.Open(account.Id, cookie, cancel);
        LogSignedIn(log, account.Id);
        var session = (await sessions.Find(token, cancel))!;
        if (cookie) http.Response.Cookies.Append(SessionHandler.CookieName, token, CookieFor(http));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SignedIn(
            cookie ? null : token, session.Caller.User, session.Caller.Roles, session.Caller.Division,
            Organisation(session, http.Request), session.MustChangePassword));
    }

    private static async Task<IResult> Delete(HttpContext http, Sessions sessions, CancellationToken cancel)
    {
        await sessions.End(SessionIdentity.Of(http.User)!.Id, cancel);
        http.Response.Cookies.Delete(SessionHandler.CookieName, CookieFor(http));
        return TypedResults.NoContent();
    }

    private static IResult Get(HttpContext http, SecurityOptions options)
    {
        var session = SessionIdentity.Of(http.User)!;
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Me(
            session.Caller.User, session.DisplayName, session.Caller.Roles, session.Caller.Division,
            Languages.Of(http.Request) == "en" ? session.Division?.En : session.Division?.Zh, session.Division,
            Organisation(session, http.Request), session.MustChangePassword, options.Phones));
    }

    private static async Task<IResult> PutPassword(
        HttpContext http, SignIn signIn, UserManager<Account> accounts, Sessions sessions, CancellationToken cancel)
    {
        var (body, refusal) = await JsonBody.Read(http, BodyBytesMax, cancel);
        if (refusal is not null) return refusal;
        if (Fields(body!.RootElement, [("current", PasswordLengthMax), ("password", PasswordLengthMax)], out var fields) is { } invalid) return invalid;
        var session = SessionIdentity.Of(http.User)!;
        if (fields["password"].Length < PasswordLengthMin || fields["password"] == fields["current"]
            || string.Equals(fields["password"], session.Caller.User, StringComparison.OrdinalIgnoreCase))
        {
            return Invalid("password", "password-weak");
        }
        var address = http.Connection.RemoteIpAddress?.ToString() ?? "";
        var (account, no) = await signIn.Check(accounts, session.Caller.User, fields["current"], address, cancel);
        if (account is null) return no!.Status == 401 ? Invalid("current", "password-wrong") : no;
        account.MustChangePassword = false;
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, fields["password"]);
        await accounts.UpdateAsync(account);
        await sessions.EndOthers(account.Id, session.Id, cancel);
        return TypedResults.NoContent();
    }

    private static OrganisationView Organisation(Session session, HttpRequest request) => new(
        session.Caller.Organisation,
        Languages.Of(request) == "en" ? session.OrganisationEn : session.OrganisationZh,
        session.Caller.OrganisationType);

    private static CookieOptions CookieFor(HttpContext http) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = "/",
        MaxAge = Sessions.Life,
    };

    private static Problem? Fields(JsonElement body, (string Name, int LengthMax)[] wanted, out Dictionary<string, string> fields)
    {
        fields = [];
        var errors = new Dictionary<string, string[]>();
        foreach (var (name, lengthMax) in wanted)
        {
            if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= lengthMax)
            {
                fields[name] = text;
            }
            else
            {
                errors[name] = [$"1-{lengthMax}"];
            }
        }
        return errors.Count == 0 ? null : new Problem(422, "invalid") { Members = Member("errors", errors) };
    }

    private static Problem Invalid(string field, string code) =>
        new(422, code) { Members = Member("errors", new Dictionary<string, string[]> { [field] = [code] }) };

    private static System.Collections.Immutable.ImmutableDictionary<string, object?> Member(string name, object value) =>
        System.Collections.Immutable.ImmutableDictionary<string, object?>.Empty.Add(name, value);

    [LoggerMessage(3101, LogLevel.Information, "Account {AccountId} signed in")]
    private static partial void LogSignedIn(ILogger log, Guid accountId);

    // Never the name that was typed: people type passwords into that field.
    [LoggerMessage(3102, LogLevel.Warning, "A sign-in from {Address} was refused")]
    private static partial void LogRefused(ILogger log, string address);
}
