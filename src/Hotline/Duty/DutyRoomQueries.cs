using System.Collections.Immutable;
using System.Text.Json;
using Hotline.Cases;
using Npgsql;

namespace Hotline.Duty;

/// <summary>Reads what stands open in a division, its hand-overs and its log.</summary>
public sealed class DutyRoomQueries(NpgsqlDataSource database)
{
    private const int Most = 200;

    /// <summary>The hand-over briefing, made from what is true now: open T1 and T2, children on their way, promises, calls owed, pages
    /// that ring.</summary>
    public async Task<ImmutableArray<BriefingItem>> Briefing(string scope, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"""
            select case when kind = 'log' then 'promise' else kind end, id, number, state, triage, due_at, coalesce((body->>'exercise')::boolean, false) as exercise from hotline.files
            where is_open and $1 <> '' and division ^@ $1 and body->>'why' is distinct from 'drill' and ((kind = 'case' and triage in ('T1', 'T2'))
                or kind in ('transfer', 'call', 'page') or (kind = 'log' and stage <> 'Media'))
            order by triage nulls last, due_at nulls last, id limit {Most}
            """);
        ask.Parameters.Add(new() { Value = scope });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var items = ImmutableArray.CreateBuilder<BriefingItem>();
        while (await rows.ReadAsync(cancel))
        {
            items.Add(new(
                rows.GetString(0), rows.GetGuid(1), rows.GetString(2), rows.GetString(3), rows.IsDBNull(4) ? null : rows.GetString(4),
                rows.IsDBNull(5) ? null : rows.GetFieldValue<DateTimeOffset>(5), rows.GetBoolean(6)));
        }
        return items.ToImmutable();
    }

    /// <summary>Newest first; open ones alone, or all.</summary>
    public Task<IReadOnlyList<HandOverFile>> HandOvers(string scope, bool openOnly, CancellationToken cancel) =>
        Read<HandOverFile>(HandOverFile.KindName, scope, openOnly, null, cancel);

    public Task<IReadOnlyList<LogFile>> Log(string scope, bool openOnly, string? kind, CancellationToken cancel) =>
        Read<LogFile>(LogFile.KindName, scope, openOnly, kind, cancel);

    /// <summary>What is owed first, by its time; then those that were held, the newest first.</summary>
    public async Task<IReadOnlyList<Guid>> Debriefs(string scope, bool openOnly, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = $1 and $2 <> '' and division ^@ $2 and (is_open or not $3) order by not is_open, due_at, opened_at desc, id limit 100");
        ask.Parameters.Add(new() { Value = DebriefFacts.Kind });
        ask.Parameters.Add(new() { Value = scope });
        ask.Parameters.Add(new() { Value = openOnly });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var ids = new List<Guid>();
        while (await rows.ReadAsync(cancel)) ids.Add(rows.GetGuid(0));
        return ids;
    }

    private async Task<IReadOnlyList<TFile>> Read<TFile>(string file, string scope, bool openOnly, string? stage, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select body from hotline.files where kind = $1 and $2 <> '' and division ^@ $2 and (is_open or not $3) and ($4::text is null or stage = $4) "
            + $"order by opened_at desc, id desc limit {Most}");
        ask.Parameters.Add(new() { Value = file });
        ask.Parameters.Add(new() { Value = scope });
        ask.Parameters.Add(new() { Value = openOnly });
        ask.Parameters.Add(new() { Value = (object?)stage ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<TFile>();
        while (await rows.ReadAsync(cancel)) found.Add(JsonSerializer.Deserialize<TFile>(rows.GetString(0), Codec.Json)!);
        return found;
    }
}
