using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Hotline.Security;

/// <summary><c>hotline admin create USER</c>: the first person of a new installation, who makes the others.</summary>
public static class AdminCommand
{
    private const int PasswordLength = 20;
    private const string PasswordAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static readonly Guid Operator = new("0199aaaa-0000-7000-8000-000000000001");

    /// <summary>Prints a password that opens nothing but its own change. The exit code: 0 made, 2 wrong name or taken.</summary>
    public static async Task<int> Create(
        NpgsqlDataSource database, string userName, IPasswordHasher<Account> hasher, TimeProvider time, TextWriter output, CancellationToken cancel = default)
    {
        var name = Account.Fold(userName);
        if (name.Length is 0 or > 100 || name.Any(char.IsWhiteSpace))
        {
            await output.WriteLineAsync("A user name has 1 to 100 characters and no blanks.");
            return 2;
        }
        await using (var organisation = database.Statement(
            """
            insert into hotline.organisations (id, type, name_zh, name_en, division)
            values ($1, 'SystemAdministrator', '系统管理', 'System administration', '') on conflict do nothing
            """,
            Operator))
        {
            await organisation.ExecuteNonQueryAsync(cancel);
        }
        var password = RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);
        var account = new Account
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = name,
            DisplayName = name,
            Roles = [Roles.SystemAdministrator],
            Division = "",
            Organisation = Operator,
            MustChangePassword = true,
            CreatedAt = time.GetUtcNow(),
        };
        account.PasswordHash = hasher.HashPassword(account, password);
        using var accounts = new AccountStore(database);
        if (!(await accounts.CreateAsync(account, cancel)).Succeeded)
        {
            await output.WriteLineAsync($"There is an account {name} already.");
            return 2;
        }
        await output.WriteLineAsync($"Account {name} made. Password for the first sign-in, shown only now: {password}");
        return 0;
    }
}
