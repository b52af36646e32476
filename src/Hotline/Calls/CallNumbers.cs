using Hotline.Store;
using Npgsql;

namespace Hotline.Calls;

/// <summary>Which calls came from one number, by its keyed hash: nobody needs the number to see that a caller rings again.</summary>
public sealed class CallNumbers(NpgsqlDataSource database)
{
    private const int OthersMax = 20;
    private static readonly RowSet Rows = new(
        "hotline.call_numbers", [new("call", "uuid"), new("number_hash", "bytea"), new("at", "timestamptz")], KeyColumns: 1);

    public static RowChange Row(Guid call, byte[] hash, DateTimeOffset at) => new(Rows, RowOp.InsertIfAbsent, [call, hash, at.ToUniversalTime()]);

    /// <summary>Other calls of a number since then, the newest first; exercises for an exercise, else none.</summary>
    public async Task<IReadOnlyList<Guid>> Since(byte[] hash, DateTimeOffset since, Guid but, bool exercise)
    {
        await using var ask = database.CreateCommand(
            "select n.call from hotline.call_numbers n join hotline.files f on f.id = n.call and coalesce((f.body->>'exercise')::boolean, false) = $5 "
            + "where n.number_hash = $1 and n.at >= $2 and n.call <> $3 order by n.at desc limit $4");
        ask.Parameters.Add(new() { Value = hash });
        ask.Parameters.Add(new() { Value = since.ToUniversalTime() });
        ask.Parameters.Add(new() { Value = but });
        ask.Parameters.Add(new() { Value = OthersMax });
        ask.Parameters.Add(new() { Value = exercise });
        return await Read(ask, CancellationToken.None);
    }

    /// <summary>Other calls of the same number, the newest first.</summary>
    public async Task<IReadOnlyList<Guid>> Others(Guid call, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select other.call from hotline.call_numbers own join hotline.call_numbers other on other.number_hash = own.number_hash and other.call <> own.call "
            + "where own.call = $1 order by other.at desc limit $2");
        ask.Parameters.Add(new() { Value = call });
        ask.Parameters.Add(new() { Value = OthersMax });
        return await Read(ask, cancel);
    }

    /// <summary>Somebody said of a call of this number that it is a child's or its household's telephone: no text ever goes there.</summary>
    public async Task<bool> IsQuiet(byte[] hash)
    {
        await using var ask = database.CreateCommand(
            "select exists (select 1 from hotline.call_numbers n join hotline.files f on f.id = n.call where n.number_hash = $1 and f.body->>'quiet' = 'true')");
        ask.Parameters.Add(new() { Value = hash });
        return (bool)(await ask.ExecuteScalarAsync())!;
    }

    private static async Task<IReadOnlyList<Guid>> Read(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var others = new List<Guid>();
        while (await rows.ReadAsync(cancel)) others.Add(rows.GetGuid(0));
        return others;
    }
}
