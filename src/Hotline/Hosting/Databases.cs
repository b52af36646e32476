using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Hotline.Store.Sealing;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>The main database and the key store, embedded or given. Started before the host, and let go last: the container
/// disposes it after everything that was made from it.</summary>
public sealed class Databases(HotlineOptions options, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private const int KeyConnectionsMax = 20;
    private static readonly TimeSpan ReachableWithin = TimeSpan.FromSeconds(10);

    private readonly ILogger _log = logs.CreateLogger("Hotline.Hosting");
    private EmbeddedPostgres? _embedded;
    private NpgsqlDataSource? _main, _store, _keys;

    /// <summary>Where the master key, its shares and the embedded cluster lie; null where both databases are given.</summary>
    public DataDirectory? Home { get; private set; }

    internal EmbeddedPostgres? Embedded => _embedded;

    public NpgsqlDataSource Main => _main ?? throw new InvalidOperationException("The databases are not started yet.");

    /// <summary>The main database as the store needs it: every statement by index, plans kept. Not for screens.</summary>
    public NpgsqlDataSource Store => _store ?? throw new InvalidOperationException("The databases are not started yet.");

    public NpgsqlDataSource Keys => _keys ?? throw new InvalidOperationException("The databases are not started yet.");

    public MasterKey MasterKey { get; private set; } = null!;

    /// <summary>Starts or finds both, brings them up to date, checks the master key and the demo mark.</summary>
    public async Task Start(CancellationToken cancel = default)
    {
        if (_main is not null) return;
        if (options.Embedded)
        {
            Home = await DataDirectory.Choose(options.DataDirectory, cancel);
            _embedded = await EmbeddedPostgres.Start(Home, options.PostgresBinaries, cancel);
            HostingLog.EmbeddedStarted(_log, Home.Folder, _embedded.Port);
        }
        _main = Source(_embedded?.Database ?? options.Database!, "hotline", poolMax: null);
        _store = StoreConnections.Open(Connection(_embedded?.Database ?? options.Database!, "hotline store", poolMax: null));
        _keys = Source(_embedded?.KeyDatabase ?? options.KeyDatabase!, "hotline keys", KeyConnectionsMax);
        await Reach(_main, "Hotline:Database", cancel);
        await Reach(_keys, "Hotline:KeyDatabase", cancel);
        var applied = await Migrations.Apply(_main, Migrations.Main, cancel)
            + await Migrations.Apply(_keys, Migrations.Keys, cancel);
        if (applied > 0) HostingLog.Migrated(_log, applied);
        await DemoMark.Check(_main, options.Demo, cancel);
        MasterKey = await ReadMasterKey(cancel);
    }

    private async Task<MasterKey> ReadMasterKey(CancellationToken cancel)
    {
        if (options.MasterKey is { } given) return MasterKey.Parse(given);
        var keysExist = await PostgresVault.AnyKeys(Keys, cancel);
        if (!keysExist) HostingLog.MasterKeyMade(_log, Home!.Folder);
        return MasterKeyFile.ReadOrMake(Home!.Folder, keysExist);
    }

    private NpgsqlDataSource Source(string given, string name, int? poolMax)
    {
        var source = new NpgsqlDataSourceBuilder(Connection(given, name, poolMax));
        source.UseLoggerFactory(logs);
        return source.Build();
    }

    private static string Connection(string given, string name, int? poolMax)
    {
        var connection = new NpgsqlConnectionStringBuilder(given)
        {
            ApplicationName = name,
            SearchPath = "public",
            NoResetOnClose = true,
            TcpKeepAlive = true,
            MaxAutoPrepare = PreparedStatementsMax,
        };
        // Who waits longer for a connection is better told to come back; an operator's own number stands.
        if (connection.Timeout == NpgsqlDefaultTimeout) connection.Timeout = 5;
        if (poolMax is { } max) connection.MaxPoolSize = Math.Min(max, connection.MaxPoolSize);
        return connection.ConnectionString;
    }

    private const int NpgsqlDefaultTimeout = 15;

    /// <summary>What a screen asks it asks again and again; planning took longer than answering.</summary>
    private const int PreparedStatementsMax = 60;

    private async Task Reach(NpgsqlDataSource source, string setting, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                return;
            }
            catch (NpgsqlException e)
            {
                // Wrong names and passwords do not mend by waiting; a database that is still coming up does.
                var wrong = e is PostgresException { SqlState: [ '2' or '3' or '4', ..] };
                if (!wrong && time.GetElapsedTime(started) < ReachableWithin) await Task.Delay(250, cancel);
                else throw new StartRefusedException($"{setting} cannot be used: {Reason(e)}.", e);
            }
        }
    }

    private static string Reason(NpgsqlException e) => e switch
    {
        PostgresException refused => $"{refused.MessageText} ({refused.SqlState})",
        { InnerException: { } inner } => inner.Message,
        _ => e.Message,
    };

    public async ValueTask DisposeAsync()
    {
        if (_store is not null) await _store.DisposeAsync();
        if (_main is not null) await _main.DisposeAsync();
        if (_keys is not null) await _keys.DisposeAsync();
        if (_embedded is null) return;
        await _embedded.DisposeAsync();
        HostingLog.EmbeddedStopped(_log);
    }
}
