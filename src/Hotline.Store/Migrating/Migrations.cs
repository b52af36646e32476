using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Hotline.Store.Migrating;

/// <summary>The numbered SQL files of ops/migrations, embedded. Forward only: a file once applied never changes, and each is
/// survivable by the previous release, so a database that knows more than we do is accepted.</summary>
public static class Migrations
{
    /// <summary>The sets: the main database's, and the key store's.</summary>
    public const string Main = "migrations";
    public const string Keys = "migrations/keys";

    // Any number will do, as long as every release takes the same one.
    private const long LockNumber = 4_401_990_001;

    private sealed record Migration(int Number, string Name, string Sql, string Sha256);

    /// <summary>Applies what is missing, each file in a transaction of its own, one node at a time. Returns how many.</summary>
    public static async Task<int> Apply(NpgsqlDataSource source, string set, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await Execute(connection, $"select pg_advisory_lock({LockNumber})", cancel);
        try
        {
            await Execute(connection, """
                create schema if not exists hotline;
                create table if not exists hotline.migrations (
                    number int primary key, name text not null, sha256 text not null,
                    applied_at timestamptz not null default clock_timestamp());
                """, cancel);
            var applied = await Applied(connection, cancel);
            var missing = Embedded(set).Where(m => !IsApplied(m, applied)).ToList();
            foreach (var migration in missing) await Apply(connection, migration, cancel);
            return missing.Count;
        }
        finally
        {
            // Pooled connections are not reset on close, so the lock would stay with the session.
            await Execute(connection, $"select pg_advisory_unlock({LockNumber})", CancellationToken.None);
        }
    }

    private static bool IsApplied(Migration migration, Dictionary<int, (string Name, string Sha256)> applied)
    {
        if (!applied.TryGetValue(migration.Number, out var known)) return false;
        return known.Sha256 == migration.Sha256 ? true : throw new StartRefusedException(
            $"Migration {migration.Name} was changed after the database applied it (as {known.Name}): "
                + "restore the file, and put the change into a new one.");
    }

    private static async Task Apply(NpgsqlConnection connection, Migration migration, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            // Whatever the login is called, an unqualified name means public, where Marten's tables stand.
            await Execute(connection, "set local search_path = public", cancel);
            await Execute(connection, migration.Sql, cancel);
            await using var note = new NpgsqlCommand(
                "insert into hotline.migrations (number, name, sha256) values ($1, $2, $3)", connection);
            foreach (var value in new object[] { migration.Number, migration.Name, migration.Sha256 })
                note.Parameters.Add(new() { Value = value });
            await note.ExecuteNonQueryAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        catch (PostgresException e)
        {
            throw new StartRefusedException($"Migration {migration.Name} failed and was rolled back: {e.SqlState} {e.MessageText}", e);
        }
    }

    private static async Task<Dictionary<int, (string Name, string Sha256)>> Applied(
        NpgsqlConnection connection, CancellationToken cancel)
    {
        var applied = new Dictionary<int, (string, string)>();
        await using var query = new NpgsqlCommand("select number, name, sha256 from hotline.migrations", connection);
        await using var reader = await query.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) applied[reader.GetInt32(0)] = (reader.GetString(1), reader.GetString(2));
        return applied;
    }

    private static IEnumerable<Migration> Embedded(string set)
    {
        var assembly = typeof(Migrations).Assembly;
        var prefix = set + "/";
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && n.LastIndexOf('/') == set.Length)
            .Select(n =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!, Encoding.UTF8);
                var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                var name = Path.GetFileNameWithoutExtension(n[prefix.Length..]);
                var number = int.Parse(name.Split('_')[0], CultureInfo.InvariantCulture);
                var hash = SHA256.HashData(Encoding.UTF8.GetBytes(sql));
                return new Migration(number, name, sql, Convert.ToHexStringLower(hash));
            })
            .OrderBy(m => m.Number);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
