using System.Collections.Immutable;
using Hotline.Store;
using Npgsql;

namespace Hotline.Paging;

/// <summary>A request that was, or is about to be, made to the gateway.</summary>
public sealed record RequestNote(Guid Attempt, Guid Page, DateTimeOffset At, int Looks, string Gateway);

/// <summary>Notes of requests and the gateway's ids: what tells a restarted worker that somebody may have been reached.</summary>
public sealed class Requests(NpgsqlDataSource database, IEventStore store, IIds ids)
{
    private static readonly RowSet Notes = new(
        "hotline.page_requests", [new("attempt", "uuid"), new("page", "uuid"), new("at", "timestamptz"), new("looks", "bigint"), new("gateway", "text")],
        KeyColumns: 1);

    private static readonly RowSet Sids = new(
        "hotline.page_sids", [new("sid", "text"), new("attempt", "uuid"), new("page", "uuid"), new("channel", "text"), new("gateway", "text")],
        KeyColumns: 1);

    private static readonly RowSet Callbacks = new(
        "hotline.page_callbacks",
        [new("sid", "text"), new("status", "text"), new("error", "text"), new("page", "uuid"), new("at", "timestamptz")], KeyColumns: 3);

    public static RowChange Sid(string sid, PageAttempt attempt, Guid page, string gateway) =>
        new(Sids, RowOp.InsertIfAbsent, [sid, attempt.Id, page, attempt.Channel, gateway]);

    public static RowChange Callback(string sid, string status, string? error, Guid page, DateTimeOffset at) =>
        new(Callbacks, RowOp.InsertIfAbsent, [sid, status, error ?? "", page, at]);

    public async Task<RequestNote?> NoteOf(Guid attempt, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select page, at, looks, gateway from hotline.page_requests where attempt = $1");
        ask.Parameters.Add(new() { Value = attempt });
        await using var row = await ask.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new(attempt, row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), (int)row.GetInt64(2), row.GetString(3))
            : null;
    }

    /// <summary>Before the request leaves.</summary>
    public Task Note(RequestNote note) => Append([new(Notes, RowOp.Upsert, [note.Attempt, note.Page, note.At, (long)note.Looks, note.Gateway])], note.At);

    /// <summary>Before the first request leaves; false when another worker has just begun it.</summary>
    public async Task<bool> Begin(RequestNote note)
    {
        var row = new RowChange(Notes, RowOp.Claim, [note.Attempt, note.Page, note.At, (long)note.Looks, note.Gateway]);
        return await store.Append(new StoreCommand { Id = ids.New(), At = note.At, Rows = [row] }, CancellationToken.None) switch
        {
            Appended.Done => true,
            Appended.KeyTaken => false,
            var end => throw new InvalidOperationException($"The request was not noted: {end.GetType().Name}."),
        };
    }

    /// <summary>It certainly did not arrive: the next try need not look for it.</summary>
    public Task Forget(RequestNote note) => Append([new(Notes, RowOp.Delete, [note.Attempt])], note.At);

    /// <summary>Under which id the attempt is known, and at which gateway.</summary>
    public async Task<(string Sid, string Gateway)?> SidOf(Guid attempt, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select sid, gateway from hotline.page_sids where attempt = $1 limit 1");
        ask.Parameters.Add(new() { Value = attempt });
        await using var row = await ask.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? (row.GetString(0), row.GetString(1)) : null;
    }

    /// <summary>The page of an attempt that a gateway names by our id.</summary>
    public async Task<Guid?> PageOf(Guid attempt, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select page from hotline.page_requests where attempt = $1");
        ask.Parameters.Add(new() { Value = attempt });
        return await ask.ExecuteScalarAsync(cancel) as Guid?;
    }

    public async Task<bool> Knows(string sid, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select exists (select 1 from hotline.page_sids where sid = $1)");
        ask.Parameters.Add(new() { Value = sid });
        return (bool)(await ask.ExecuteScalarAsync(cancel))!;
    }

    private async Task Append(ImmutableArray<RowChange> rows, DateTimeOffset at)
    {
        var end = await store.Append(new StoreCommand { Id = ids.New(), At = at, Rows = rows }, CancellationToken.None);
        if (end is not Appended.Done) throw new InvalidOperationException($"The request was not noted: {end.GetType().Name}.");
    }
}
