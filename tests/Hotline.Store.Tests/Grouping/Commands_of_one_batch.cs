using System.Collections.Immutable;
using Npgsql;

namespace Hotline.Store.Tests.Grouping;

public sealed class Commands_of_one_batch(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero);
    private static readonly RowSet Board = new("grouping.board", [new("id", "uuid"), new("version", "bigint"), new("title", "text")], 1, "version");
    private static readonly RowSet Keys = new("grouping.keys", [new("key", "text"), new("owner", "uuid")], 1);

    private readonly PostgresStore _store = new(postgres.Source, TimeProvider.System, grouped: true);

    public async ValueTask InitializeAsync() => await Run("create schema if not exists grouping; "
        + "create table if not exists grouping.board (id uuid primary key, version bigint, title text unique); "
        + "create table if not exists grouping.keys (key text primary key, owner uuid)");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static StreamWrite Write(Guid stream, long expected, string data = "{}") =>
        new(stream, "case", expected, [new(Guid.CreateVersion7(), "noted", data), new(Guid.CreateVersion7(), "noted", data)]);

    /// <summary>A command with everything a command may have.</summary>
    private static StoreCommand Full(params StreamWrite[] streams)
    {
        var id = Guid.CreateVersion7();
        return new()
        {
            Id = id,
            At = At,
            UserName = $"{id}",
            Streams = [.. streams],
            Rows = [new(Keys, RowOp.Claim, [$"{id}", id]), new(Board, RowOp.Upsert, [id, 1L, $"{id}"])],
            Outbox = [new(id, "sms", "{}")],
            Timers = [new TimerChange.Set($"{id}", "ring", id, At)],
        };
    }

    private async Task<Appended[]> Together(params StoreCommand[] commands) =>
        await Task.WhenAll(await _store.Together([.. commands.Select(CommandShape.Of)]));

    private async Task<Guid> Begun()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(new() { Id = Guid.CreateVersion7(), At = At, Streams = [Write(stream, 0)] })).ShouldBeOfType<Appended.Done>();
        return stream;
    }

    [Fact]
    public async Task share_one_transaction_and_each_hears_its_own_number()
    {
        StoreCommand[] commands = [Full(Write(await Begun(), 2)), Full(Write(Guid.CreateVersion7(), 0), Write(await Begun(), 2)), Full(Write(Guid.CreateVersion7(), 0))];

        var ends = await Together(commands);

        for (var i = 0; i < commands.Length; i++)
        {
            var events = new List<StoredEvent>();
            foreach (var write in commands[i].Streams) events.AddRange((await _store.Read(write.Stream)).Where(e => e.CausationId == $"{commands[i].Id}"));
            events.Select(e => e.Id).ShouldBe(commands[i].Streams.SelectMany(s => s.Events).Select(e => e.Id), ignoreOrder: true);
            events.ShouldAllBe(e => e.UserName == $"{commands[i].Id}" && e.At == At);
            ends[i].ShouldBe(new Appended.Done(events.Max(e => e.Seq)));
            (await Traces(commands[i])).ShouldBe(4);
        }
        (await Transactions(commands)).ShouldBe(1);
    }

    [Fact]
    public async Task that_are_refused_leave_no_trace_and_do_not_touch_their_neighbours()
    {
        var (moved, there, held) = (await Begun(), await Begun(), await Begun());
        var taken = Full(Write(Guid.CreateVersion7(), 0));
        (await _store.Append(taken)).ShouldBeOfType<Appended.Done>();
        StoreCommand[] good = [Full(Write(await Begun(), 2)), Full(Write(Guid.CreateVersion7(), 0))];
        StoreCommand[] bad =
        [
            Full(Write(moved, 1)), Full(Write(there, 0)), Full(Write(held, 2), Write(Guid.CreateVersion7(), 7)),
            Full(Write(Guid.CreateVersion7(), 0)) with { Rows = taken.Rows },
        ];

        var ends = await Together([good[0], .. bad, good[1]]);

        ends[0].ShouldBeOfType<Appended.Done>();
        ends[5].ShouldBeOfType<Appended.Done>();
        ends[1].ShouldBe(new Appended.VersionMoved(moved, 2));
        ends[2].ShouldBe(new Appended.VersionMoved(there, 2));
        ends[3].ShouldBeOfType<Appended.VersionMoved>().Actual.ShouldBe(0);
        ends[4].ShouldBeOfType<Appended.KeyTaken>().Key.ShouldBe([$"{taken.Id}"]);
        foreach (var command in bad) (await Traces(command)).ShouldBe(0);
        foreach (var stream in new[] { moved, there, held }) (await _store.Read(stream)).Count.ShouldBe(2);
        foreach (var command in good) (await Traces(command)).ShouldBe(4);
        (await Transactions(good)).ShouldBe(1);
    }

    [Theory, InlineData("json"), InlineData("unique"), InlineData("outbox"), InlineData("column")]
    public async Task of_which_one_fails_are_tried_alone_and_only_the_culprit_fails(string fault)
    {
        StoreCommand[] good = [Full(Write(await Begun(), 2)), Full(Write(Guid.CreateVersion7(), 0)), Full()];
        var culprit = Full(Write(Guid.CreateVersion7(), 0));
        await Run("insert into grouping.board values ('11111111-1111-1111-1111-111111111111', 1, 'there') on conflict do nothing");
        culprit = fault switch
        {
            "json" => culprit with { Streams = [Write(culprit.Id, 0, "{")] },
            "unique" => culprit with { Rows = [new(Board, RowOp.Upsert, [culprit.Id, 1L, "there"])] },
            "outbox" => culprit with { Outbox = [new(culprit.Id, "sms", "{}"), new(culprit.Id, "sms", "{}")] },
            _ => culprit with { Rows = [new(new RowSet("grouping.nowhere", [new("id", "uuid")], 1), RowOp.Upsert, [culprit.Id])] },
        };

        var ends = await Together([good[0], culprit, good[1], good[2]]);

        ends[1].ShouldBeOfType<Appended.RolledBack>();
        (await Traces(culprit)).ShouldBe(0);
        foreach (var i in new[] { 0, 2, 3 }) ends[i].ShouldBeOfType<Appended.Done>();
        foreach (var command in good) (await Traces(command)).ShouldBe(4);
        foreach (var command in good[..2])
            (await _store.Read(command.Streams[0].Stream)).Count(e => e.CausationId == $"{command.Id}").ShouldBe(2);
    }

    [Fact]
    public async Task stand_although_somebody_outside_began_a_stream_and_took_a_key_in_the_same_moment()
    {
        var (stream, mine) = (Guid.CreateVersion7(), Full(Write(Guid.CreateVersion7(), 0)));
        await using var foreign = await ForeignWriter.Begin(postgres.Source);
        await foreign.Write(stream, 1);
        await foreign.Run($"insert into grouping.keys values ('{mine.Id}', null)");
        var good = Full(Write(await Begun(), 2));

        var batch = Task.Run(() => Together(good, Full(Write(stream, 0)), mine));
        await Until("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'", 1);
        await foreign.Commit();

        var ends = await batch;
        ends[0].ShouldBeOfType<Appended.Done>();
        ends[1].ShouldBe(new Appended.VersionMoved(stream, 1));
        ends[2].ShouldBeOfType<Appended.KeyTaken>();
        (await _store.Read(good.Streams[0].Stream)).Count.ShouldBe(4);
        (await Traces(mine)).ShouldBe(1);
    }

    /// <summary>Two nodes whose batches meet on the same streams: nothing is lost, nothing doubled, every stream in order.</summary>
    [Fact]
    public async Task of_two_nodes_meet_on_the_same_streams_and_nothing_is_lost_or_doubled()
    {
        var other = new PostgresStore(postgres.Source, TimeProvider.System, grouped: true);
        Guid[] streams = [await Begun(), await Begun(), await Begun(), await Begun()];
        var accepted = new int[streams.Length];
        await Task.WhenAll(Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
        {
            var (store, dice) = (caller % 2 == 0 ? _store : other, new Random(caller));
            for (var n = 0; n < 6; n++)
            {
                var (a, b) = (dice.Next(streams.Length), dice.Next(streams.Length));
                while (true)
                {
                    var at = new Dictionary<int, long>();
                    foreach (var s in new[] { a, b }) at[s] = (await store.Read(streams[s])).Count;
                    var end = await store.Append(Full([.. at.Select(s => Write(streams[s.Key], s.Value))]));
                    if (end is Appended.VersionMoved) continue;
                    end.ShouldBeOfType<Appended.Done>();
                    foreach (var s in at.Keys) Interlocked.Add(ref accepted[s], 2);
                    break;
                }
            }
        })));
        for (var s = 0; s < streams.Length; s++)
        {
            var events = await _store.Read(streams[s]);
            events.Select(e => e.Version).ShouldBe(Enumerable.Range(1, accepted[s] + 2).Select(v => (long)v));
            events.Select(e => e.Seq).ShouldBeInOrder();
        }
    }

    /// <summary>Rows left in board, keys, outbox and timers: four of a command that was written, none of another.</summary>
    private async Task<long> Traces(StoreCommand command) => await Ask(
        $"select (select count(*) from grouping.board where id = '{command.Id}') + (select count(*) from grouping.keys where key = '{command.Id}') "
        + $"+ (select count(*) from hotline.outbox where id = '{command.Id}') + (select count(*) from hotline.timers where key = '{command.Id}')");

    private Task<long> Transactions(IEnumerable<StoreCommand> commands) => Ask("select count(distinct xmin::text) from mt_events where causation_id in ("
        + string.Join(", ", commands.Select(c => $"'{c.Id}'")) + ")");

    private async Task Until(string count, long reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await Ask(count) < reached) await Task.Delay(5, limit.Token);
    }

    private async Task<long> Ask(string sql)
    {
        await using var command = postgres.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task Run(string sql)
    {
        await using var command = postgres.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
