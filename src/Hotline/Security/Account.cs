namespace Hotline.Security;

/// <summary>A person who may sign in, as Identity's <c>UserManager</c> carries it.</summary>
public sealed class Account
{
    public required Guid Id { get; init; }

    public required string UserName { get; set; }

    public required string DisplayName { get; init; }

    public string? PasswordHash { get; set; }

    /// <summary>The password was made by somebody else: it opens nothing but the change of itself.</summary>
    public bool MustChangePassword { get; set; }

    public required string[] Roles { get; init; }

    public required string Division { get; init; }

    public required Guid Organisation { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Made by the demo's seed; opens nothing on a server that is not a demo.</summary>
    public bool Demo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Names are compared without case and in one Unicode form; what PostgreSQL cannot hold is no name.</summary>
    public static string Fold(string userName) =>
        userName.Contains('\0') ? "" : userName.Trim().Normalize().ToLowerInvariant();
}
