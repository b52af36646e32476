namespace Hotline.Store.Tests.Contract;

public abstract partial class StoreContract
{
    private async Task<Guid> Effect(string topic, DateTimeOffset? notBefore = null)
    {
        var id = Guid.CreateVersion7();
        (await Store.Append(Command() with { Outbox = [new(id, topic, """{"to":"+86"}""", notBefore)] })).ShouldBeOfType<Appended.Done>();
        return id;
    }

    private async Task<OutboxItem?> LeaseOf(Guid id, string holder) =>
        (await Store.LeaseOutbox(holder, Lease, 1000)).SingleOrDefault(m => m.Id == id);

    [Fact]
    public async Task a_leased_effect_is_nobody_elses_until_its_lease_runs_out()
    {
        var id = await Effect("sms");
        (await LeaseOf(id, "a")).ShouldBe(new OutboxItem(id, "sms", """{"to":"+86"}""", 1, false));
        (await LeaseOf(id, "b")).ShouldBeNull();

        await LetPass(Lease + TimeSpan.FromSeconds(1));
        (await LeaseOf(id, "b")).ShouldBe(new OutboxItem(id, "sms", """{"to":"+86"}""", 2, TakenOver: true));
        (await Store.CompleteOutbox(id, "a")).ShouldBeFalse();
        (await Store.CompleteOutbox(id, "b")).ShouldBeTrue();
        await LetPass(Lease + TimeSpan.FromSeconds(1));
        (await LeaseOf(id, "a")).ShouldBeNull();
    }

    [Fact]
    public async Task an_effect_given_back_comes_again_after_its_wait_and_counts_the_attempt()
    {
        var id = await Effect("call");
        (await LeaseOf(id, "a"))!.Attempt.ShouldBe(1);
        (await Store.RetryOutbox(id, "b", TimeSpan.Zero, "not mine")).ShouldBeFalse();
        (await Store.RetryOutbox(id, "a", TimeSpan.FromMinutes(1), "busy")).ShouldBeTrue();
        (await LeaseOf(id, "a")).ShouldBeNull();
        await LetPass(TimeSpan.FromSeconds(61));
        (await LeaseOf(id, "a")).ShouldBe(new OutboxItem(id, "call", """{"to":"+86"}""", 2, TakenOver: false));
    }

    [Fact]
    public async Task an_effect_that_waits_can_be_hurried_and_one_that_somebody_has_cannot()
    {
        var id = await Effect("call");
        await LeaseOf(id, "a");
        (await Store.HurryOutbox(id)).ShouldBeFalse("it is being tried");
        await Store.RetryOutbox(id, "a", TimeSpan.FromMinutes(1), "busy");
        (await LeaseOf(id, "a")).ShouldBeNull();
        (await Store.HurryOutbox(id)).ShouldBeTrue();
        (await LeaseOf(id, "a"))!.Attempt.ShouldBe(2);
        await Store.CompleteOutbox(id, "a");
        (await Store.HurryOutbox(id)).ShouldBeFalse("it is done with");
    }

