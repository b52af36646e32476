using Hotline.Store.Tests.Contract;

namespace Hotline.Store.Tests.Tailing;

public sealed class A_gap_in_the_sequence(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly PostgresStore _store = new(postgres.Source, TimeProvider.System);
    private long _start;

    public async ValueTask InitializeAsync()
    {
        await Append();
        while (await _store.ReadTail(_start, 1000) is { Events.Count: > 0 } batch) _start = batch.Position;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Guid> Append()
    {
        var stream = Guid.CreateVersion7();
        var end = await _store.Append(new StoreCommand
        {
            Id = Guid.CreateVersion7(),
            At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
            Streams = [new(stream, "case", 0, [new(Guid.CreateVersion7(), "noted", "{}")])],
        });
        end.ShouldBeOfType<Appended.Done>();
        return stream;
    }

    private async Task<Guid[]> Tail() => [.. (await _store.ReadTail(_start, 100)).Events.Select(e => e.Stream)];

    [Fact]
    public async Task is_held_while_its_transaction_runs_and_filled_in_order_when_it_commits()
    {
        var foreign = Guid.CreateVersion7();
        await using var writer = await ForeignWriter.Begin(postgres.Source);
        await writer.Draw();
        var ours = await Append();

        for (var i = 0; i < 5; i++) (await Tail()).ShouldBeEmpty();
        await writer.Write(foreign, 1);
        (await Tail()).ShouldBeEmpty();
        await writer.Commit();

        (await Tail()).ShouldBe([foreign, ours]);
    }

    [Fact]
    public async Task is_passed_at_once_when_its_transaction_rolled_back()
    {
        await using var writer = await ForeignWriter.Begin(postgres.Source);
        await writer.Write(Guid.CreateVersion7(), 1);
        var ours = await Append();
        (await Tail()).ShouldBeEmpty();
        await writer.Rollback();
        (await Tail()).ShouldBe([ours]);
    }

    [Fact]
    public async Task never_opens_just_because_somebody_else_keeps_the_sequence_busy()
    {
        await using var dead = await ForeignWriter.Begin(postgres.Source);
        await dead.Draw();
        var first = await Append();
        (await Tail()).ShouldBeEmpty();
        await dead.Rollback();
        // Whoever draws after the gap was noted cannot owe a number below it.
        await using var later = await ForeignWriter.Begin(postgres.Source);
        await later.Draw();
        var second = await Append();
        (await Tail()).ShouldBe([first]);
        _start = (await _store.ReadTail(_start, 100)).Position;
        (await Tail()).ShouldBeEmpty();
        await later.Rollback();
        (await Tail()).ShouldBe([second]);
    }

    [Fact]
    public async Task does_not_wait_for_a_long_transaction_that_drew_no_number()
    {
        await using var idle = await ForeignWriter.Begin(postgres.Source);
        await idle.Run("lock table mt_events in row exclusive mode");
        await using var dead = await ForeignWriter.Begin(postgres.Source);
        await dead.Draw();
        await dead.Rollback();
        var ours = await Append();
        (await Tail()).ShouldBe([ours]);
        await idle.Rollback();
    }

    [Fact]
    public async Task is_still_held_when_the_writer_went_back_to_a_savepoint()
    {
        var foreign = Guid.CreateVersion7();
        await using var writer = await ForeignWriter.Begin(postgres.Source);
        await writer.Run("savepoint a");
        await writer.Draw();
        await writer.Run("rollback to savepoint a");
        var ours = await Append();
        (await Tail()).ShouldBeEmpty();
        await writer.Write(foreign, 1);
        await writer.Commit();
        (await Tail()).ShouldBe([foreign, ours]);
    }

    [Fact]
    public async Task is_not_guessed_at_when_the_sequence_hands_out_cached_numbers()
    {
        await using var other = new PostgresFixture();
        await other.InitializeAsync();
        await using (var alter = other.Source.CreateCommand("alter sequence mt_events_sequence cache 20")) await alter.ExecuteNonQueryAsync();
        var store = new PostgresStore(other.Source, TimeProvider.System);
        (await Should.ThrowAsync<InvalidOperationException>(store.Check())).Message.ShouldContain("CACHE 20");
        await Should.ThrowAsync<InvalidOperationException>(store.ReadTail(0, 10));
    }
}
