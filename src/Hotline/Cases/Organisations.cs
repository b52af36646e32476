using System.Collections.Immutable;
using Dapper;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Cases;

/// <summary>A body that takes part.</summary>
/// <param name="Type">Identifier of domain 2.2, e.g. School.</param>
/// <param name="Roles">Roles that its people hold: where nobody could take a step, nothing may be sent.</param>
public sealed record Organisation(Guid Id, string Type, Text Name, string Division, ImmutableArray<string> Roles);

/// <summary>The bodies known here; accounts keep them.</summary>
public interface IOrganisations
{
    ValueTask<ImmutableArray<Organisation>> All(CancellationToken cancel);
}

/// <summary>They are few and seldom change, and every case page asks for them: read at most every five seconds.</summary>
public sealed class Organisations(NpgsqlDataSource database, TimeProvider time) : IOrganisations
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private Seen last = new([], DateTimeOffset.MinValue);

    public async ValueTask<ImmutableArray<Organisation>> All(CancellationToken cancel)
    {
        var seen = last;
        if (seen.Known.Length > 0 && time.GetUtcNow() - seen.At < Fresh) return seen.Known;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<(Guid Id, string Type, string Zh, string En, string Division, string Roles)>(new CommandDefinition("""
            select o.id, o.type, o.name_zh, o.name_en, o.division,
                   coalesce((select string_agg(distinct role, ',') from hotline.accounts a, unnest(a.roles) role
                             where a.organisation_id = o.id and a.disabled_at is null), '')
            from hotline.organisations o order by o.division, o.name_zh
            """, cancellationToken: cancel));
        seen = new([.. rows.Select(r => new Organisation(r.Id, r.Type, new(r.Zh, r.En), r.Division, [.. r.Roles.Split(',')]))], time.GetUtcNow());
        return (last = seen).Known;
    }

    private sealed record Seen(ImmutableArray<Organisation> Known, DateTimeOffset At);
}
