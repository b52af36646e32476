using System.Diagnostics;
using Hotline.Simulation;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Npgsql;

namespace Hotline.Benchmarks.Server;

/// <summary>The server as a process of its own with its own database, its settings as shipped; a sink that plays the provider
/// of texts and calls; and pgbench on a second database of the same cluster, which is the limit.</summary>
internal sealed class ServerUnderLoad : IAsyncDisposable
{
    /// <summary>A fresh process runs code that nobody has optimised yet: each row's own load goes on at least so long, and until
    /// the runtime optimises hardly anything any more.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6), WarmUpMax = TimeSpan.FromSeconds(40), WarmUpLook = TimeSpan.FromSeconds(2);

    private const double WarmShare = 0.05;

    private static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(2);

    private Pgbench? limit;

    private ServerUnderLoad(DemoCity city, Provider provider, Load load, NpgsqlDataSource database) =>
        (City, Provider, Load, Database) = (city, provider, load, database);

    public DemoCity City { get; }

    public Provider Provider { get; }

    public Load Load { get; }

    public NpgsqlDataSource Database { get; }

    /// <summary>How to reach the server's main database, with the password.</summary>
    public required string Connection { get; init; }

    public required int Seconds { get; init; }

    public required int Rounds { get; init; }

    public Table Table { get; } = new("what", "limit", "ours", "figure", "budget");

    public TimeSpan Length => TimeSpan.FromSeconds(Seconds);

    /// <summary>What was started, for the head of a table.</summary>
    public string Build => City.Configuration switch
    {
        "published" => "server: as ops/run starts it",
        "release" => "server: Release build, not compiled ahead as ops/run's is",
        var other => $"server: {other.ToUpperInvariant()} BUILD, its figures mean nothing: run with -c Release",
    };

    public static async Task<ServerUnderLoad> Start(PostgresBinaries binaries, int seconds, int rounds, params (string Name, string Value)[] settings)
    {
        var provider = await Provider.Start();
        var city = await DemoCity.Start([("HOTLINE__TWILIO__BASEURL", provider.Address.ToString().TrimEnd('/')), .. settings]);
        var at = EmbeddedPostgres.Running(await DataDirectory.Choose(city.Data))!.Value.Database;
        var server = new ServerUnderLoad(city, provider, new(city), NpgsqlDataSource.Create(at)) { Connection = at, Seconds = seconds, Rounds = rounds };
        try
        {
            // Signing in is made slow on purpose: nobody does it while a watch runs.
            foreach (var user in new[] { "school", "hospital", "duty", "county", "supervisor" }) await city.Token(user);
            server.limit = await server.Beside(binaries, at);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>pgbench commits into a database of its own beside the server's.</summary>
    private async Task<Pgbench?> Beside(PostgresBinaries binaries, string at)
    {
        await Run("create database bench");
        var bench = new NpgsqlConnectionStringBuilder(at) { Database = "bench" }.ConnectionString;
        await using (var source = NpgsqlDataSource.Create(bench + ";Pooling=false")) await Migrations.Apply(source, Migrations.Main);
        return Pgbench.Beside(binaries.Folder, bench);
    }

    /// <summary>pgbench's commits of the bare event row.</summary>
    public async Task<Figure> Commits(int clients) =>
        limit is null ? new(double.NaN, double.NaN, double.NaN) : await limit.Run(AppendRows.BeginScript, clients, Math.Max(2, Seconds));

    /// <summary>The row's own load until the server knows it well.</summary>
    public async Task Warm(int callers, Func<int, Task> once)
    {
        var clock = Stopwatch.StartNew();
        for (var busy = 1.0; clock.Elapsed < WarmUp || (busy > WarmShare && clock.Elapsed < WarmUpMax);)
        {
            var (tiering, all) = (Processor.Tiering(City.ServerProcess), Processor.Seconds(City.ServerProcess));
            await Load.Run(callers, WarmUpLook, 0, once);
            busy = (Processor.Tiering(City.ServerProcess) - tiering) / (Processor.Seconds(City.ServerProcess) - all);
        }
        await Settled();
    }

    /// <summary>As fast as answered; and what one of them cost in processor.</summary>
    public async Task<(Figure Figure, Processor Each)> Watch(int callers, Func<int, Task> once)
    {
        var before = Processor.Of(this);
        var clock = Stopwatch.StartNew();
        var figure = await Load.Run(callers, Length, 0, once);
        return (figure, (Processor.Of(this) - before) / (figure.Rate * clock.Elapsed.TotalSeconds));
    }

    /// <summary>What the load set off is done: nothing more waits to be sent.</summary>
    public async Task Settled()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < SettlesWithin && await Scalar("select count(*) from hotline.outbox") > 0;)
        {
            Interruption.Heed();
            await Task.Delay(100);
        }
    }

    /// <summary>The row is over: pages that nobody answers stop climbing and clocks stop running, or they would be the next row's load.</summary>
    /// <param name="kind">Only timers of this kind; null means all.</param>
    public async Task Quiet(string? kind = null)
    {
        await Settled();
        await Run("delete from hotline.timers" + (kind is null ? "" : $" where kind = '{kind}'"));
        await Settled();
    }

    public async Task<long> Scalar(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task<string> Text(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public async Task Run(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        await Database.DisposeAsync();
        await City.DisposeAsync();
        await Provider.DisposeAsync();
    }
}
