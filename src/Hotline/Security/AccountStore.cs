using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Hotline.Security;

/// <summary>Where Identity keeps accounts: one table of ours, plain SQL beside the migrations.</summary>
public sealed class AccountStore(NpgsqlDataSource database) : IUserPasswordStore<Account>
{
    private const string Columns = """
        id, user_name, display_name, password_hash, must_change_password, roles, division, organisation_id,
        disabled_at, demo, created_at
        """;

    public async Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken)
    {
        await using var insert = database.Statement(
            $"""
            insert into hotline.accounts ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            on conflict (user_name) do nothing
            """,
            user.Id, user.UserName, user.DisplayName, user.PasswordHash, user.MustChangePassword, user.Roles, user.Division,
            user.Organisation, user.DisabledAt, user.Demo, user.CreatedAt);
        return await insert.ExecuteNonQueryAsync(cancellationToken) == 1
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = "DuplicateUserName", Description = "The name is taken." });
    }

    /// <summary>Only what Identity may change: the password. Rights are changed elsewhere, on purpose.</summary>
    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        await using var update = database.Statement(
            "update hotline.accounts set password_hash = $2, must_change_password = $3 where id = $1",
            user.Id, user.PasswordHash, user.MustChangePassword);
        return await update.ExecuteNonQueryAsync(cancellationToken) == 1
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = "Gone", Description = "There is no such account." });
    }

    public async Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken)
    {
        await using var delete = database.Statement("delete from hotline.accounts where id = $1", user.Id);
        await delete.ExecuteNonQueryAsync(cancellationToken);
        return IdentityResult.Success;
    }

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Guid.TryParse(userId, out var id) ? Find("id", id, cancellationToken) : Task.FromResult<Account?>(null);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        Find("user_name", Account.Fold(normalizedUserName), cancellationToken);

    private async Task<Account?> Find(string column, object value, CancellationToken cancel)
    {
        await using var select = database.Statement($"select {Columns} from hotline.accounts where {column} = $1", value);
        await using var row = await select.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new Account
            {
                Id = row.GetGuid(0),
                UserName = row.GetString(1),
                DisplayName = row.GetString(2),
                PasswordHash = row.IsDBNull(3) ? null : row.GetString(3),
                MustChangePassword = row.GetBoolean(4),
                Roles = row.GetFieldValue<string[]>(5),
                Division = row.GetString(6),
                Organisation = row.GetGuid(7),
                DisabledAt = row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8),
                Demo = row.GetBoolean(9),
                CreatedAt = row.GetFieldValue<DateTimeOffset>(10),
            }
            : null;
    }

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.UserName);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) =>
        SetNormalizedUserNameAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.UserName);

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken)
    {
        user.UserName = Account.Fold(normalizedName ?? "");
        return Task.CompletedTask;
    }

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    public void Dispose() { }
}
