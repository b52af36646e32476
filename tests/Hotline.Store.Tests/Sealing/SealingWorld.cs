using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Hotline.Store.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hotline.Store.Tests.Sealing;

/// <summary>A main database and a key store, migrated as production does it.</summary>
public sealed class SealingWorld : IAsyncLifetime
{
    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), "hotline-sealing-" + Guid.CreateVersion7().ToString("n"));

    private EmbeddedPostgres _server = null!;

    public NpgsqlDataSource Main { get; private set; } = null!;
    public NpgsqlDataSource Keys { get; private set; } = null!;
    public MasterKey Master { get; } = MasterKey.Make();

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedPostgres.Start(await DataDirectory.Choose(_folder));
        Main = NpgsqlDataSource.Create(_server.Database);
        Keys = NpgsqlDataSource.Create(_server.KeyDatabase);
        await Migrations.Apply(Main, Migrations.Main);
        await Migrations.Apply(Keys, Migrations.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await Main.DisposeAsync();
        await Keys.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public PostgresVault Vault(MasterKey? master = null) =>
        new(Main, Keys, master ?? Master, new NewIds(), TimeProvider.System, NullLogger.Instance);

    /// <summary>Seals and commits the rows, as an append would.</summary>
    public async Task<SealedRef> Seal(PostgresVault vault, Guid owner, string text)
    {
        var (refs, rows) = await vault.Seal([new(owner, 3, text)]);
        foreach (var row in rows) await Write(row);
        return refs[0];
    }

    public async Task Write(RowChange row)
    {
        row.Set.ShouldBe(PostgresVault.RowSet);
        await using var command = Main.CreateCommand("insert into hotline.sealed values ($1, $2, $3, $4, $5, $6, $7)");
        foreach (var value in row.Values) command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<object?> Ask(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private sealed class NewIds : IIds
    {
        public Guid New() => Guid.CreateVersion7();

        public string Code(int length) => throw new NotSupportedException();
    }
}
