using System.Globalization;
using Dapper;
using Hotline.Cases;
using Hotline.Security;
using Npgsql;

namespace Hotline.Dashboards;

/// <summary>What somebody watches: a division, an organisation, one case or report, or what is theirs.</summary>
public sealed record WatchKey(string Kind, string Id)
{
    public bool Covers(FileListed row, Caller caller) => Kind switch
    {
        "division" => Divisions.Covers(Divisions.Scope(Id), row.Division),
        "organisation" => row.Organisation?.ToString() == Id || row.Sender?.ToString() == Id,
        "task" or "transfer" or "visit" => Id.Equals(row.Id.ToString(), StringComparison.OrdinalIgnoreCase) || (Id == row.Number && Kind == row.Kind),
        "case" => Id.Equals(row.Id.ToString(), StringComparison.OrdinalIgnoreCase) || Id.Equals(row.CaseId?.ToString(), StringComparison.OrdinalIgnoreCase),
        "report" => Id.Equals(row.Id.ToString(), StringComparison.OrdinalIgnoreCase) || Id == row.Number || Id.Equals(row.Report?.ToString(), StringComparison.OrdinalIgnoreCase),
        "mine" => row.FiledBy == caller.Id || (Assigning.Is(row.Kind) && row.Organisation == caller.Organisation),
        _ => false,
    };
}

/// <summary>Ids only: what changed, where it stands now. Never personal data.</summary>
public sealed record ChangedItem(string Kind, Guid Id, long Version, string? Triage, string State);

public sealed record ChangedBatch(string Cursor, IReadOnlyList<ChangedItem> Changes, bool More = false);

/// <summary>The change feed: the event sequence itself, as far as it is settled, seen through the caller's rights.</summary>
public sealed class Changes(NpgsqlDataSource database, FileQueries files, Permissions permissions, Feed feed)
{
    public const int Most = 1_000;

    /// <summary>May the caller watch this at all?</summary>
    public async Task<bool> MayWatch(WatchKey key, Caller caller, CancellationToken cancel)
    {
        // No id of ours holds one, and the database knows no such text.
        if (key.Id.Contains('\0', StringComparison.Ordinal)) return false;
        switch (key.Kind)
        {
            case "division":
                return key.Id.Length is >= 2 and <= 12 && key.Id.All(char.IsAsciiDigit) && Divisions.Covers(caller.Scope, key.Id)
                    && (permissions.Has(caller, Permissions.ReadCases) || permissions.Has(caller, Permissions.ReadReports) || permissions.Has(caller, Permissions.AcknowledgePages));
            case "organisation":
                return Guid.TryParse(key.Id, out var organisation) && organisation == caller.Organisation;
            case "mine":
                return true;
            case "case" or "report" or "task" or "transfer" or "visit":
                var row = Guid.TryParse(key.Id, out var id) ? await files.Find(id, cancel) : await files.Find(key.Kind, key.Id, cancel);
                return row is not null && row.Kind == key.Kind && MaySee(row, caller);
            default:
                return false;
        }
    }

    public bool MaySee(FileListed row, Caller caller) => permissions.MayRead(caller, row.Subject) || Permissions.Filed(caller, row.Subject);

    /// <summary>What changed after a cursor, at most <see cref="Most"/> events at a time. Whoever follows single files is spared
    /// everybody else's events: theirs alone are read.</summary>
    public async Task<ChangedBatch> Since(long after, IReadOnlyCollection<WatchKey> keys, Caller caller, CancellationToken cancel)
    {
        var settled = feed.Position;
        if (after >= settled) return new(Cursor(after), []);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var only = keys.Count > 0 && keys.All(k => k.Kind is "case" or "report" or "task" or "transfer" or "visit") ? await Streams(connection, keys, cancel) : null;
        var touched = (await connection.QueryAsync<(Guid Stream, long Seq)>(new CommandDefinition(
            $"select stream_id, seq_id from mt_events where seq_id > @after and seq_id <= @settled {(only is null ? "" : "and stream_id = any(@only)")} order by seq_id limit @Most",
            new { after, settled, only, Most }, cancellationToken: cancel))).ToList();
        var last = touched.Count == Most ? touched[^1].Seq : settled;
        return new(Cursor(last), await Items([.. touched.Select(t => t.Stream).Distinct()], keys, caller, cancel), last < settled);
    }

    /// <summary>The files that belong to the watched reports and cases.</summary>
    private static async Task<Guid[]> Streams(NpgsqlConnection connection, IEnumerable<WatchKey> keys, CancellationToken cancel)
    {
        var ids = keys.Where(k => Guid.TryParse(k.Id, out _)).Select(k => Guid.Parse(k.Id)).ToArray();
        var numbers = keys.Where(k => k.Kind is not "case").Select(k => k.Id).ToArray();
        return [.. await connection.QueryAsync<Guid>(new CommandDefinition("""
            select id from hotline.files where id = any(@ids) or case_id = any(@ids) or report = any(@ids)
                or report in (select id from hotline.files where kind = 'report' and number = any(@numbers))
                or (kind in ('task', 'transfer', 'visit') and number = any(@numbers))
            """, new { ids, numbers }, cancellationToken: cancel))];
    }

    public async Task<IReadOnlyList<ChangedItem>> Items(
        IReadOnlyCollection<Guid> streams, IReadOnlyCollection<WatchKey> keys, Caller caller, CancellationToken cancel)
    {
        if (streams.Count == 0) return [];
        var rows = await files.Many(streams, cancel);
        return [.. streams.Where(rows.ContainsKey).Select(id => rows[id]).Where(r => Shows(r, keys, caller)).Select(r => Item(r, caller))];
    }

    public bool Shows(FileListed row, IReadOnlyCollection<WatchKey> keys, Caller caller) =>
        MaySee(row, caller) && (keys.Count == 0 || keys.Any(k => k.Covers(row, caller)));

    /// <summary>To whoever only filed a report the level is not told.</summary>
    public ChangedItem Item(FileListed row, Caller caller) => new(row.Kind, row.Id, row.Version, WorksOn(row, caller) ? row.Triage : null, row.State);

    /// <summary>Alarms ring for those who can act.</summary>
    public bool WorksOn(FileListed row, Caller caller) => permissions.MayRead(caller, row.Subject);

    public static string Cursor(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    public static bool TryCursor(string? cursor, out long seq)
    {
        seq = 0;
        return string.IsNullOrEmpty(cursor) || long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }
}
