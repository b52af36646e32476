using System.Collections.Immutable;

namespace Hotline.Store.Tests.Grouping;

/// <summary>Who goes with whom, and when. The database is a function here that answers when it is told to.</summary>
public sealed class A_queue_of_appends
{
    private readonly List<(ImmutableArray<CommandShape> Shapes, TaskCompletionSource Answer)> _batches = [];
    private readonly AppendQueue _queue;

    public A_queue_of_appends() => _queue = new(TimeProvider.System, async shapes =>
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_batches) _batches.Add((shapes, answer));
        await answer.Task;
        return [.. shapes.Select(_ => Task.FromResult<Appended>(new Appended.Done(1)))];
    });

    private static CommandShape On(params Guid[] streams) => CommandShape.Of(new StoreCommand
    {
        Id = Guid.CreateVersion7(),
        At = DateTimeOffset.UnixEpoch,
        Streams = [.. streams.Select(s => new StreamWrite(s, "case", 1, [new(Guid.CreateVersion7(), "noted", "{}")]))],
    });

    private Task<Appended> Append(params Guid[] streams) => _queue.Append(On(streams));

    private async Task<(ImmutableArray<CommandShape> Shapes, TaskCompletionSource Answer)> Batch(int number)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            lock (_batches)
                if (_batches.Count > number) return _batches[number];
            await Task.Delay(1, limit.Token);
        }
    }

    private int Sent
    {
        get { lock (_batches) return _batches.Count; }
    }

    [Fact]
    public async Task sends_whoever_comes_first_at_once_and_alone()
    {
        var first = Append(Guid.CreateVersion7());
        (await Batch(0)).Shapes.Length.ShouldBe(1);
        first.IsCompleted.ShouldBeFalse();
        (await Batch(0)).Answer.SetResult();
        (await first).ShouldBe(new Appended.Done(1));
    }

    [Fact]
    public async Task opens_a_writer_after_another_while_all_sit_in_a_commit_and_never_more_than_eight()
    {
        var all = new List<Task>();
        for (var writer = 0; writer < AppendQueue.WritersMax; writer++)
        {
            all.Add(Append(Guid.CreateVersion7()));
            await Batch(writer);
        }
        for (var i = 0; i < AppendQueue.BatchMax + 44; i++) all.Add(Append(Guid.CreateVersion7()));
        await Task.Delay(30);
        Sent.ShouldBe(AppendQueue.WritersMax);

        (await Batch(0)).Answer.SetResult();
        (await Batch(AppendQueue.WritersMax)).Shapes.Length.ShouldBe(AppendQueue.BatchMax);
        (await Batch(1)).Answer.SetResult();
        (await Batch(AppendQueue.WritersMax + 1)).Shapes.Length.ShouldBe(44);
        for (var i = 2; i < AppendQueue.WritersMax + 2; i++) (await Batch(i)).Answer.SetResult();
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task never_has_one_stream_in_two_batches_nor_twice_in_one()
    {
        var (a, b, c, d) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var first = Append(a);
        await Batch(0);
        var (onBoth, after, beside) = (Append(a, b), Append(b, c), Append(d));
        var other = await Batch(1);
        await Task.Delay(30);
        Sent.ShouldBe(2);
        // Whoever waits for a stream keeps those behind it from overtaking.
        other.Shapes.Single().Streams.Single().Stream.ShouldBe(d);

        (await Batch(0)).Answer.SetResult();
        await first;
        (await Batch(2)).Shapes.Single().Streams.Select(s => s.Stream).ShouldBe([a, b], ignoreOrder: true);
        other.Answer.SetResult();
        await beside;
        await Task.Delay(10);
        Sent.ShouldBe(3);
        (await Batch(2)).Answer.SetResult();
        await onBoth;
        (await Batch(3)).Shapes.Single().Streams.Select(s => s.Stream).ShouldBe([b, c], ignoreOrder: true);
        (await Batch(3)).Answer.SetResult();
        await after.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task keeps_commands_on_one_row_or_timer_apart_too()
    {
        var set = new RowSet("t", [new("id", "text"), new("n", "bigint")], 1);
        StoreCommand Command() => new() { Id = Guid.CreateVersion7(), At = DateTimeOffset.UnixEpoch };
        StoreCommand[] commands =
        [
            Command() with { Rows = [new(set, RowOp.Upsert, ["one", 1L])] }, Command() with { Rows = [new(set, RowOp.Claim, ["one", 2L])] },
            Command() with { Timers = [new TimerChange.Cancel("k")] }, Command() with { Timers = [new TimerChange.Cancel("k")] },
        ];
        Task[] all = [.. commands.Select(c => _queue.Append(CommandShape.Of(c)))];
        for (var i = 0; i < commands.Length; i++)
        {
            var (shapes, answer) = await Batch(i);
            shapes.Length.ShouldBe(1);
            answer.SetResult();
        }
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
