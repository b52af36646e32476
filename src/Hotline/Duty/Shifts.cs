using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Security;
using Npgsql;

namespace Hotline.Duty;

/// <summary>Says whether a person is on duty for a division now: on a roster of its own place or of one above it.</summary>
public sealed class Shifts(NpgsqlDataSource database, PolicyBook policies) : IShifts
{
    public async Task<bool> IsOnShift(Guid person, string division, DateTimeOffset at, CancellationToken cancel)
    {
        var above = Enumerable.Range(0, division.Length + 1).Select(n => division[..n]).ToArray();
        await using var ask = database.CreateCommand(
            "select body from hotline.files where kind = 'roster' and rtrim(division, '0') = any($1) or kind = 'roster' and division = any($1)");
        ask.Parameters.Add(new() { Value = above });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
        {
            var roster = JsonSerializer.Deserialize<RosterFile>(rows.GetString(0), Codec.Json)!;
            if (Divisions.Covers(Divisions.Scope(roster.Division), division) && Rota.Responsible(roster, at, policies.For(roster.Division).Calendar).Contains(person)) return true;
        }
        return false;
    }
}
