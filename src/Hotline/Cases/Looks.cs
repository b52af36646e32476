using Dapper;
using Hotline.Security;
using Hotline.Store;
using Npgsql;

namespace Hotline.Cases;

/// <summary>Every look at personal data leaves a row: who, what class, why, which file (design 8).</summary>
public sealed class Looks(NpgsqlDataSource database, IIds ids)
{
    public async Task Record(Caller caller, string what, int sensitivity, Guid file, string why, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            "insert into hotline.looks (id, at, account, role, what, class, file, why) values (@id, @now, @account, @role, @what, @sensitivity, @file, @why)",
            new { id = ids.New(), now = now.ToUniversalTime(), account = caller.Id, role = string.Join(',', caller.Roles), what, sensitivity, file, why },
            cancellationToken: cancel));
    }
}
