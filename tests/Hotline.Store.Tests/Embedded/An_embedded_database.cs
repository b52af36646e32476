using System.Net;
using System.Net.Sockets;
using Hotline.Store.Embedded;
using Npgsql;

namespace Hotline.Store.Tests.Embedded;

public sealed class An_embedded_database : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "hotline-embedded-" + Guid.CreateVersion7().ToString("n"));
    private DataDirectory _home = null!;

    public async ValueTask InitializeAsync() => _home = await DataDirectory.Choose(_folder);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task keeps_its_data_and_its_port_over_a_restart()
    {
        int port;
        await using (var first = await EmbeddedPostgres.Start(_home))
        {
            port = first.Port;
            await Ask(first.Database, "create table t as select 42 as n");
            (await Ask(first.KeyDatabase, "select current_database()")).ShouldBe("hotline_keys");
        }
        await using var second = await EmbeddedPostgres.Start(_home);
        second.Port.ShouldBe(port);
        (await Ask(second.Database, "select n from t")).ShouldBe(42);
        (await Ask(second.Database, "show synchronous_commit")).ShouldBe("on");
        (await Ask(second.Database, "show fsync")).ShouldBe("on");
        (await Ask(second.Database, "show unix_socket_directories")).ShouldBe("");
        (await Ask(second.Database, "show listen_addresses")).ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task takes_another_port_when_its_own_was_taken_meanwhile()
    {
        int port;
        await using (var first = await EmbeddedPostgres.Start(_home)) port = first.Port;
        using var intruder = new TcpListener(IPAddress.Loopback, port);
        intruder.Start();
        await using var second = await EmbeddedPostgres.Start(_home);
        second.Port.ShouldNotBe(port);
        (await Ask(second.Database, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task refuses_a_second_server_on_the_same_directory()
    {
        await using var first = await EmbeddedPostgres.Start(_home);
        var refusal = await Should.ThrowAsync<StartRefusedException>(EmbeddedPostgres.Start(_home));
        refusal.Message.ShouldContain("already runs");
        (await Ask(first.Database, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task is_adopted_while_it_still_runs_after_our_crash()
    {
        var first = await EmbeddedPostgres.Start(_home);
        var pid = await Ask(first.Database, "select pg_backend_pid()::text || '/' || pg_postmaster_start_time()::text");
        first.Abandon();
        await using var second = await EmbeddedPostgres.Start(_home);
        second.Port.ShouldBe(first.Port);
        var again = await Ask(second.Database, "select pg_backend_pid()::text || '/' || pg_postmaster_start_time()::text");
        ((string)again!).Split('/')[1].ShouldBe(((string)pid!).Split('/')[1]);
    }

    [Fact]
    public async Task starts_over_a_pid_file_that_names_somebody_else()
    {
        await using (await EmbeddedPostgres.Start(_home)) { }
        await File.WriteAllTextAsync(Path.Combine(_folder, "postgres", "postmaster.pid"), $"{Environment.ProcessId}\n{_folder}/postgres\n1\n5432\n");
        await using var second = await EmbeddedPostgres.Start(_home);
        (await Ask(second.Database, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task is_made_anew_when_the_first_making_was_cut_short()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "postgres.making-1", "postgres"));
        await using var server = await EmbeddedPostgres.Start(_home);
        (await Ask(server.Database, "show server_encoding")).ShouldBe("UTF8");
        Directory.EnumerateDirectories(_folder, "postgres.making-*").ShouldBeEmpty();
    }

    [Fact]
    public async Task lets_nobody_in_without_its_password()
    {
        await using var server = await EmbeddedPostgres.Start(_home);
        var wrong = new NpgsqlConnectionStringBuilder(server.Database) { Password = "guess" };
        (await Should.ThrowAsync<PostgresException>(Ask(wrong.ConnectionString, "select 1"))).SqlState.ShouldBe("28P01");
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_folder, "postgres.password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task says_in_a_line_that_its_programs_are_missing()
    {
        var refusal = await Should.ThrowAsync<StartRefusedException>(EmbeddedPostgres.Start(_home, binariesHint: _folder));
        refusal.Message.ShouldContain("HOTLINE__POSTGRESBINARIES");
        refusal.Message.ShouldNotContain("\n");
        Directory.Exists(Path.Combine(_folder, "postgres")).ShouldBeFalse();
    }

    private static async Task<object?> Ask(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
