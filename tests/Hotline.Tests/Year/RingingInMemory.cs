using Hotline.Cases;
using Hotline.Paging;
using Hotline.Store;

namespace Hotline.Tests.Year;

/// <summary>Which pages ring for a matter, asked of the twin.</summary>
internal sealed class RingingInMemory(IEventStore store, StreamKinds kinds) : IRinging
{
    private readonly Dictionary<Guid, List<Guid>> pages = [];
    private readonly List<(Guid Household, Guid Page)> households = [];

    /// <summary>Whoever writes the first event of a page tells, as the row of a page would.</summary>
    public void Began(Guid page, PageStarted started)
    {
        if (started.Household is { } household) households.Add((household, page));
        foreach (var matter in new[] { started.Report, started.Case }.OfType<Guid>())
            if (pages.TryGetValue(matter, out var known)) known.Add(page);
            else pages[matter] = [page];
    }

    public IEnumerable<Guid> OfHousehold(Guid household) => households.Where(h => h.Household == household).Select(h => h.Page);

    public IReadOnlyList<Guid> All => [.. pages.Values.SelectMany(p => p).Distinct()];

    public async Task<bool> RingsFor(CaseFile file, Guid? about, string clock, string plan, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        (await Open(Matters(file))).Any(p => p.Started is { Clock: not null } s && s.About == about && (s.Case == file.Id || s.Case is null || s.Clock != clock)
            && (s.Clock == clock || (p.Why == PageNeed.ClockBreached && p.StartedAt >= from && p.StartedAt <= until
                && s.Case == Ringing.CaseOf(file) && s.Plan == plan && string.CompareOrdinal(s.Triage, file.Triage) <= 0)));

    public async Task<IReadOnlyList<Guid>> Of(CaseFile file, Guid? about, CancellationToken cancel) =>
        [.. (await Open(Matters(file))).Where(p => p.Started!.About == about && (p.Started.Case is null || p.Started.Case == file.Id)).Select(p => p.Id)];

    public async Task<IReadOnlyList<Guid>> Beside(PageFile page, CancellationToken cancel) =>
        [.. (await Open(new[] { page.Started!.Report, page.Started.Case }.OfType<Guid>()))
            .Where(p => p.Id != page.Id && p.Started!.About == page.Started.About && (p.Started.Case is null || page.Started.Case is null || p.Started.Case == page.Started.Case))
            .Select(p => p.Id)];

    private static IEnumerable<Guid> Matters(CaseFile file) => file.Reports.Select(r => r.Id).Append(file.Id);

    private async Task<IReadOnlyList<PageFile>> Open(IEnumerable<Guid> matters)
    {
        var open = new List<PageFile>();
        foreach (var id in matters.SelectMany(m => pages.GetValueOrDefault(m, [])).Distinct())
            if (await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, id, default) is { IsRinging: true } page) open.Add(page);
        return open;
    }
}

/// <summary>Tells <see cref="RingingInMemory"/> of pages as they begin.</summary>
internal sealed class PagesBegin : IReaction
{
    public RingingInMemory? Ringing { get; set; }

    public Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var started in change.Events.OfType<PageStarted>()) Ringing!.Began(change.Stream, started);
        return Task.FromResult<IReadOnlyList<Writing>>([]);
    }
}
