using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Npgsql;

namespace Hotline.Store.Tests.Migrating;

public sealed class A_database_brought_up_to_date : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "hotline-migrating-" + Guid.CreateVersion7().ToString("n"));
    private EmbeddedPostgres _server = null!;
    private NpgsqlDataSource _main = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedPostgres.Start(await DataDirectory.Choose(_folder));
        _main = NpgsqlDataSource.Create(_server.Database + ";No Reset On Close=true");
    }

    public async ValueTask DisposeAsync()
    {
        await _main.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task has_every_file_applied_once_though_nodes_start_together()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrations.Apply(_main, Migrations.Main)));
        applied.Count(n => n > 0).ShouldBe(1);
        (await Ask("select count(*) from hotline.migrations")).ShouldBe((long)applied.Sum());
        (await Ask("select to_regclass('hotline.sealed') is not null")).ShouldBe(true);
        (await Ask("select to_regclass('hotline.data_keys') is null")).ShouldBe(true);
        (await Migrations.Apply(_main, Migrations.Main)).ShouldBe(0);
    }

    [Fact]
    public async Task stops_the_start_when_an_applied_file_was_changed()
    {
        await Migrations.Apply(_main, Migrations.Main);
        await Ask("update hotline.migrations set sha256 = 'other' where number = 2");
        var refusal = await Should.ThrowAsync<StartRefusedException>(Migrations.Apply(_main, Migrations.Main));
        refusal.Message.ShouldContain("0002_sealing");
        refusal.Message.ShouldNotContain("\n");
        (await Ask("select pg_try_advisory_lock(4401990001)")).ShouldBe(true);
    }

    [Fact]
    public async Task keeps_its_lock_free_for_the_next_node()
    {
        await Migrations.Apply(_main, Migrations.Main);
        await using var other = new NpgsqlConnection(_server.Database + ";Pooling=false");
        await other.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(4401990001)", other);
        (await command.ExecuteScalarAsync()).ShouldBe(true);
    }

    private async Task<object?> Ask(string sql)
    {
        await using var command = _main.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
