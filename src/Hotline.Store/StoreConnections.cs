using Npgsql;

namespace Hotline.Store;

/// <summary>Connections as the store needs them. Read models and screens use a data source of their own: these settings
/// serve short statements by primary key and would spoil a report over many rows.</summary>
public static class StoreConnections
{
    /// <summary>Every statement of the store finds its rows by index. On tables without statistics (a fresh installation, a
    /// restored dump) the planner would scan mt_streams from end to end, and a cached plan would go on doing so.</summary>
    private const string IndexPathOnly =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off "
        + "-c plan_cache_mode=force_generic_plan -c synchronous_commit=on";

    public const int PreparedStatementsMax = 200;

    /// <summary>The data source the store runs on. No reset on close: a DISCARD ALL per append is a round trip and throws the
    /// prepared statements away.</summary>
    public static NpgsqlDataSource Open(string connectionString) =>
        new NpgsqlDataSourceBuilder(Tuned(connectionString)).Build();

    public static string Tuned(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        return new NpgsqlConnectionStringBuilder(connectionString)
        {
            NoResetOnClose = true,
            MaxAutoPrepare = PreparedStatementsMax,
            AutoPrepareMinUsages = 2,
            Enlist = false,
            Options = string.Join(' ', given.Options, IndexPathOnly).Trim(),
        }.ConnectionString;
    }
}
