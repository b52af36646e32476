using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Store;

namespace Hotline.Api.Tests.Paging;

/// <summary>Where a process dies while it works on a page.</summary>
public enum CrashPoint { BeforeTheAttemptRow, AfterIt, AfterTheProviderAccepted, BeforeItsAnswerIsStored, DuringTheCallback, DuringEscalation }

/// <summary>Which pages' process dies where. Once it has, nothing more is written for that page: it is dead, and its leases stay.</summary>
internal sealed class Deaths
{
    private readonly ConcurrentDictionary<Guid, CrashPoint> planned = new();
    private readonly ConcurrentDictionary<Guid, byte> dead = new();
    private readonly ConcurrentDictionary<Guid, Guid> pageOf = new();

    public void Plan(Guid page, CrashPoint crash) => planned[page] = crash;

    public bool IsDead(Guid page) => dead.ContainsKey(page);

    public void Kill(Guid page) => dead[page] = 0;

    public CrashPoint? PlanOf(Guid page) => planned.TryGetValue(page, out var crash) ? crash : null;

    public void Learn(Guid attempt, Guid page) => pageOf[attempt] = page;

    public Guid? PageOf(Guid id) => planned.ContainsKey(id) ? id : pageOf.TryGetValue(id, out var page) ? page : null;

    /// <summary>The page whose attempt a request to a gateway carries.</summary>
    public Guid? PageIn(string body) => pageOf.FirstOrDefault(p => body.Contains(p.Key.ToString("N"), StringComparison.Ordinal)) is { Value: var page } && page != Guid.Empty ? page : null;
}

internal sealed class ProcessDied() : Exception("The process is dead.");

/// <summary>A real store whose process dies at the planned point.</summary>
internal sealed partial class MortalStore(IEventStore inner, Deaths deaths) : IEventStore
{
    private readonly ConcurrentDictionary<Guid, Guid> leased = new();
    private readonly ConcurrentDictionary<Guid, int> climbs = new();
    private readonly ConcurrentDictionary<Guid, byte> requested = new();

    public async Task<Appended> Append(StoreCommand command, CancellationToken cancel = default)
    {
        if (PageOf(command) is not { } page) return await inner.Append(command, cancel);
        if (deaths.IsDead(page)) throw new ProcessDied();
        var events = command.Streams.SelectMany(s => s.Events).ToList();
        foreach (var planned in events.Where(e => e.Type == "attempt_planned"))
            deaths.Learn(JsonDocument.Parse(planned.Data).RootElement.GetProperty("attempt").GetGuid(), page);
        var climbing = events.Any(e => e.Type == "page_climbed");
        var noted = command.Rows.Any(r => r.Set.Table == "hotline.page_requests" && r.Op != RowOp.Delete);
        var die = deaths.PlanOf(page) switch
        {
            CrashPoint.BeforeTheAttemptRow or CrashPoint.AfterIt => climbing,
            CrashPoint.BeforeItsAnswerIsStored => requested.ContainsKey(page) && !noted,
            CrashPoint.DuringTheCallback => command.Rows.Any(r => r.Set.Table == "hotline.page_callbacks"),
            CrashPoint.DuringEscalation => climbing && climbs.GetValueOrDefault(page) > 0,
            _ => false,
        };
        if (die)
        {
            if (deaths.PlanOf(page) == CrashPoint.AfterIt) await inner.Append(command, cancel);
            deaths.Kill(page);
            throw new ProcessDied();
        }
        if (climbing) climbs.AddOrUpdate(page, 1, (_, n) => n + 1);
        if (noted) requested[page] = 0;
        return await inner.Append(command, cancel);
    }

    private Guid? PageOf(StoreCommand command) =>
        command.Streams.Select(s => deaths.PageOf(s.Stream)).FirstOrDefault(p => p is not null)
        ?? command.Rows.SelectMany(r => r.Values).OfType<Guid>().Select(deaths.PageOf).FirstOrDefault(p => p is not null);

