using System.Collections.Immutable;
using Dapper;
using Hotline.Security;
using Npgsql;

namespace Hotline.Cases;

/// <summary>Which divisions have a duty desk here. A report for a place that none covers stays with the desk of whoever filed
/// it, or the first one: emergency measures are taken where the child is found (domain 3.6 d), and somebody must be rung.</summary>
public sealed class Desks(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private ImmutableArray<string> known = [];
    private DateTimeOffset readAt = DateTimeOffset.MinValue;

    public async Task<string> Handling(string? location, string filersDivision, CancellationToken cancel)
    {
        var desks = await Known(cancel);
        bool Covered(string division) => desks.Any(desk => Divisions.Covers(Divisions.Scope(desk), division));
        if (location is not null && Covered(location)) return location;
        if (Covered(filersDivision)) return filersDivision;
        return desks.Length > 0 ? desks[0] : location ?? filersDivision;
    }

    private async Task<ImmutableArray<string>> Known(CancellationToken cancel)
    {
        if (known.Length > 0 && time.GetUtcNow() - readAt < Fresh) return known;
        await using var connection = await database.OpenConnectionAsync(cancel);
        known = [.. await connection.QueryAsync<string>(new CommandDefinition(
            "select distinct division from hotline.accounts where @role = any(roles) and disabled_at is null order by division",
            new { role = Roles.DutyOfficer }, cancellationToken: cancel))];
        readAt = time.GetUtcNow();
        return known;
    }
}
