using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Hotline.Store.Sealing;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>What lies beside a dump, so that a restore can tell whether it is whole and whose it is.</summary>
/// <param name="What"><c>main</c> or <c>keys</c>.</param>
/// <param name="TakenAt">By the system's clock, when the dump began.</param>
/// <param name="Sha256">Of the dump's bytes, hex.</param>
/// <param name="Rows">Main: events and sealed values. Keys: data keys.</param>
/// <param name="MasterIds">Names of the master keys that the data keys are wrapped by; nothing that opens them.</param>
public sealed record DumpNote(
    string What, DateTimeOffset TakenAt, string Dump, string Sha256, IReadOnlyDictionary<string, long> Rows, IReadOnlyList<string> MasterIds);

/// <summary><c>hotline backup MAIN-FOLDER KEYS-FOLDER</c> and <c>hotline restore MAIN-DUMP KEYS-DUMP [SHARE SHARE]</c>: the main
/// database and the key store, each by itself. Neither holds the master key: that comes from its shares.</summary>
public static class Backups
{
    private const string Main = "main", Keys = "keys";
    private static readonly JsonSerializerOptions Written = new(Codec.Json) { WriteIndented = true };

    /// <summary>Takes both, beside a running server or without one. The main one first: a key without a value is harmless, a
    /// value without its key is lost.</summary>
    public static async Task Take(HotlineOptions options, string mainFolder, string keysFolder, TextWriter said, CancellationToken cancel)
    {
        if (Path.GetFullPath(mainFolder) == Path.GetFullPath(keysFolder))
            throw new StartRefusedException("The main database and the key store belong in different places: name two folders.");
        await using var home = await Home.Find(options, making: false, cancel);
        foreach (var (what, connection, folder) in new[] { (Main, home.Main, mainFolder), (Keys, home.Keys, keysFolder) })
        {
            var at = TimeProvider.System.GetUtcNow();
            var name = $"hotline-{what}-{at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}.dump";
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, name);
            // Counted before the dump: it may hold more by then, never less.
            var rows = await Count(connection, what, cancel);
            var masters = what == Keys ? await MasterIds(connection, cancel) : [];
            await Dump.Write(connection, options.PostgresBinaries, path, cancel);
            var note = new DumpNote(what, at, name, await Hash(path, cancel), rows, masters);
            await File.WriteAllTextAsync(path + ".json", JsonSerializer.Serialize(note, Written), cancel);
            await said.WriteLineAsync($"{what}: {path} ({new FileInfo(path).Length / 1024} kB; {Told(rows)})");
        }
        await said.WriteLineAsync("The master key is in neither. Without it, or two of its three recovery shares, sealed values cannot be read.");
    }

    /// <summary>Brings both back into empty databases, then proves it: every sealed value has its key, and one of each key's
    /// values opens. When anything fails the databases are left as empty as they were found.</summary>
    public static async Task Restore(
        HotlineOptions options, string mainDump, string keysDump, (string One, string Other)? shares, TextWriter said, CancellationToken cancel)
    {
        var (main, keys) = (await ReadNote(mainDump, Main, cancel), await ReadNote(keysDump, Keys, cancel));
        var key = shares is var (one, other) ? RecoveryShares.Recover(MasterKeyFile.ReadShare(one), MasterKeyFile.ReadShare(other)) : null;
        await using var home = await Home.Find(options, making: true, cancel);
        await RequireEmpty(home.Main, "main database", cancel);
        await RequireEmpty(home.Keys, "key store", cancel);
        key ??= options.MasterKey is { } given ? MasterKey.Parse(given) : home.Folder is { } folder && File.Exists(MasterKeyFile.PathIn(folder)) ? MasterKey.Parse("file:" + MasterKeyFile.PathIn(folder)) : null;
        if (key is null) throw new StartRefusedException("There is no master key here: add two of its recovery shares, or set Hotline:MasterKey.");
        if (keys.MasterIds.Count > 0 && !keys.MasterIds.Contains(key.Id))
            throw new StartRefusedException($"The master key {key.Id} is not the one of this key store ({string.Join(", ", keys.MasterIds)}).");
        IReadOnlyDictionary<string, long> back;
        try
        {
            await Dump.Restore(home.Keys, options.PostgresBinaries, keysDump, cancel);
            await Dump.Restore(home.Main, options.PostgresBinaries, mainDump, cancel);
            // Before the proof, which makes keys ahead for those to come.
            back = await Count(home.Keys, Keys, cancel);
            await Prove(home, key, main, cancel);
        }
        catch
        {
            await Clear(home.Main);
            await Clear(home.Keys);
            throw;
        }
        if (shares is not null && home.Folder is { } into) MasterKeyFile.Restore(into, key);
        await said.WriteLineAsync($"Restored: {Told(await Count(home.Main, Main, cancel))}; {Told(back)}; master key {key.Id}.");
        await said.WriteLineAsync($"The main database stands as of {main.TakenAt:u}, the key store as of {keys.TakenAt:u}.");
    }

    private static async Task Prove(Home home, MasterKey key, DumpNote main, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(home.Main);
        await using var keyStore = NpgsqlDataSource.Create(home.Keys);
        await Migrations.Apply(database, Migrations.Main, cancel);
        await Migrations.Apply(keyStore, Migrations.Keys, cancel);
        foreach (var (name, counted) in await Count(home.Main, Main, cancel))
        {
            if (counted < main.Rows.GetValueOrDefault(name))
                throw new StartRefusedException($"The main dump held {main.Rows[name]} {name}, and {counted} came back.");
        }
        await RequireKeys(database, keyStore, cancel);
        using var vault = new PostgresVault(
            database, keyStore, key, new SystemIds(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await vault.Prepare(cancel);
        var one = new List<Guid>();
        await using (var ask = database.CreateCommand("select distinct on (key_version) value_id from hotline.sealed order by key_version, value_id limit 1000"))
        await using (var reader = await ask.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel)) one.Add(reader.GetGuid(0));
        await vault.Open(one, cancel);
    }

    /// <summary>A value whose key is not even known was sealed under another key store, or after this one was dumped.</summary>
    private static async Task RequireKeys(NpgsqlDataSource database, NpgsqlDataSource keyStore, CancellationToken cancel)
    {
        var known = new HashSet<Guid>();
        await using (var ask = keyStore.CreateCommand("select key_id from hotline.data_keys"))
        await using (var reader = await ask.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel)) known.Add(reader.GetGuid(0));
        long lost = 0;
        await using (var ask = database.CreateCommand("select key_version, count(*) from hotline.sealed group by key_version"))
        await using (var reader = await ask.ExecuteReaderAsync(cancel))
            while (await reader.ReadAsync(cancel))
                if (!known.Contains(reader.GetGuid(0))) lost += reader.GetInt64(1);
        if (lost > 0) throw new StartRefusedException($"{lost} sealed values have no key in this key store: it is older than the main dump, or another's.");
    }

    private static async Task<DumpNote> ReadNote(string dump, string what, CancellationToken cancel)
    {
        if (!File.Exists(dump)) throw new StartRefusedException($"There is no dump {dump}.");
        if (!File.Exists(dump + ".json")) throw new StartRefusedException($"{dump}.json is missing: it lies beside each dump and says what it holds.");
        DumpNote? note;
        try
        {
            note = JsonSerializer.Deserialize<DumpNote>(await File.ReadAllTextAsync(dump + ".json", cancel), Written);
        }
        catch (JsonException e)
        {
            throw new StartRefusedException($"{dump}.json cannot be read: {e.Message}", e);
        }
        if (note?.What != what) throw new StartRefusedException($"{dump} is not a dump of the {what} database, but {note?.What}.");
        return await Hash(dump, cancel) == note.Sha256 ? note
            : throw new StartRefusedException($"{dump} is damaged: its SHA-256 is not the one noted beside it.");
    }

    private static async Task RequireEmpty(string connection, string name, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var ask = database.CreateCommand(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'hotline') and c.relkind = 'r'");
        if (await ask.ExecuteScalarAsync(cancel) is > 0L)
            throw new StartRefusedException($"The {name} is not empty: restore into an empty one (another Hotline:DataDirectory or Hotline:Database).");
    }

    private static async Task Clear(string connection)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var drop = database.CreateCommand("drop schema if exists hotline cascade; drop schema public cascade; create schema public");
        await drop.ExecuteNonQueryAsync();
    }

    private static async Task<IReadOnlyDictionary<string, long>> Count(string connection, string what, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        var rows = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, table) in what == Main ? [("events", "public.mt_events"), ("sealed values", "hotline.sealed")] : new[] { ("data keys", "hotline.data_keys") })
        {
            await using var count = database.CreateCommand($"select count(*) from {table}");
            rows[name] = (long)(await count.ExecuteScalarAsync(cancel))!;
        }
        return rows;
    }

    private static async Task<IReadOnlyList<string>> MasterIds(string connection, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        await using var ask = database.CreateCommand("select distinct master_id from hotline.data_keys where wrapped is not null order by 1");
        await using var reader = await ask.ExecuteReaderAsync(cancel);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancel)) ids.Add(reader.GetString(0));
        return ids;
    }

    private static async Task<string> Hash(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
    }

    private static string Told(IReadOnlyDictionary<string, long> rows) => string.Join(", ", rows.Select(r => $"{r.Value} {r.Key}"));

    /// <summary>Both databases as they can be reached: given ones, the embedded ones of a running server, or our own start of them.</summary>
    private sealed record Home(string Main, string Keys, string? Folder, EmbeddedPostgres? Started) : IAsyncDisposable
    {
        public static async Task<Home> Find(HotlineOptions options, bool making, CancellationToken cancel)
        {
            if (!options.Embedded)
                return new(options.Database!, options.KeyDatabase ?? throw new StartRefusedException("Hotline:KeyDatabase is missing."), null, null);
            if (!making && !Directory.Exists(options.DataDirectory) && !Directory.Exists(DataDirectory.SystemFolder))
                throw new StartRefusedException($"There is no data directory {options.DataDirectory}.");
            var folder = await DataDirectory.Choose(options.DataDirectory, cancel);
            if (!making && EmbeddedPostgres.Running(folder) is { } running) return new(running.Database, running.KeyDatabase, folder.Folder, null);
            var started = await EmbeddedPostgres.Start(folder, options.PostgresBinaries, cancel);
            return new(started.Database, started.KeyDatabase, folder.Folder, started);
        }

        public async ValueTask DisposeAsync()
        {
            if (Started is not null) await Started.DisposeAsync();
        }
    }
}
