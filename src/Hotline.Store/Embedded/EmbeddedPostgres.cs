using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace Hotline.Store.Embedded;

/// <summary>A PostgreSQL of our own under the data directory: TCP on loopback, no socket, password in a 0600 file. A second
/// start adopts a server that outlived us; nothing half-made is ever used.</summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    public const string MainName = "hotline";
    public const string KeysName = "hotline_keys";
    // Not "hotline": a login named like our schema would find that schema first, and Marten's tables belong in public.
    private const string Owner = "hotline_owner";
    private const int StartTries = 3;
    private const int PasswordBytes = 24;
    private const long FreeBytesMin = 256L << 20;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);

    private readonly DataDirectory _home;
    private readonly PostgresBinaries _binaries;
    private readonly FileStream _lock;
    private readonly string _password;

    private EmbeddedPostgres(DataDirectory home, PostgresBinaries binaries, FileStream @lock, string password) =>
        (_home, _binaries, _lock, _password) = (home, binaries, @lock, password);

    public int Port { get; private set; }

    /// <summary>Connection string of the main database, password included: never print it.</summary>
    public string Database => ConnectionTo(MainName);

    /// <summary>Connection string of the key store, a database of its own so that it is dumped apart.</summary>
    public string KeyDatabase => ConnectionTo(KeysName);

    public static async Task<EmbeddedPostgres> Start(
        DataDirectory home, string? binariesHint = null, CancellationToken cancel = default)
    {
        var held = Hold(home);
        EmbeddedPostgres? server = null;
        try
        {
            RequireSpace(home);
            var major = await Cluster.MajorOf(home, cancel);
            var binaries = await PostgresBinaries.Find(binariesHint, major, home.RunAs, cancel);
            var password = SecretFile.ReadOrMake(
                home.PasswordFile, () => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes)));
            await Cluster.Make(home, binaries, Owner, password, cancel);
            server = new EmbeddedPostgres(home, binaries, held, password);
            await server.StartOrAdopt(cancel);
            await server.MakeDatabases(cancel);
            return server;
        }
        catch
        {
            if (server is not null) await server.Stop(CancellationToken.None);
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>The databases of a server that somebody else runs on the directory; null when none is running.</summary>
    public static (string Database, string KeyDatabase)? Running(DataDirectory home) =>
        Cluster.RunningPort(home) is { } port && File.Exists(home.PasswordFile)
            ? (ConnectionTo(MainName, port, File.ReadAllText(home.PasswordFile).Trim()), ConnectionTo(KeysName, port, File.ReadAllText(home.PasswordFile).Trim()))
            : null;

    /// <summary>Starts the server again on its port after a crash. One that was stopped in good order is left alone: somebody
    /// meant it. True when it was started.</summary>
    public async Task<bool> Revive(CancellationToken cancel = default)
    {
        if (!Cluster.WasNotStopped(_home) || (await Control(["status", "-D", _home.Cluster], cancel)).Fine) return false;
        await StartAgain(cancel);
        return true;
    }

    /// <summary>Starts the stopped server on the port that everybody's connections name.</summary>
    public async Task StartAgain(CancellationToken cancel = default)
    {
        Cluster.RemoveStalePidFile(_home);
        var run = await PgStart(cancel);
        if (!run.Fine) throw new IOException($"pg_ctl: {Cluster.LastWords(_home) ?? run.Output}");
    }

    private Task<ToolRun> PgStart(CancellationToken cancel) => Control(
        ["start", "-D", _home.Cluster, "-w", "-t", "60", "-l", Path.Combine(_home.Cluster, "startup.log"), "-o", Settings()],
        cancel);

    /// <summary>Stops the server, open transactions rolled back. Call it when nothing else needs the database any more.</summary>
    public async Task Stop(CancellationToken cancel = default)
    {
        await Control(["stop", "-D", _home.Cluster, "-m", "fast", "-w", "-t", "60"], cancel);
    }

    /// <summary>Lets go of the directory and leaves the server running, as our own crash would.</summary>
    internal void Abandon() => _lock.Dispose();

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await _lock.DisposeAsync();
    }

    private async Task StartOrAdopt(CancellationToken cancel)
    {
        Cluster.RemoveStalePidFile(_home);
        if ((await Control(["status", "-D", _home.Cluster], cancel)).Fine && Cluster.RunningPort(_home) is { } running)
        {
            Port = running;
            return;
        }
        var run = new ToolRun(1, "");
        for (var i = 0; i < StartTries; i++)
        {
            Port = ChoosePort(remembered: i == 0);
            run = await PgStart(cancel);
            if (!run.Fine) continue;
            await File.WriteAllTextAsync(_home.PortFile, Port.ToString(CultureInfo.InvariantCulture), cancel);
            return;
        }
        throw new StartRefusedException($"The embedded PostgreSQL did not start: {Cluster.LastWords(_home) ?? run.Output}");
    }

    /// <summary>What is said on every start, so that a new release's settings reach an old cluster.</summary>
    private string Settings() => string.Join(' ', new[]
    {
        $"port={Port}", "listen_addresses=127.0.0.1", "unix_socket_directories=",
        "max_connections=200", "shared_buffers=128MB",
        "fsync=on", "full_page_writes=on", "synchronous_commit=on", "random_page_cost=1.1", "jit=off", "timezone=UTC",
        "log_timezone=UTC", "logging_collector=on", "log_filename=postgresql-%a.log", "log_truncate_on_rotation=on",
        "log_rotation_age=1d", "log_rotation_size=0",
        // No personal data in logs: neither failing statements nor the values a constraint quotes.
        "log_min_error_statement=panic", "log_error_verbosity=terse", "log_parameter_max_length_on_error=0",
    }.Select(setting => "-c " + setting));

    private int ChoosePort(bool remembered)
    {
        var noted = remembered && File.Exists(_home.PortFile) ? File.ReadAllText(_home.PortFile) : "";
        if (int.TryParse(noted, out var last) && IsFree(last)) return last;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task MakeDatabases(CancellationToken cancel)
    {
        await using var connection = await OpenWhenReady(cancel);
        foreach (var name in new[] { MainName, KeysName })
        {
            await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection);
            find.Parameters.Add(new() { Value = name });
            if (await find.ExecuteScalarAsync(cancel) is not null) continue;
            await using var create = new NpgsqlCommand($"create database {name}", connection);
            await create.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>An adopted server may still be replaying its log (57P03): asks again until it answers.</summary>
    private async Task<NpgsqlConnection> OpenWhenReady(CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false");
            try
            {
                await connection.OpenAsync(cancel);
                return connection;
            }
            catch (NpgsqlException e)
            {
                await connection.DisposeAsync();
                if (e.SqlState == PostgresErrorCodes.InvalidPassword)
                    throw new StartRefusedException($"The password in {_home.PasswordFile} is not the embedded PostgreSQL's.", e);
                if (TimeProvider.System.GetElapsedTime(started) > ReadyWithin)
                    throw new StartRefusedException($"The embedded PostgreSQL on port {Port} does not answer: {e.Message}", e);
                await Task.Delay(200, cancel);
            }
        }
    }

    private Task<ToolRun> Control(string[] arguments, CancellationToken cancel) =>
        ToolRun.Of(_binaries.Tool("pg_ctl"), arguments, _home.RunAs, cancel);

    private string ConnectionTo(string database) => ConnectionTo(database, Port, _password);

    private static string ConnectionTo(string database, int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = Owner,
        Password = password,
        Database = database,
    }.ConnectionString;

    /// <summary>One server a data directory: a second would stop the first one's database. The kernel drops the lock when we
    /// die.</summary>
    private static FileStream Hold(DataDirectory home)
    {
        try
        {
            return new(home.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(home.LockFile))
        {
            throw new StartRefusedException($"Another server already runs on the data directory {home.Folder}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {home.Folder} cannot be written: {e.Message}", e);
        }
    }

    private static void RequireSpace(DataDirectory home)
    {
        var free = new DriveInfo(home.Folder).AvailableFreeSpace;
        if (free < FreeBytesMin)
        {
            throw new StartRefusedException(
                $"The disk of the data directory {home.Folder} is full: {free >> 20} MB free, {FreeBytesMin >> 20} MB needed.");
        }
    }
}
