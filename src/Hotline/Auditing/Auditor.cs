using System.Diagnostics.Metrics;
using Hotline.Cases;
using Hotline.Hosting;
using Hotline.Store;

namespace Hotline.Auditing;

/// <summary>Looks every minute whether anything is overdue that nobody was told of, on every node by itself: a node that is stuck
/// must not be the one that says that all is well. What it finds goes to the log, to health, to the desk; and only while all is
/// well does somebody outside hear of us (<see cref="DeadMan"/>), so that our silence is an alarm too.</summary>
public sealed class Auditor : BackgroundService, IDependency
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Blind = TimeSpan.FromMinutes(5);
    private readonly Debts debts;
    private readonly DeadMan outside;
    private readonly IBusinessClock clock;
    private readonly TimeProvider time;
    private readonly ILogger<Auditor> log;
    private readonly Meter meter = new("Hotline.Auditing");
    private readonly DateTimeOffset begun;
    private volatile Audit? last;

    public Auditor(Debts debts, DeadMan outside, IBusinessClock clock, TimeProvider time, ILogger<Auditor> log)
    {
        (this.debts, this.outside, this.clock, this.time, this.log, begun) = (debts, outside, clock, time, log, time.GetUtcNow());
        meter.CreateObservableGauge("hotline.audit.overdue", () => (last?.Counts ?? []).Select(c =>
            new Measurement<int>(c.Count, new KeyValuePair<string, object?>("kind", c.Kind))), description: "What is overdue, by kind");
    }

    /// <summary>Null before the first look.</summary>
    public Audit? Last => last;

    public string Name => "audit";

    /// <summary>A node that sees what is overdue must go on: it may be the one that mends it.</summary>
    public bool Needed => false;

    public Task<string?> Missing(CancellationToken cancel) => Task.FromResult(
        time.GetUtcNow() - (last?.At ?? begun) > Blind ? "has not been able to look"
        : last is { Overdue.IsEmpty: false } audit ? "overdue: " + Told(audit) : null);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do await Try(stopping);
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
    }

    private async Task Try(CancellationToken stopping)
    {
        try
        {
            await Look(stopping);
        }
        catch (Exception broken) when (!stopping.IsCancellationRequested)
        {
            log.AuditorBlind(broken);
        }
    }

    /// <summary>One look, and what follows from it.</summary>
    public async Task<Audit> Look(CancellationToken cancel)
    {
        var (seen, at, before) = (await debts.Owed(clock.Now, cancel), time.GetUtcNow(), last);
        var audit = before is null ? Audit.First(at, seen) : before.Next(at, seen);
        last = audit;
        if (Told(audit) != Told(before)) Tell(audit);
        if (audit.AllWell) await outside.Ping(cancel);
        return audit;
    }

    private void Tell(Audit audit)
    {
        if (audit.Overdue.IsEmpty) log.AllWellAgain();
        else log.IsOverdue(Told(audit), audit.Overdue.Min(o => o.Since));
    }

    private static string Told(Audit? audit) => string.Join(", ", (audit?.Counts ?? []).Select(c => $"{c.Count} {c.Kind}"));

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }
}

internal static partial class AuditLog
{
    [LoggerMessage(4901, LogLevel.Error, "Overdue, and nobody was told in time: {What}; the oldest since {Since:O}. The desk under /operations shows them")]
    public static partial void IsOverdue(this ILogger log, string what, DateTimeOffset since);

    [LoggerMessage(4902, LogLevel.Information, "Nothing is overdue any more")]
    public static partial void AllWellAgain(this ILogger log);

    [LoggerMessage(4903, LogLevel.Error, "The auditor could not look whether anything is overdue")]
    public static partial void AuditorBlind(this ILogger log, Exception broken);

    [LoggerMessage(4904, LogLevel.Warning, "Whoever watches us from outside could not be told that all is well: {Why}")]
    public static partial void OutsideUnreachable(this ILogger log, string why);
}
