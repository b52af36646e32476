using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Paging;
using Hotline.Store;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

public sealed class Pages_of_one_matter : IAsyncLifetime
{
    private static readonly Actor Keeper = new(Guid.CreateVersion7(), "institution", "InstitutionStaff");
    private PagingWorld world = null!;
    private Guid file;

    public async ValueTask InitializeAsync()
    {
        world = await PagingWorld.Start();
        file = Guid.CreateVersion7();
        await Happens(Opened("440199-26-000001"));
    }

    private readonly Guid report = Guid.CreateVersion7();

    private CaseOpened Opened(string number) => new(
        number, report, "R-1", 0, new ChildDescription(Guid.CreateVersion7(), "Female", 9, ImmutableSortedDictionary<string, SealedRef>.Empty), "440199", "T2", "Neglect",
        [], ImmutableSortedDictionary<string, string>.Empty, PagingWorld.Pack.Version, false);

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    [Fact]
    public async Task whose_clocks_run_out_in_the_same_moment_ring_as_one()
    {
        await Happens(Breached("child-seen"));
        await Happens(Breached("police-notified"));
        (await Whys()).ShouldBe([PageNeed.ClockBreached]);
        await world.Advance(PagingWorld.Pack.Ringing.SameMoment + TimeSpan.FromSeconds(5));
        await Happens(Breached("settle-child"));
        (await Whys()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task ring_for_a_child_that_ran_away_though_another_clock_rings_in_the_same_moment()
    {
        await Happens(Breached("child-seen"));
        await Happens(RunsAway(), Search());
        (await Whys()).ShouldBe([PageNeed.ClockBreached, PageNeed.ChildRanAway]);
        // The search is due at once and rings by the page that the running away began.
        await Happens(Breached("absconded-search"));
        (await Whys()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task ring_for_a_clock_though_the_child_ran_away_in_the_same_moment()
    {
        await Happens(RunsAway(), Search());
        await Happens(Breached("child-seen"));
        (await Whys()).ShouldBe([PageNeed.ChildRanAway, PageNeed.ClockBreached]);
    }

    /// <summary>Whoever sees to one child has not seen to the other.</summary>
    [Fact]
    public async Task ring_for_each_of_two_siblings_though_both_clocks_run_out_within_seconds()
    {
        await Happens(Breached("child-seen"));
        (await Whys()).ShouldBe([PageNeed.ClockBreached]);
        file = Guid.CreateVersion7();
        await Happens(Opened("440199-26-000002"));
        await Happens(Breached("child-seen"));
        (await Whys()).ShouldBe([PageNeed.ClockBreached]);
    }

    private ClockBreached Breached(string code) => new(code, world.Clock.Now, world.Clock.Now);

    private ClockStarted Search() => new("absconded-search", world.Clock.Now, null, world.Clock.Now.AddSeconds(1), false);

    private static StepTaken RunsAway() => new()
    {
        Event = "child_absconded", Machine = Regions.Placement, Trigger = "Abscond", From = "TemporaryShelter", To = "Absconded", By = Keeper,
    };

    private async Task Happens(params ImmutableArray<Happening> events)
    {
        var written = await world.Services.GetRequiredService<Writer>().Write(null, world.Clock.Now, async load =>
            new Decision.Accepted(Writing.To(load.Kind(CaseKind.Case), file, await load.Load<CaseFile>(CaseKind.Case, file, default), events)));
        written.ShouldBeOfType<Written.Done>();
    }

    private async Task<List<string>> Whys()
    {
        await using var ask = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "select body->>'why' from hotline.files where kind = 'page' and case_id = $1 order by opened_at, id");
        ask.Parameters.Add(new() { Value = file });
        await using var rows = await ask.ExecuteReaderAsync();
        var whys = new List<string>();
        while (await rows.ReadAsync()) whys.Add(rows.GetString(0));
        return whys;
    }
}
