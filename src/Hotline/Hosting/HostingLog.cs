namespace Hotline.Hosting;

internal static partial class HostingLog
{
    [LoggerMessage(1101, LogLevel.Information, "Embedded PostgreSQL of {Folder} answers on port {Port}")]
    public static partial void EmbeddedStarted(ILogger log, string folder, int port);

    [LoggerMessage(1102, LogLevel.Information, "Embedded PostgreSQL stopped")]
    public static partial void EmbeddedStopped(ILogger log);

    [LoggerMessage(1103, LogLevel.Information, "{Count} migrations applied")]
    public static partial void Migrated(ILogger log, int count);

    [LoggerMessage(1104, LogLevel.Warning,
        "A master key and three recovery shares lie in {Folder}: move the shares apart, any two of them recover the key")]
    public static partial void MasterKeyMade(ILogger log, string folder);

    [LoggerMessage(1105, LogLevel.Error, "The database is away ({Kind} {SqlState}): requests are turned away until it is back")]
    public static partial void DatabaseAway(ILogger log, string kind, string? sqlState);

    [LoggerMessage(1106, LogLevel.Information, "The database is back")]
    public static partial void DatabaseBack(ILogger log);

    [LoggerMessage(1107, LogLevel.Warning, "The embedded PostgreSQL had crashed and was started again")]
    public static partial void EmbeddedRevived(ILogger log);

    [LoggerMessage(1108, LogLevel.Error, "The embedded PostgreSQL crashed and does not start again; it is tried on")]
    public static partial void ReviveFailed(ILogger log, Exception error);

    [LoggerMessage(1109, LogLevel.Error, "The database's clock is {Seconds} s ahead of this node's: put the clocks right")]
    public static partial void ClockSkewed(ILogger log, double seconds);

    [LoggerMessage(1110, LogLevel.Warning, "Redis is away: other nodes' changes are found by the poll until it is back")]
    public static partial void RedisAway(ILogger log);

    [LoggerMessage(1111, LogLevel.Information, "Redis is back")]
    public static partial void RedisBack(ILogger log);
}
