using System.Security.Cryptography;
using Dapper;
using Hotline.Http;
using Hotline.Store;
using Npgsql;

namespace Hotline.Cases;

/// <summary>An idempotency key as the caller sent it, in its scope (account + method + path).</summary>
public sealed record RequestKey(string Scope, string Key, byte[] BodyHash);

/// <summary>The first answer to a key.</summary>
public sealed record KeptAnswer(Guid Stream, byte[] BodyHash, int? Status, string? Location, string? Answer);

/// <summary>Idempotency keys (design 6): claimed in the append's own transaction, so a repeat can never act twice; answers
/// of 400 and above are not kept, since nothing was claimed for them.</summary>
public sealed class Keys(NpgsqlDataSource database)
{
    public const int LengthMax = 128;
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private static readonly RowSet Set = new(
        "hotline.keys",
        [
            new("scope", "text"), new("key", "text"), new("body_hash", "bytea"), new("stream", "uuid"), new("at", "timestamptz"),
            new("status", "integer"), new("location", "text"), new("answer", "text"),
        ],
        KeyColumns: 2);

    private readonly Dictionary<(string, string), Gate> inFlight = [];

    /// <summary>The header's value, or the refusal; null where there is none and none is required.</summary>
    public static (string? Key, Problem? Refusal) Of(HttpRequest request, bool required)
    {
        var given = request.Headers["Idempotency-Key"];
        if (given.Count == 0) return (null, required ? new Problem(400, "key-missing") : null);
        var key = given.ToString();
        return key.Length is > 0 and <= LengthMax && key.All(c => c is > ' ' and < '\x7f') ? (key, null) : (null, new Problem(400, "key-missing"));
    }

    public static RequestKey? For(HttpContext http, Guid account, string? key, byte[] body) => key is null ? null : new(
        $"{account:N} {http.Request.Method} {http.Request.Path.Value?.TrimEnd('/').ToLowerInvariant()}", key, SHA256.HashData(body));

    /// <summary>The claim, with the answer where it is known before the write.</summary>
    public static RowChange Claim(
        RequestKey key, Guid stream, DateTimeOffset now, (int Status, string? Location, string Text)? answer = null) =>
        new(Set, RowOp.Claim, [key.Scope, key.Key, key.BodyHash, stream, now.ToUniversalTime(), answer?.Status, answer?.Location, answer?.Text]);

    /// <summary>Holds the key while its first request runs here, so that a repeat waits for the answer instead of racing it.</summary>
    public async Task<IDisposable> Hold(RequestKey key, CancellationToken cancel)
    {
        var gate = Enter((key.Scope, key.Key));
        try
        {
            await gate.Turn.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            Leave((key.Scope, key.Key), gate);
            throw;
        }
        return new Held(() =>
        {
            gate.Turn.Release();
            Leave((key.Scope, key.Key), gate);
        });
    }

    public async Task<KeptAnswer?> Find(RequestKey key, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<KeptAnswer>(new CommandDefinition(
            "select stream, body_hash as BodyHash, status, location, answer from hotline.keys where scope = @Scope and key = @Key",
            key, cancellationToken: cancel));
    }

    /// <summary>Keeps what was answered. Lost in a crash it is rendered anew from the stream the key names, so nobody waits
    /// for the disk here.</summary>
    public async Task Keep(RequestKey key, int status, string answer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update hotline.keys set status = @status, answer = @answer
            where scope = @Scope and key = @Key and set_config('synchronous_commit', 'off', true) is not null
            """,
            new { key.Scope, key.Key, status, answer }, cancellationToken: cancel));
    }

    /// <summary>The gate stays as long as anybody stands at it, else a third repeat would pass beside the second.</summary>
    private Gate Enter((string, string) name)
    {
        lock (inFlight)
        {
            if (!inFlight.TryGetValue(name, out var gate)) inFlight[name] = gate = new Gate();
            gate.Waiting++;
            return gate;
        }
    }

    private void Leave((string, string) name, Gate gate)
    {
        lock (inFlight)
        {
            if (--gate.Waiting > 0) return;
            inFlight.Remove(name);
            gate.Turn.Dispose();
        }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Waiting { get; set; }
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
