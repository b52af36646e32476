using System.Threading.Channels;
using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Microsoft.AspNetCore.SignalR;

namespace Hotline.Dashboards;

/// <summary>Tells this node's watchers what changed, at most ten times a second; alarms go at once.</summary>
public sealed class Broadcast(
    Feed feed, Watchers watchers, Changes changes, FileQueries files, Sessions sessions, IHubContext<BoardHub> hub, ILogger<Broadcast> log)
    : BackgroundService
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RightsEvery = TimeSpan.FromSeconds(3);
    private readonly Channel<(IReadOnlyList<StoredEvent> Events, long Position)> moved = Channel.CreateUnbounded<(IReadOnlyList<StoredEvent>, long)>(
        new() { SingleReader = true });

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        feed.Moved += (events, position) => moved.Writer.TryWrite((events, position));
        var rights = CheckRights(stopping);
        try
        {
            while (await moved.Reader.WaitToReadAsync(stopping))
            {
                var streams = new List<Guid>();
                long position = 0;
                while (moved.Reader.TryRead(out var batch))
                {
                    streams.AddRange(batch.Events.Select(e => e.Stream));
                    position = batch.Position;
                    await Alarm(batch.Events, stopping);
                }
                await Tell([.. streams.Distinct()], position, stopping);
                await Task.Delay(Window, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested) { }
        await rights.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Tell(IReadOnlyCollection<Guid> streams, long position, CancellationToken cancel)
    {
        if (watchers.All.IsEmpty || streams.Count == 0) return;
        try
        {
            var rows = await files.Many(streams, cancel);
            foreach (var (connection, watcher) in watchers.All)
            {
                var keys = watcher.Keys;
                if (keys.IsEmpty) continue;
                var items = streams.Where(rows.ContainsKey).Select(id => rows[id]).Where(r => changes.Shows(r, keys, watcher.Caller)).Select(r => changes.Item(r, watcher.Caller)).ToList();
                if (items.Count > 0) await hub.Clients.Client(connection).SendAsync("Changed", new ChangedBatch(Changes.Cursor(position), items), cancel);
            }
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            log.BroadcastStumbled(broken); // Watchers catch up by their cursor.
        }
    }

    /// <summary>A new T1 report, a page that begins to ring, or a breached clock: the desk hears it now.</summary>
    private async Task Alarm(IReadOnlyList<StoredEvent> events, CancellationToken cancel)
    {
        if (watchers.All.IsEmpty) return;
        var loud = events.Where(e => e.Type is "report_received" or "page_started" or "page_rang_again" or "clock_breached").ToList();
        if (loud.Count == 0) return;
        try
        {
            var rows = await files.Many([.. loud.Select(e => e.Stream).Distinct()], cancel);
            foreach (var e in loud)
            {
                if (!rows.TryGetValue(e.Stream, out var row) || (e.Type == "report_received" && row.Triage != "T1") || IsDrill(row)) continue;
                foreach (var (connection, watcher) in watchers.All)
                    if (!watcher.Keys.IsEmpty && changes.WorksOn(row, watcher.Caller) && changes.Shows(row, watcher.Keys, watcher.Caller))
                        await hub.Clients.Client(connection).SendAsync(
                            "Alarm", new { kind = row.Kind, id = row.Id, version = row.Version, triage = row.Triage, state = row.State, reason = e.Type, exercise = row.Read<Marked>().Exercise }, cancel);
            }
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            log.BroadcastStumbled(broken);
        }
    }

    /// <summary>A drill rings telephones; the desk has nothing to hear of it.</summary>
    private static bool IsDrill(FileListed row) => row.Kind == "page" && row.Read<Marked>().Why == "drill";

    /// <summary>What of a row's body an alarm asks for.</summary>
    private sealed record Marked(bool Exercise, string? Why);

    /// <summary>Losing the session ends the watch (design 6).</summary>
    private async Task CheckRights(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(RightsEvery, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var (connection, watcher) in watchers.All)
            {
                try
                {
                    var session = await sessions.FindById(watcher.Session, stopping);
                    if (session is null) watcher.Clear();
                    else if (!session.Caller.Roles.SequenceEqual(watcher.Caller.Roles) || session.Caller.Division != watcher.Caller.Division)
                        watchers.All[connection] = Renewed(watcher, session.Caller);
                }
                catch (Exception broken) when (broken is not OperationCanceledException)
                {
                    log.BroadcastStumbled(broken);
                }
            }
        }
    }

    private static Watcher Renewed(Watcher old, Caller caller)
    {
        var renewed = new Watcher(old.Session, caller);
        foreach (var key in old.Keys) renewed.Add(key);
        return renewed;
    }
}

internal static partial class BroadcastLog
{
    [LoggerMessage(4102, LogLevel.Warning, "Telling watchers stumbled; they catch up by their cursor")]
    public static partial void BroadcastStumbled(this ILogger log, Exception broken);
}
