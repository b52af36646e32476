using Hotline.Store;
using Npgsql;

namespace Hotline.Duty;

/// <summary>Gives a page its code for a number.</summary>
public interface IReplyCodes
{
    /// <summary>The code of a page for a number, and the row that makes it theirs if it is new: a claim, so that two pages
    /// climbing at once cannot both have it.</summary>
    /// <param name="race">How often another page was quicker: then each looks further ahead, at a place of its own, or many that
    /// climb for one person at once would all want the same next one again.</param>
    Task<(int Code, RowChange? Row)> For(byte[] number, Guid page, DateTimeOffset now, int race, CancellationToken cancel);
}

/// <summary>The short codes people reply with. A code belongs to one number and one page; after it, 998 others come first,
/// and never one whose page still rings.</summary>
public sealed class ReplyCodes(NpgsqlDataSource database) : IReplyCodes
{
    public const int CodeMax = 999;

    private const int LookAhead = 16;

    private static readonly RowSet Rows = new(
        "hotline.reply_codes",
        [new("number_hash", "bytea"), new("serial", "bigint"), new("code", "bigint"), new("page", "uuid"), new("at", "timestamptz")],
        KeyColumns: 2);

    public async Task<(int Code, RowChange? Row)> For(byte[] number, Guid page, DateTimeOffset now, int race, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select serial, code, page from hotline.reply_codes where number_hash = $1 and (page = $2 or serial = "
            + "(select max(serial) from hotline.reply_codes where number_hash = $1)) order by page <> $2, serial desc");
        ask.Parameters.Add(new() { Value = number });
        ask.Parameters.Add(new() { Value = page });
        long last = 0;
        await using (var rows = await ask.ExecuteReaderAsync(cancel))
        {
            while (await rows.ReadAsync(cancel))
            {
                if (rows.GetGuid(2) == page) return ((int)rows.GetInt64(1), null);
                last = rows.GetInt64(0);
            }
        }
        var open = (await Open(number, cancel)).Select(o => o.Code).ToHashSet();
        var serial = last + 1 + (race == 0 ? 0 : (uint)page.GetHashCode() % (LookAhead * race));
        while (open.Contains(CodeOf(serial)) && serial < last + CodeMax) serial++;
        return (CodeOf(serial), new RowChange(Rows, RowOp.Claim, [number, serial, (long)CodeOf(serial), page, now]));
    }

    /// <summary>The page that a code of this number means: the latest it was given for.</summary>
    public async Task<Guid?> PageOf(byte[] number, int code, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select page from hotline.reply_codes where number_hash = $1 and code = $2 order by serial desc limit 1");
        ask.Parameters.Add(new() { Value = number });
        ask.Parameters.Add(new() { Value = (long)code });
        return await ask.ExecuteScalarAsync(cancel) as Guid?;
    }

    /// <summary>The ringing pages this number has a code for, newest first; it may not have been told of all of them yet.</summary>
    public async Task<IReadOnlyList<(int Code, Guid Page, bool Exercise)>> Open(byte[] number, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select c.code, c.page, coalesce((f.body->>'exercise')::boolean, false) from hotline.reply_codes c join hotline.files f on f.id = c.page and f.is_open "
            + "where c.number_hash = $1 order by c.serial desc limit 100");
        ask.Parameters.Add(new() { Value = number });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var open = new List<(int, Guid, bool)>();
        while (await rows.ReadAsync(cancel)) open.Add(((int)rows.GetInt64(0), rows.GetGuid(1), rows.GetBoolean(2)));
        return open;
    }

    private static int CodeOf(long serial) => (int)((serial - 1) % CodeMax) + 1;
}
