namespace Hotline.Store.Tests;

/// <summary>The tables stand as Marten 9 makes them, and whoever writes them as Marten does is understood.</summary>
public sealed class Tables_as_Marten_knows_them(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private readonly PostgresStore _store = new(postgres.Source, TimeProvider.System);

    [Theory]
    [InlineData("mt_streams", "id uuid, type character varying, version bigint, timestamp timestamp with time zone, "
        + "created timestamp with time zone, tenant_id character varying, is_archived boolean")]
    [InlineData("mt_events", "seq_id bigint, id uuid, stream_id uuid, version bigint, data jsonb, bdata bytea, type character varying, "
        + "timestamp timestamp with time zone, tenant_id character varying, mt_dotnet_type character varying, "
        + "correlation_id character varying, causation_id character varying, headers jsonb, user_name character varying, is_archived boolean")]
    [InlineData("mt_event_progression", "name character varying, last_seq_id bigint, last_updated timestamp with time zone")]
    public async Task have_these_columns_and_no_others(string table, string columns) =>
        (await Ask("select string_agg(column_name || ' ' || data_type, ', ' order by ordinal_position) "
            + $"from information_schema.columns where table_schema = 'public' and table_name = '{table}'")).ShouldBe(columns);

    [Fact]
    public async Task have_these_indexes_and_no_others() =>
        (await Ask("select string_agg(indexname, ', ' order by indexname) from pg_indexes where schemaname = 'public'"))
            .ShouldBe("pk_mt_event_progression, pk_mt_events_stream_and_version, pkey_mt_events_seq_id, pkey_mt_streams_id");

    [Fact]
    public async Task are_read_where_somebody_else_wrote_and_written_on()
    {
        var stream = Guid.CreateVersion7();
        await using (var foreign = await ForeignWriter.Begin(postgres.Source))
        {
            await foreign.Write(stream, 1);
            await foreign.Write(stream, 2);
            await foreign.Commit();
        }
        (await _store.Read(stream)).Select(e => (e.Version, e.Type, e.StreamKind))
            .ShouldBe([(1, "foreign_happened", "foreign"), (2, "foreign_happened", "foreign")]);

        (await _store.Append(Command(stream, 1))).ShouldBe(new Appended.VersionMoved(stream, 2));
        (await _store.Append(Command(stream, 2))).ShouldBeOfType<Appended.Done>();
        (await _store.Read(stream)).Select(e => e.Version).ShouldBe([1, 2, 3]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task make_us_wait_for_a_foreign_writer_of_the_same_version(bool commits)
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        await using var foreign = await ForeignWriter.Begin(postgres.Source);
        // The event first, as a writer does that touches the stream's row last: we meet it at the unique index.
        await foreign.Draw();
        await foreign.Write(stream, 2);
        var append = Task.Run(() => _store.Append(Command(stream, 1)));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await Ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()") is 0L)
            await Task.Delay(5, limit.Token);
        append.IsCompleted.ShouldBeFalse();

        if (commits) await foreign.Commit();
        else await foreign.Rollback();

        if (commits) (await append).ShouldBe(new Appended.VersionMoved(stream, 2));
        else (await append).ShouldBeOfType<Appended.Done>();
        (await _store.Read(stream)).Select(e => e.Version).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task refuse_an_event_that_is_there_though_its_stream_was_not_moved()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        await Ask("insert into mt_events (seq_id, id, stream_id, version, data, type) "
            + $"values (nextval('mt_events_sequence'), gen_random_uuid(), '{stream}', 2, '{"{}"}', 'bare') returning 1");
        (await _store.Append(Command(stream, 1))).ShouldBe(new Appended.VersionMoved(stream, 2));
    }

    [Fact]
    public async Task let_a_stream_begin_that_was_prepared_and_never_begun()
    {
        var (one, two) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await Ask($"insert into mt_streams (id, type, version) values ('{one}', 'x', 0), ('{two}', 'x', null) returning 1");
        (await _store.Append(Command(one, 0))).ShouldBeOfType<Appended.Done>();
        var both = Command(two, 0);
        (await _store.Append(both with { Streams = [.. both.Streams, .. Command(Guid.CreateVersion7(), 0).Streams] }))
            .ShouldBeOfType<Appended.Done>();
        (await _store.Read(two)).Single().StreamKind.ShouldBe("case");
    }

    [Fact]
    public async Task take_nothing_more_into_an_archived_stream()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        await Ask($"update mt_streams set is_archived = true where id = '{stream}' returning 1");
        (await _store.Append(Command(stream, 1))).ShouldBeOfType<Appended.RolledBack>();
    }

    private static StoreCommand Command(Guid stream, long expected) => new()
    {
        Id = Guid.CreateVersion7(),
        At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
        Streams = [new(stream, "case", expected, [new(Guid.CreateVersion7(), "noted", "{}")])],
    };

    private async Task<object?> Ask(string sql)
    {
        await using var command = postgres.Source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
