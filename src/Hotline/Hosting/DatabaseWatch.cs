using Npgsql;

namespace Hotline.Hosting;

/// <summary>Asks both databases once a second whether they answer, so that requests need not find out one by one; compares
/// clocks once a minute; brings the embedded server back when it crashed; keeps the demo clock fresh.</summary>
public sealed class DatabaseWatch(
    Databases databases, DemoClock clock, HotlineOptions options, TimeProvider time, ILogger<DatabaseWatch> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClocksEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    /// <summary>Further apart than this is an alarm; further than <see cref="SkewMax"/>, and the node is not ready.</summary>
    public static readonly TimeSpan SkewAlarm = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(30);

    private volatile bool _away;

    /// <summary>The main database does not answer: turn requests away at once, with Retry-After.</summary>
    public bool Away => _away;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        long? clocks = null;
        while (await Tick(timer, stopping))
        {
            await Look(stopping);
            if (_away || (clocks is { } last && time.GetElapsedTime(last) < ClocksEvery)) continue;
            clocks = time.GetTimestamp();
            await CompareClocks(stopping);
        }
    }

    private async Task Look(CancellationToken stopping)
    {
        try
        {
            await Ask(databases.Main, "select 1", stopping);
            if (options.Demo) await clock.Refresh(stopping);
            if (!_away) return;
            // Connections from before are dead and would each fail one more request.
            databases.Main.Clear();
            databases.Keys.Clear();
            _away = false;
            HostingLog.DatabaseBack(log);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (!_away) HostingLog.DatabaseAway(log, e.GetType().Name, (e as NpgsqlException)?.SqlState);
            _away = true;
            databases.Main.Clear();
            databases.Keys.Clear();
            await Revive(stopping);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Revive(CancellationToken stopping)
    {
        try
        {
            if (databases.Embedded is { } embedded && await embedded.Revive(stopping)) HostingLog.EmbeddedRevived(log);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            HostingLog.ReviveFailed(log, e);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task CompareClocks(CancellationToken stopping)
    {
        try
        {
            var skew = await Skew(stopping);
            if (skew.Duration() > SkewAlarm) HostingLog.ClockSkewed(log, skew.TotalSeconds);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // The next look says what is wrong.
        }
    }

    /// <summary>How far the database's clock is ahead of ours.</summary>
    public async Task<TimeSpan> Skew(CancellationToken cancel)
    {
        var before = time.GetUtcNow();
        var theirs = (DateTime)(await Ask(databases.Main, "select clock_timestamp()", cancel))!;
        var after = time.GetUtcNow();
        return theirs - (before + (after - before) / 2).UtcDateTime;
    }

    internal static async Task<object?> Ask(NpgsqlDataSource source, string sql, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerWithin);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(limit.Token);
    }

    private static async Task<bool> Tick(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
