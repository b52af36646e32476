using System.Collections.Immutable;
using System.Reflection;
using System.Security.Claims;

namespace Hotline.Security;

/// <summary>Who asks. Comes from the session, never from the request's body.</summary>
/// <param name="Division">Division code of the organisation (6, 9 or 12 digits).</param>
/// <param name="OrganisationType">Identifier of domain 2.2, e.g. School.</param>
public sealed record Caller(
    Guid Id, string User, ImmutableArray<string> Roles, string Division, Guid Organisation, string OrganisationType)
{
    /// <summary>The division code without its trailing 00 pairs; a file is in scope when its division starts with it.</summary>
    public string Scope => Divisions.Scope(Division);

    public bool Is(string role) => Roles.Contains(role);

    /// <summary>The signed-in person of a request or a hub connection; null for nobody.</summary>
    public static Caller? Of(ClaimsPrincipal? user) => SessionIdentity.Of(user)?.Caller;

    /// <summary>Lets an endpoint take a <c>Caller</c>. Where nobody need be signed in it takes <c>Caller?</c>.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http, ParameterInfo parameter) =>
        Of(http.User) is { } caller ? new(caller)
        : new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable ? default
        : throw new BadHttpRequestException("Sign in first.", StatusCodes.Status401Unauthorized);
}

public static class Divisions
{
    /// <summary>440000 → 44, 440100 → 4401, 440199 and longer codes stay whole.</summary>
    public static string Scope(string division)
    {
        var code = division;
        while (code.Length is > 2 and <= 6 && code.EndsWith("00", StringComparison.Ordinal)) code = code[..^2];
        return code;
    }

    public static bool Covers(string scope, string division) =>
        scope.Length > 0 && division.StartsWith(scope, StringComparison.Ordinal);

    /// <summary>The scope of the division that a list is asked for, the caller's own where none is named; null where it is no division, or
    /// not the caller's to see.</summary>
    public static string? Asked(string? division, Caller caller)
    {
        var asked = division is { Length: > 0 } ? division : caller.Division;
        var scope = Scope(asked);
        return scope.All(char.IsAsciiDigit) && Covers(caller.Scope, asked) ? scope : null;
    }
}

/// <summary>Role names of workflows/roles.yaml that code must say.</summary>
public static class Roles
{
    public const string Reporter = nameof(Reporter);
    public const string DutyOfficer = nameof(DutyOfficer);
    public const string DutySupervisor = nameof(DutySupervisor);
    public const string CountyOfficer = nameof(CountyOfficer);
    public const string SecondApprover = nameof(SecondApprover);
    public const string ChildSupervisor = nameof(ChildSupervisor);
    public const string ChildDirector = nameof(ChildDirector);
    public const string PoliceLiaison = nameof(PoliceLiaison);
    public const string InstitutionStaff = nameof(InstitutionStaff);
    public const string WelfareStaff = nameof(WelfareStaff);
    public const string AgencyStaff = nameof(AgencyStaff);
    public const string ContractedOperator = nameof(ContractedOperator);
    public const string CallCentre = nameof(CallCentre);
    public const string CitySupervisor = nameof(CitySupervisor);
    public const string Auditor = nameof(Auditor);
    public const string SystemAdministrator = nameof(SystemAdministrator);

    /// <summary>The server itself; no person has it.</summary>
    public const string System = nameof(System);
}
