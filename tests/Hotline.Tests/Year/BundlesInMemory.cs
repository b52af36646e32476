using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Paging;
using Hotline.Store;

namespace Hotline.Tests.Year;

/// <summary>What people were told and what waits to be told, asked of the twin's rows.</summary>
internal sealed class BundlesInMemory(MemoryStore store, StreamKinds kinds, RingingInMemory ringing) : IBundles, IReplyCodes
{
    public Task<ImmutableArray<Told>> ToldOf(Guid person, string channel, int limit, CancellationToken cancel) => Task.FromResult<ImmutableArray<Told>>(
    [
        .. store.Rows(Bundles.ToldRows).Where(r => (Guid)r[0]! == person && (string)r[1]! == channel).OrderByDescending(r => (long)r[2]!).Take(limit)
            .Select(r => new Told((long)r[2]!, (DateTimeOffset)r[3]!, (bool)r[4]!, (Guid)r[5]!, (int?)(long?)r[6])
            {
                Of = r[7] is Guid page ? new(page, (string)r[9]!, (Guid?)r[8]) : null,
            }),
    ]);

    public async Task<ImmutableArray<Waiting>> WaitingFor(Guid person, string channel, Guid exceptPage, CancellationToken cancel)
    {
        var waiting = new List<Waiting>();
        foreach (var one in Rows(r => r[6] is null && (Guid)r[2]! == person && (string)r[3]! == channel && (Guid)r[1]! != exceptPage)
            .GroupBy(w => w.Page).Select(g => g.MaxBy(w => w.PlannedAt)!))
            if (await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, one.Page, cancel) is { IsRinging: true }) waiting.Add(one);
        return [.. waiting];
    }

    /// <summary>No exercise is played.</summary>
    public Task<bool> IsRungForReal(Guid person, CancellationToken cancel) => Task.FromResult(true);

    public async Task<ImmutableArray<Guid>> RingingFor(Guid household, Guid exceptPage, CancellationToken cancel)
    {
        var found = new List<Guid>();
        foreach (var id in ringing.OfHousehold(household))
            if (id != exceptPage && await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, cancel) is { IsRinging: true }) found.Add(id);
        return [.. found];
    }

    public Task<ImmutableArray<Waiting>> Of(Guid lead, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<Waiting>>([.. Rows(r => r[6] is Guid by && by == lead).OrderBy(w => w.Triage, StringComparer.Ordinal)]);

    public Task<(Guid Attempt, Guid Page)?> LeadOf(Guid attempt, CancellationToken cancel) => Task.FromResult<(Guid, Guid)?>(
        store.Row(Bundles.BundleRows, attempt) is { } row && row[6] is Guid lead ? (lead, (Guid)row[7]!) : null);

    public long? TurnOf(Guid attempt) => store.Rows(Bundles.ToldRows).Where(r => (Guid)r[5]! == attempt).Select(r => (long?)r[2]).FirstOrDefault();

    public Task<(int Code, RowChange? Row)> For(byte[] number, Guid page, DateTimeOffset now, int race, CancellationToken cancel) =>
        Task.FromResult<(int, RowChange?)>((1, null));

    private IEnumerable<Waiting> Rows(Func<ImmutableArray<object?>, bool> wanted) => store.Rows(Bundles.BundleRows).Where(wanted)
        .Select(r => new Waiting((Guid)r[0]!, (Guid)r[1]!, (string)r[4]!, (DateTimeOffset)r[5]!)).OrderBy(w => w.PlannedAt).ThenBy(w => w.Attempt);
}
