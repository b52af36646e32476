using Hotline.Auditing;
using Hotline.Cases;
using Hotline.Hosting;
using Hotline.Paging;
using Hotline.Security;
using Hotline.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hotline.Api.Tests.Paging;

/// <summary>Whoever looks whether anything is overdue trusts no loop of ours; and the watcher outside hears of us only while all is well.</summary>
public sealed class An_auditor
{
    [Fact]
    public async Task who_finds_nothing_twice_tells_the_watcher_outside()
    {
        await using var world = await PagingWorld.Start();
        await using var outside = await Watcher.Start();
        using var auditor = Over(world, outside);
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        (await auditor.Look(default)).AllWell.ShouldBeFalse("one look alone says nothing");
        outside.Heard.ShouldBe(0);
        (await auditor.Look(default)).AllWell.ShouldBeTrue();
        outside.Heard.ShouldBe(1);
        (await auditor.Missing(default)).ShouldBeNull();
    }

    [Fact]
    public async Task keeps_silent_outside_while_a_page_rings_that_will_never_ring_again()
    {
        await using var world = await PagingWorld.Start();
        await using var outside = await Watcher.Start();
        using var auditor = Over(world, outside);
        var page = await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await Run(world, "delete from hotline.timers where kind = 'page.climb'");
        var audit = await Twice(auditor);
        audit.Overdue.ShouldHaveSingleItem().ShouldSatisfyAllConditions(o => o.Kind.ShouldBe(Overdue.PageStill), o => o.Key.ShouldBe(page.ToString()));
        outside.Heard.ShouldBe(0);
        (await auditor.Missing(default)).ShouldBe("overdue: 1 page-still");
        world.Lines.Count(l => l.Event == 4901).ShouldBe(1, "what goes on is told once, not every minute");
        await world.Reply(PagingWorld.Duty, "1a");
        await world.UntilState(page, PageFile.Acknowledged);
        (await auditor.Look(default)).AllWell.ShouldBeTrue();
        outside.Heard.ShouldBe(1);
    }

    [Fact]
    public async Task sees_a_timer_that_nobody_fires()
    {
        await using var world = await PagingWorld.Start();
        using var auditor = Over(world, null);
        await world.Page();
        await world.UntilText(PagingWorld.Duty);
        await Run(world, "update hotline.timers set lease_holder = 'gone', lease_until = now() + interval '1 hour' where kind = 'page.climb'");
        (await Twice(auditor)).AllWell.ShouldBeTrue("it is not due yet");
        await world.Advance(TimeSpan.FromMinutes(10));
        (await Twice(auditor)).Overdue.ShouldContain(o => o.Kind == Overdue.TimerLate);
    }

    [Theory]
    [InlineData("Running", Overdue.ClockUnheard)]
    [InlineData("Breached", Overdue.BreachUntold)]
    public async Task sees_a_clock_that_ran_out_and_told_nobody(string state, string kind)
    {
        await using var world = await PagingWorld.Start();
        using var auditor = Over(world, null);
        await Run(world, $$"""
            insert into hotline.files (id, kind, version, number, state, division, is_open, due_at, opened_at, body)
            select '01a20000-0000-7000-8000-0000000000c1', 'report', 1, 'R1', 'Received', '440199', true, now() - interval '1 hour', now(),
                jsonb_build_object('clocks', jsonb_build_array(jsonb_build_object('code', 'triage-start', 'state', '{{state}}', 'dueAt', now() - interval '1 hour')))
            """);
        (await Twice(auditor)).Overdue.ShouldHaveSingleItem().Kind.ShouldBe(kind);
        // Somebody was told, or a timer is there that will tell.
        await Run(world, state == "Breached"
            ? """
              insert into hotline.files (id, kind, version, number, state, division, is_open, opened_at, body, report)
              values ('01a20000-0000-7000-8000-0000000000c2', 'page', 1, 'P1', 'Stopped', '440199', false, now(), '{}', '01a20000-0000-7000-8000-0000000000c1')
              """
            : """
              insert into hotline.timers (key, kind, stream, due_at)
              values ('clock:01a20000000070008000000000000' || '0c1:triage-start:due', 'clock.due', '01a20000-0000-7000-8000-0000000000c1', now() + interval '1 hour')
              """);
        (await Twice(auditor)).Overdue.ShouldBeEmpty();
    }

    [Fact]
    public async Task shows_a_delivery_that_does_not_get_out_and_a_supervisor_ends_it_with_a_reason()
    {
        await using var world = await PagingWorld.Start(relay: false);
        using var auditor = Over(world, null);
        var page = await world.Page();
        await PagingWorld.Until(async () => (await world.Load(page)).Attempts.Length == 1, "an attempt is planned");
        await Run(world, "update hotline.outbox set attempts = 9, last_error = 'not processed', ready_at = now() + interval '1 hour'");
        (await Twice(auditor)).Overdue.ShouldHaveSingleItem().Kind.ShouldBe(Overdue.DeliveryStuck);
        var deliveries = ActivatorUtilities.CreateInstance<Deliveries>(world.Services);
        var waiting = (await deliveries.Waiting(default)).ShouldHaveSingleItem();
        waiting.ShouldSatisfyAllConditions(d => d.Channel.ShouldBe("sms"), d => d.Attempts.ShouldBe(9), d => d.Why.ShouldBe("not processed"), d => d.Page.ShouldBe(page));
        var (view, attempt) = (await deliveries.Find(waiting.Id, default))!.Value;
        await deliveries.Close(view, attempt, new Actor(DemoAccounts.AccountId("supervisor"), "supervisor", "DutySupervisor"), "换人通知", default);
        // The page has gone on to its next step at once.
        var closed = (await world.Load(page)).Attempts[0];
        closed.ShouldSatisfyAllConditions(a => a.WhyNot.ShouldBe(PageFile.ClosedByHand), a => a.IsSettled.ShouldBeTrue());
        await world.AddNode();
        await PagingWorld.Until(async () => (await deliveries.Waiting(default)).Count == 0, "the relay lets go of it");
        await PagingWorld.Until(async () => (await world.Load(page)).NextStep > 1, "the page goes on with its plan at once");
        (await world.Texts(PagingWorld.Duty)).ShouldBeEmpty();
        (await world.Load(page)).IsRinging.ShouldBeTrue();
    }

    private static Auditor Over(PagingWorld world, Watcher? outside) => new(
        new(world.Services.GetRequiredService<NpgsqlDataSource>(), world.Services.GetRequiredService<PolicyBook>()),
        new(new HttpClient(), new HotlineOptions { DeadManUrl = outside?.Url }, TimeProvider.System, NullLogger<DeadMan>.Instance),
        world.Clock, TimeProvider.System, world.Services.GetRequiredService<ILogger<Auditor>>());

    private static async Task<Audit> Twice(Auditor auditor)
    {
        await auditor.Look(default);
        return await auditor.Look(default);
    }

    private static async Task Run(PagingWorld world, string sql)
    {
        await using var command = world.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Somebody outside who counts how often they hear that all is well.</summary>
    private sealed class Watcher(WebApplication app) : IAsyncDisposable
    {
        private int heard;

        public int Heard => heard;

        public string Url => app.Urls.First() + "/ping/secret";

        public static async Task<Watcher> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var watcher = new Watcher(app);
            app.MapGet("/ping/secret", () =>
            {
                Interlocked.Increment(ref watcher.heard);
                return Results.Ok();
            });
            await app.StartAsync();
            return watcher;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
