using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Security;

/// <summary>A session as the server knows it: who, and what to call them. The token itself is not in it.</summary>
public sealed record Session(
    string Id, Caller Caller, string DisplayName, string OrganisationZh, string OrganisationEn,
    Text? Division, bool MustChangePassword, bool Cookie, DateTimeOffset CreatedAt, DateTimeOffset SeenAt);

/// <summary>Who is signed in. Sessions lie in the database, so they outlive a restart and hold on every node; each node
/// remembers what it read for <see cref="RememberedFor"/>, which is how long another node's sign-out may take to be heard.</summary>
public sealed class Sessions(NpgsqlDataSource database, TimeProvider time, SecurityOptions options)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);
    public static readonly TimeSpan IdleMax = TimeSpan.FromHours(4);
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SeenWrittenEvery = TimeSpan.FromMinutes(1);
    private const int RememberedMax = 20_000;
    private const int TokenBytes = 32;

    private readonly ConcurrentDictionary<string, (Session Session, DateTimeOffset ReadAt)> remembered = new();

    /// <summary>Opens a session and returns its token, the only time it exists in clear.</summary>
    public async Task<string> Open(Guid account, bool cookie, CancellationToken cancel = default)
    {
        // Not from IIds: a replayable seed must never be able to make a token.
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var now = time.GetUtcNow();
        await using var insert = database.Statement(
            """
            with ended as (
                delete from hotline.sessions where account_id = $2 and (created_at <= $5 or seen_at <= $6))
            insert into hotline.sessions (token_hash, account_id, cookie, created_at, seen_at) values ($1, $2, $3, $4, $4)
            """,
            Hash(token), account, cookie, now, now - Life, now - IdleMax);
        await insert.ExecuteNonQueryAsync(cancel);
        return token;
    }

    /// <summary>The session a token opens now, or null.</summary>
    public Task<Session?> Find(string token, CancellationToken cancel = default) =>
        Base64Url.IsValid(token, out var length) && length == TokenBytes
            ? FindById(Convert.ToHexString(Hash(token)), cancel)
            : Task.FromResult<Session?>(null);

    /// <summary>The session again, e.g. for a hub connection that has stood for hours; null once it has ended.</summary>
    public async Task<Session?> FindById(string id, CancellationToken cancel = default)
    {
        var now = time.GetUtcNow();
        if (!remembered.TryGetValue(id, out var known) || now - known.ReadAt >= RememberedFor)
        {
            if (await Read(id, cancel) is not { } read)
            {
                remembered.TryRemove(id, out _);
                return null;
            }
            if (remembered.Count >= RememberedMax) remembered.Clear();
            remembered[id] = known = (read, now);
        }
        if (Ended(known.Session, now)) return null;
        if (now - known.Session.SeenAt >= SeenWrittenEvery) await Seen(known.Session, now, cancel);
        return known.Session;
    }

    public async Task End(string id, CancellationToken cancel = default)
    {
        await using var delete = database.Statement("delete from hotline.sessions where token_hash = $1", Convert.FromHexString(id));
        await delete.ExecuteNonQueryAsync(cancel);
        remembered.TryRemove(id, out _);
    }

    /// <summary>Ends every session of an account but one, e.g. after its password changed.</summary>
    public async Task EndOthers(Guid account, string kept, CancellationToken cancel = default)
    {
        await using var delete = database.Statement(
            "delete from hotline.sessions where account_id = $1 and token_hash <> $2", account, Convert.FromHexString(kept));
        await delete.ExecuteNonQueryAsync(cancel);
        remembered.Clear();
    }

    private static bool Ended(Session session, DateTimeOffset now) =>
        now - session.CreatedAt >= Life || now - session.SeenAt >= IdleMax;

    private async Task Seen(Session session, DateTimeOffset now, CancellationToken cancel)
    {
        remembered[session.Id] = (session with { SeenAt = now }, now);
        await using var update = database.Statement(
            "update hotline.sessions set seen_at = $2 where token_hash = $1 and seen_at < $2", Convert.FromHexString(session.Id), now);
        if (await update.ExecuteNonQueryAsync(cancel) == 0) remembered.TryRemove(session.Id, out _);
    }

    private async Task<Session?> Read(string id, CancellationToken cancel)
    {
        await using var select = database.Statement(
            """
            select a.id, a.user_name, a.roles, a.division, o.id, o.type, a.display_name, o.name_zh, o.name_en,
                   d.name_zh, d.name_en, a.must_change_password, s.cookie, s.created_at, s.seen_at
            from hotline.sessions s
            join hotline.accounts a on a.id = s.account_id
            join hotline.organisations o on o.id = a.organisation_id
            left join hotline.divisions d on d.code = a.division
            where s.token_hash = $1 and a.disabled_at is null and (not a.demo or $2)
            """,
            Convert.FromHexString(id), options.Demo);
        await using var row = await select.ExecuteReaderAsync(cancel);
        if (!await row.ReadAsync(cancel)) return null;
        var mustChange = row.GetBoolean(11);
        ImmutableArray<string> roles = mustChange ? [] : [.. row.GetFieldValue<string[]>(2)];
        return new Session(
            id, new Caller(row.GetGuid(0), row.GetString(1), roles, row.GetString(3), row.GetGuid(4), row.GetString(5)),
            row.GetString(6), row.GetString(7), row.GetString(8),
            row.IsDBNull(9) ? null : new(row.GetString(9), row.GetString(10)),
            mustChange, row.GetBoolean(12), row.GetFieldValue<DateTimeOffset>(13), row.GetFieldValue<DateTimeOffset>(14));
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.ASCII.GetBytes(token));
}
