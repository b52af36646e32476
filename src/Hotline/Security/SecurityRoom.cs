using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Hotline.Security;

/// <summary>What Security must know of the configuration.</summary>
/// <param name="Demo">Demo accounts open the door only then.</param>
/// <param name="PublicUrl">Where browsers see us, if a proxy stands before us.</param>
/// <param name="Phones">The demo's shelf of telephones, for a link to it.</param>
public sealed record SecurityOptions(bool Demo, string? PublicUrl, string? Phones = null);

/// <summary>Names of policies that endpoints ask for.</summary>
public static class Rights
{
    /// <summary>Any session, even one that must change its password first.</summary>
    public const string AnySession = nameof(AnySession);
}

/// <summary>Who may do and see what. The default is no: an endpoint that says nothing needs a session.</summary>
public static class SecurityRoom
{
    /// <summary>Accounts, sessions and the way in. Needs an <c>NpgsqlDataSource</c> of the main database.</summary>
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        var demo = builder.Configuration.GetValue("Hotline:Demo", false);
        services.AddSingleton(new SecurityOptions(
            demo, builder.Configuration["Hotline:PublicUrl"] is { Length: > 0 } url ? url : null, demo ? builder.Configuration["Hotline:Twilio:BaseUrl"] : null));
        services.AddSingleton<Sessions>().AddSingleton<SignInBrake>().AddSingleton<SignIn>();
        services.AddSingleton<IPasswordHasher<Account>, PasswordHasher<Account>>();
        services.AddIdentityCore<Account>().AddUserStore<AccountStore>();
        services.AddAuthentication(SessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null);
        var signedIn = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(context => SessionIdentity.Of(context.User) is { MustChangePassword: false })
            .Build();
        services.AddAuthorizationBuilder()
            .AddPolicy(Rights.AnySession, policy => policy.RequireAuthenticatedUser())
            .SetDefaultPolicy(signedIn)
            .SetFallbackPolicy(signedIn);
        // The framework prints a request's query at its start and end, and the hub's query holds a token.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    /// <summary>Goes behind the problem documents and before every endpoint.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
    }

    public static void MapSecurity(this WebApplication app) => SessionEndpoints.Map(app);
}
