using Hotline.Http;
using Microsoft.AspNetCore.Identity;

namespace Hotline.Security;

/// <summary>The password check: the same work for a wrong name as for a wrong password, never more at once than there are cores.</summary>
public sealed class SignIn(SignInBrake brake, SecurityOptions options, IPasswordHasher<Account> hasher)
{
    public static readonly TimeSpan QueueMax = TimeSpan.FromSeconds(10);

    // A password costs tens of milliseconds of CPU on purpose; a flood of them must not starve the reports.
    private readonly SemaphoreSlim atOnce = new(Math.Max(1, Environment.ProcessorCount - 1));

    // Checked when there is no such account, so that the answer takes as long.
    private readonly Lazy<string> nobody = new(() => hasher.HashPassword(null!, Guid.NewGuid().ToString()));

    /// <summary>The account, or the refusal to answer with.</summary>
    public async Task<(Account? Account, Problem? Refusal)> Check(
        UserManager<Account> accounts, string user, string password, string address, CancellationToken cancel)
    {
        var name = Account.Fold(user);
        var key = $"{name}\n{address}";
        if (!await brake.Hold(key, cancel)) return (null, new Problem(429, "too-many"));
        if (!await atOnce.WaitAsync(QueueMax, cancel)) return (null, new Problem(503, "busy"));
        try
        {
            var account = await accounts.FindByNameAsync(name);
            var usable = account is { PasswordHash: not null, DisabledAt: null } && (options.Demo || !account.Demo);
            if (!usable) hasher.VerifyHashedPassword(null!, nobody.Value, password);
            // CheckPasswordAsync also renews a hash made with an older work factor.
            if (usable && await accounts.CheckPasswordAsync(account!, password))
            {
                brake.Right(key);
                return (account, null);
            }
            brake.Wrong(key);
            return (null, new Problem(401, "sign-in-refused"));
        }
        finally
        {
            atOnce.Release();
        }
    }
}
