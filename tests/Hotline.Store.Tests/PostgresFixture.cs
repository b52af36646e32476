using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Npgsql;

namespace Hotline.Store.Tests;

/// <summary>A database of its own, migrated as production is, on a throwaway cluster that one test run shares. Other test
/// projects compile this file through a link.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<EmbeddedPostgres>> Cluster = new(StartCluster);
    private const string Prefix = "hotline-tests-";
    private static readonly SemaphoreSlim Templating = new(1);
    private string _name = "";

    /// <summary>Connection string of this fixture's database, as an ordinary client would use it.</summary>
    public string Database { get; private set; } = "";

    /// <summary>A data source as the store wants it.</summary>
    public NpgsqlDataSource Source { get; private set; } = null!;

    public async ValueTask InitializeAsync() => await Create(migrated: true);

    /// <summary>An empty database where <paramref name="migrated"/> is false.</summary>
    public async Task Create(bool migrated)
    {
        var cluster = await Cluster.Value;
        _name = "test_" + Guid.CreateVersion7().ToString("n");
        // PostgreSQL copies a template only while nobody else does.
        await Templating.WaitAsync();
        try
        {
            await Run(cluster.Database, $"create database {_name} template {(migrated ? EmbeddedPostgres.MainName : "template0")}");
        }
        finally
        {
            Templating.Release();
        }
        Database = new NpgsqlConnectionStringBuilder(cluster.Database) { Database = _name, IncludeErrorDetail = true }.ConnectionString;
        Source = StoreConnections.Open(Database);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Run((await Cluster.Value).Database, $"drop database if exists {_name} with (force)");
    }

    private static async Task<EmbeddedPostgres> StartCluster()
    {
        await StopLeftBehind();
        var folder = Path.Combine(Path.GetTempPath(), Prefix + Guid.CreateVersion7().ToString("n"));
        var server = await EmbeddedPostgres.Start(await DataDirectory.Choose(folder));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(30));
            Directory.Delete(folder, recursive: true);
        };
        await using (var source = NpgsqlDataSource.Create(server.Database + ";Pooling=false"))
            await Migrations.Apply(source, Migrations.Main);
        return server;
    }

    /// <summary>A test run that was killed leaves its cluster running; the next run adopts it and stops it. Whoever still
    /// lives holds the folder's lock, which refuses us.</summary>
    private static async Task StopLeftBehind()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            if (!File.Exists(Path.Combine(folder, "postgres", "postmaster.pid"))) continue;
            try
            {
                await (await EmbeddedPostgres.Start(await DataDirectory.Choose(folder))).DisposeAsync();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is StartRefusedException or IOException or UnauthorizedAccessException)
            {
                // Its owner lives, or is somebody else.
            }
        }
    }

    private static async Task Run(string database, string sql)
    {
        // A template must have no visitors: ask from the neighbouring database.
        var beside = new NpgsqlConnectionStringBuilder(database) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(beside.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