    [Fact]
    public async Task effects_go_out_in_the_order_of_their_commands_and_each_to_one_relay()
    {
        var mine = new List<Guid>();
        for (var i = 0; i < 40; i++) mine.Add(await Effect("order"));
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(relay => Task.Run(async () =>
        {
            var all = new List<Guid>();
            while (all.Count < 1000 && await Store.LeaseOutbox($"relay-{relay}", Lease, 3) is { Count: > 0 } batch)
                all.AddRange(batch.Select(m => m.Id));
            return all;
        })));
        var seen = taken.SelectMany(t => t).Where(mine.Contains).ToList();
        seen.Count.ShouldBe(40);
        seen.Distinct().Count().ShouldBe(40);
        foreach (var one in taken) one.Where(mine.Contains).ShouldBe(mine.Where(one.Contains));
    }

    [Fact]
    public async Task urgent_effects_are_claimed_before_thousands_that_wait_and_take_no_place_from_those()
    {
        OutboxMessage[] crowd = [.. Enumerable.Range(0, 3000).Select(_ => new OutboxMessage(Guid.CreateVersion7(), "crowd", "{}"))];
        OutboxMessage[] urgent = [.. new[] { 1, 2, 1, 2 }.Select(urgency => new OutboxMessage(Guid.CreateVersion7(), "urgent", "{}", Urgency: urgency))];
        (await Store.Append(Command() with { Outbox = [.. crowd] })).ShouldBeOfType<Appended.Done>();
        foreach (var one in urgent[..^1]) (await Store.Append(Command() with { Outbox = [one] })).ShouldBeOfType<Appended.Done>();
        (await Store.Append(Command() with { Outbox = [urgent[^1], new(Guid.CreateVersion7(), "later", "{}", Now.AddDays(1), Urgency: 3)] })).ShouldBeOfType<Appended.Done>();

        (await Store.LeaseOutbox("a", Lease, 3, urgentOnly: true)).Select(m => m.Id).ShouldBe([urgent[1].Id, urgent[3].Id, urgent[0].Id]);
        (await Store.LeaseOutbox("b", Lease, 3, urgentOnly: true)).Single().Id.ShouldBe(urgent[2].Id);
        (await Store.LeaseOutbox("c", Lease, 3, urgentOnly: true)).ShouldBeEmpty();
        await Store.RetryOutbox(urgent[2].Id, "b", TimeSpan.Zero, "busy");
        (await Store.LeaseOutbox("b", Lease, 3, urgentOnly: true)).Single().Id.ShouldBe(urgent[2].Id);
        // In order, an urgent one among them where it stands.
        await Store.RetryOutbox(urgent[2].Id, "b", TimeSpan.Zero, "busy");
        var all = (await Store.LeaseOutbox("d", Lease, 10_000)).Select(m => m.Id).Where(id => crowd.Concat(urgent).Any(m => m.Id == id)).ToList();
        all.ShouldBe([.. crowd.Select(m => m.Id), urgent[2].Id]);
        await Parallel.ForEachAsync(all, async (id, _) => await Store.CompleteOutbox(id, "d"));
        foreach (var one in urgent) await Store.CompleteOutbox(one.Id, "a");
    }

    [Fact]
    public async Task a_timer_is_leased_when_due_earliest_first_and_ties_by_key()
    {
        var (stream, at) = (Guid.CreateVersion7(), new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero));
        string Key(string name) => $"{stream}-{name}";
        await Store.Append(Command() with
        {
            Timers =
            [
                new TimerChange.Set(Key("late"), "ring", stream, at.AddMinutes(9), "p"),
                new TimerChange.Set(Key("b"), "ring", stream, at.AddMinutes(1)),
                new TimerChange.Set(Key("a"), "ring", stream, at.AddMinutes(1)),
                new TimerChange.Set(Key("first"), "ring", stream, at),
                new TimerChange.Set(Key("gone"), "ring", stream, at),
                new TimerChange.Cancel(Key("gone")),
            ],
        });

        (await Store.LeaseTimers("x", at.AddMinutes(1), Lease, 2)).Select(t => t.Key).ShouldBe([Key("first"), Key("a")]);
        (await Store.LeaseTimers("y", at.AddMinutes(1), Lease, 9)).Select(t => t.Key).ShouldBe([Key("b")]);
        (await Store.LeaseTimers("y", at.AddMinutes(1), Lease, 9)).ShouldBeEmpty();
        (await Store.LeaseTimers("y", at.AddMinutes(9), Lease, 9)).Single()
            .ShouldBe(new TimerItem(Key("late"), "ring", stream, at.AddMinutes(9), "p"));

        await LetPass(Lease + TimeSpan.FromSeconds(1));
        (await Store.LeaseTimers("z", at.AddMinutes(9), Lease, 9)).Count.ShouldBe(4);
        await Store.Append(Command() with { Timers = [.. new[] { "late", "a", "b", "first" }.Select(k => new TimerChange.Cancel(Key(k)))] });
        await LetPass(Lease + TimeSpan.FromSeconds(1));
        (await Store.LeaseTimers("z", at.AddMinutes(9), Lease, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_timer_set_again_moves_and_is_free_and_a_released_one_comes_back()
    {
        var (key, at) = ($"t-{Guid.CreateVersion7()}", new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero));
        TimerChange.Set At(DateTimeOffset due) => new(key, "ring", Guid.Empty, due);
        await Store.Append(Command() with { Timers = [At(at)] });
        (await Store.LeaseTimers("x", at, Lease, 9)).Single().Key.ShouldBe(key);

        await Store.Append(Command() with { Timers = [At(at.AddMinutes(5))] });
        (await Store.LeaseTimers("y", at, Lease, 9)).ShouldBeEmpty();
        (await Store.LeaseTimers("y", at.AddMinutes(5), Lease, 9)).Single().DueAt.ShouldBe(at.AddMinutes(5));

        await Store.ReleaseTimer(key, "x");
        (await Store.LeaseTimers("x", at.AddMinutes(5), Lease, 9)).ShouldBeEmpty();
        await Store.ReleaseTimer(key, "y");
        (await Store.LeaseTimers("x", at.AddMinutes(5), Lease, 9)).Single().Key.ShouldBe(key);
        await Store.Append(Command() with { Timers = [new TimerChange.Cancel(key)] });
    }

    [Fact]
    public async Task a_named_lease_has_one_holder_who_may_renew_it()
    {
        var name = $"sealer-{Guid.CreateVersion7()}";
        (await Store.HoldLease(name, "a", Lease)).ShouldBeTrue();
        (await Store.HoldLease(name, "b", Lease)).ShouldBeFalse();
        (await Store.HoldLease(name, "a", Lease)).ShouldBeTrue();
        await LetPass(Lease + TimeSpan.FromSeconds(1));
        (await Store.HoldLease(name, "b", Lease)).ShouldBeTrue();
        (await Store.HoldLease(name, "a", Lease)).ShouldBeFalse();
        await Store.ReleaseLease(name, "a");
        (await Store.HoldLease(name, "a", Lease)).ShouldBeFalse();
        await Store.ReleaseLease(name, "b");
        (await Store.HoldLease(name, "a", Lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task an_effect_waits_for_its_moment()
    {
        var id = await Effect("later", Now.AddMinutes(10));
        (await LeaseOf(id, "a")).ShouldBeNull();
        await LetPass(TimeSpan.FromMinutes(11));
        (await LeaseOf(id, "a")).ShouldNotBeNull();
    }
}
