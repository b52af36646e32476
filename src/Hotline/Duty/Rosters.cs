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
        return await Read(ask, cancel);
    }

    /// <summary>Every roster whose plan, overrides or swaps name a person.</summary>
    public async Task<IReadOnlyList<RosterFile>> Naming(Guid person, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("""
            select body from hotline.files where kind = 'roster' and (body @> jsonb_build_object('shifts', jsonb_build_array($1))
                or body @> jsonb_build_object('overrides', jsonb_build_array($1)) or body @> $2 or body @> $3 or body @> $4) order by id limit 200
            """);
        ask.Parameters.Add(Json($$"""{"person":"{{person}}"}"""));
        ask.Parameters.Add(Json($$"""{"rotations":[{"people":["{{person}}"]}]}"""));
        ask.Parameters.Add(Json($$"""{"overrides":[{"others":["{{person}}"]}]}"""));
        ask.Parameters.Add(Json($$"""{"swaps":[{"taker":"{{person}}"}]}"""));
        return await Read(ask, cancel);
    }

    /// <summary>Whose absence it is; null for none.</summary>
    public async Task<Guid?> AbsenteeOf(Guid absence, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select body from hotline.files where kind = 'roster' and body @> $1 limit 1");
        ask.Parameters.Add(Json($$"""{"absences":[{"id":"{{absence}}"}]}"""));
        return (await Read(ask, cancel)).FirstOrDefault()?.Absences.First(a => a.Id == absence).Person;
    }

    private static NpgsqlParameter Json(string text) => new() { Value = text, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb };

    private static async Task<IReadOnlyList<RosterFile>> Read(NpgsqlCommand ask, CancellationToken cancel)
    {
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
