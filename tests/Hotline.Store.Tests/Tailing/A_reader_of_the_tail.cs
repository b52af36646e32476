namespace Hotline.Store.Tests.Tailing;

public sealed class A_reader_of_the_tail(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static int Interleavings => Environment.GetEnvironmentVariable("HOTLINE_TEST_LONG") == "1" ? 10_000 : 1_000;

    [Fact]
    public async Task sees_every_event_once_and_in_order_however_commits_interleave()
    {
        for (var seed = 1; seed <= Interleavings; seed++)
        {
            var start = await Highest();
            var night = new Interleaving(seed, postgres.Source);
            await night.Run(start);
            InOrder(night.Seen, await Committed(start), $"seed {seed}");
        }
    }

    [Fact]
    public async Task sees_every_event_once_and_in_order_while_writers_race()
    {
        var start = await Highest();
        var store = new PostgresStore(postgres.Source, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var readers = new[] { 7, 100 }.Select(limit => Task.Run(() => Follow(store, start, limit, stop.Token))).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => i % 2 == 0 ? Ours(store, i) : Foreign(i))));
        await stop.CancelAsync();
        var committed = await Committed(start);
        committed.Count.ShouldBeGreaterThan(600);
        foreach (var reader in readers) InOrder(await reader, committed, "racing writers");
    }

    private static async Task<List<StoredEvent>> Follow(PostgresStore store, long after, int limit, CancellationToken stop)
    {
        var seen = new List<StoredEvent>();
        while (true)
        {
            var last = stop.IsCancellationRequested;
            var next = store.WaitForAppend(TimeSpan.FromMilliseconds(5), CancellationToken.None);
            var batch = await store.ReadTail(after, limit, CancellationToken.None);
            seen.AddRange(batch.Events);
            after = batch.Position;
            if (batch.Events.Count > 0) continue;
            if (last) return seen;
            await next;
        }
    }

    private static async Task Ours(PostgresStore store, int seed)
    {
        var (dice, stream, version) = (new Random(seed), Guid.CreateVersion7(), 0L);
        for (var i = 0; i < 200; i++)
        {
            if (dice.Next(20) == 0) (stream, version) = (Guid.CreateVersion7(), 0);
            var end = await store.Append(new StoreCommand
            {
                Id = Guid.CreateVersion7(),
                At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
                Streams = [new(stream, "case", version, [new(Guid.CreateVersion7(), "noted", "{}"), new(Guid.CreateVersion7(), "noted", "{}")])],
            });
            end.ShouldBeOfType<Appended.Done>();
            version += 2;
        }
    }

    private async Task Foreign(int seed)
    {
        var (dice, stream, version) = (new Random(seed), Guid.CreateVersion7(), 0L);
        for (var i = 0; i < 150; i++)
        {
            await using var writer = await ForeignWriter.Begin(postgres.Source);
            if (dice.Next(2) == 0) await writer.Draw();
            if (dice.Next(4) == 0) await writer.Run("select count(*) from pg_class");
            var written = dice.Next(1, 4);
            for (var e = 1; e <= written; e++) await writer.Write(stream, version + e);
            if (dice.Next(3) == 0)
            {
                await writer.Rollback();
                continue;
            }
            await writer.Commit();
            version += written;
        }
    }

    private static void InOrder(IReadOnlyList<StoredEvent> seen, List<(long Seq, Guid Id)> committed, string where)
    {
        seen.Select(e => e.Seq).ShouldBe(committed.Select(e => e.Seq), where);
        seen.Select(e => e.Id).ShouldBe(committed.Select(e => e.Id), where);
        foreach (var stream in seen.GroupBy(e => e.Stream))
            stream.Select(e => e.Version).ShouldBe(Enumerable.Range(1, stream.Count()).Select(v => (long)v), where);
    }

    private async Task<long> Highest()
    {
        await using var command = postgres.Source.CreateCommand("select coalesce(max(seq_id), 0) from mt_events");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<List<(long, Guid)>> Committed(long after)
    {
        await using var command = postgres.Source.CreateCommand($"select seq_id, id from mt_events where seq_id > {after} order by seq_id");
        await using var reader = await command.ExecuteReaderAsync();
        var all = new List<(long, Guid)>();
        while (await reader.ReadAsync()) all.Add((reader.GetInt64(0), reader.GetGuid(1)));
        return all;
    }
}
