using System.Text.Json;
using Hotline.Cases;
using Hotline.Security;
using Npgsql;

namespace Hotline.Duty;

/// <summary>Finds rosters: by where a page stands and whom its step wants.</summary>
public sealed class Rosters(NpgsqlDataSource database)
{
    /// <summary>The roster of a role that serves a division: its own, else the next one above within the level asked for.</summary>
    public async Task<RosterFile?> Serving(string division, string role, string level, CancellationToken cancel)
    {
        var places = Places(division, level);
        await using var ask = database.CreateCommand(
            "select body from hotline.files where kind = 'roster' and division = any($1) and body->>'role' = $2 "
            + "order by length(division) desc, opened_at limit 1");
        ask.Parameters.Add(new() { Value = places });
        ask.Parameters.Add(new() { Value = role });
        return await ask.ExecuteScalarAsync(cancel) is string body ? JsonSerializer.Deserialize<RosterFile>(body, Codec.Json) : null;
    }

    /// <summary>The rosters at or below a scope, those of one division first if it is named.</summary>
    public async Task<IReadOnlyList<RosterFile>> Within(string scope, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select body from hotline.files where kind = 'roster' and $1 <> '' and division ^@ $1 order by division, body->>'role', id limit 500");
        ask.Parameters.Add(new() { Value = scope });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<RosterFile>();
        while (await rows.ReadAsync(cancel)) found.Add(JsonSerializer.Deserialize<RosterFile>(rows.GetString(0), Codec.Json)!);
        return found;
    }

    /// <summary>Whose duty it is at a level: 440199001 → itself and 440199 (own), 440100 (city), 440000 (province).</summary>
    public static string[] Places(string division, string level) => (level, division.Length) switch
    {
        ("city", >= 4) => [division[..4] + "00"],
        ("province", >= 2) => [division[..2] + "0000"],
        (_, > 9) => [division, division[..9], division[..6]],
        (_, > 6) => [division, division[..6]],
        _ => [division],
    };
}