    public async Task<IReadOnlyList<OutboxItem>> LeaseOutbox(
        string holder, TimeSpan lease, int limit, bool urgentOnly = false, CancellationToken cancel = default)
    {
        var items = await inner.LeaseOutbox(holder, lease, limit, urgentOnly, cancel);
        foreach (var item in items)
            if (PagePart().Match(item.Payload) is { Success: true } match) leased[item.Id] = Guid.Parse(match.Groups[1].Value);
        return [.. items.Where(i => !IsOfTheDead(i.Id))];
    }

    public async Task<bool> CompleteOutbox(Guid id, string holder, CancellationToken cancel = default) => !IsOfTheDead(id) && await inner.CompleteOutbox(id, holder, cancel);

    public async Task<bool> RetryOutbox(Guid id, string holder, TimeSpan wait, string why, CancellationToken cancel = default) =>
        !IsOfTheDead(id) && await inner.RetryOutbox(id, holder, wait, why, cancel);

    private bool IsOfTheDead(Guid item) => leased.TryGetValue(item, out var page) && deaths.IsDead(page);

    public async Task<IReadOnlyList<TimerItem>> LeaseTimers(string holder, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel = default)
    {
        while (true)
        {
            var items = await inner.LeaseTimers(holder, now, lease, limit, cancel);
            List<TimerItem> ours = [.. items.Where(t => !deaths.IsDead(t.Stream))];
            // Those of the dead are held by nobody who works; they must not hide the living behind them.
            if (ours.Count > 0 || items.Count == 0) return ours;
        }
    }

    public Task<bool> HurryOutbox(Guid id, CancellationToken cancel = default) => inner.HurryOutbox(id, cancel);

    public Task<IReadOnlyList<StoredEvent>> Read(Guid stream, long afterVersion = 0, CancellationToken cancel = default) => inner.Read(stream, afterVersion, cancel);

    public Task<IReadOnlyList<StoredEvent>> ReadMany(IReadOnlyCollection<Guid> streams, CancellationToken cancel = default) => inner.ReadMany(streams, cancel);

    public Task<TailBatch> ReadTail(long afterSeq, int limit, CancellationToken cancel = default) => inner.ReadTail(afterSeq, limit, cancel);

    public Task ReleaseTimer(string key, string holder, CancellationToken cancel = default) => inner.ReleaseTimer(key, holder, cancel);

    public Task<bool> HoldLease(string name, string holder, TimeSpan lease, CancellationToken cancel = default) => inner.HoldLease(name, holder, lease, cancel);

    public Task ReleaseLease(string name, string holder, CancellationToken cancel = default) => inner.ReleaseLease(name, holder, cancel);

    public Task<long> ReadProgress(string name, CancellationToken cancel = default) => inner.ReadProgress(name, cancel);

    public Task SaveProgress(string name, long seq, IReadOnlyCollection<RowChange> rows, CancellationToken cancel = default) => inner.SaveProgress(name, seq, rows, cancel);

    public Task WaitForAppend(TimeSpan atMost, CancellationToken cancel = default) => inner.WaitForAppend(atMost, cancel);

    public void Wake() => inner.Wake();

    [GeneratedRegex("\"page\":\"([0-9a-f-]{36})\"")]
    private static partial Regex PagePart();
}

/// <summary>The wire to the gateways: the request got through, and its process dies before the answer reaches it.</summary>
internal sealed class MortalWire(Deaths deaths) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var page = request.Content is null ? null : deaths.PageIn(await request.Content.ReadAsStringAsync(cancel));
        if (page is { } doomed && deaths.PlanOf(doomed) == CrashPoint.AfterTheProviderAccepted)
        {
            try
            {
                using var answer = await base.SendAsync(request, cancel);
            }
            finally
            {
                deaths.Kill(doomed);
            }
            throw new ProcessDied();
        }
        return await base.SendAsync(request, cancel);
    }
}
