using Npgsql;

namespace Hotline.Store.Tests.Faults;

public sealed class An_append_whose_answer_is_lost(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const int AnswersMax = 12;
    private FaultProxy _proxy = null!;
    private NpgsqlDataSource _through = null!;
    private PostgresStore _store = null!;

    public ValueTask InitializeAsync()
    {
        var direct = new NpgsqlConnectionStringBuilder(postgres.Database);
        _proxy = new(direct.Port);
        direct.Port = _proxy.Port;
        direct.CommandTimeout = 1;
        direct.CancellationTimeout = 100;
        direct.Timeout = 2;
        _through = StoreConnections.Open(direct.ConnectionString);
        _store = new(_through, TimeProvider.System, TimeSpan.FromMilliseconds(800));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _through.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static StoreCommand Command(Guid stream, long expected, int events = 1) => new()
    {
        Id = Guid.CreateVersion7(),
        At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
        Streams = [new(stream, "case", expected, [.. Enumerable.Range(0, events).Select(_ => new NewEvent(Guid.CreateVersion7(), "noted", "{}"))])],
        Outbox = [new(Guid.CreateVersion7(), "sms", "{}")],
    };

    private Task<IReadOnlyList<StoredEvent>> Stored(Guid stream) => new PostgresStore(postgres.Source, TimeProvider.System).Read(stream);

    [Fact]
    public async Task between_commit_and_answer_is_found_done_by_looking_it_up()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        var command = Command(stream, 1, events: 2);

        _proxy.CutAnswer(1);
        var done = (await _store.Append(command)).ShouldBeOfType<Appended.Done>();

        _proxy.Cuts.ShouldBe(1);
        var stored = await Stored(stream);
        stored.Select(e => e.Version).ShouldBe([1, 2, 3]);
        stored[^1].Seq.ShouldBe(done.LastSeq);
        stored[^1].CausationId.ShouldBe(command.Id.ToString());
        (await Waiting(command.Outbox[0].Id)).ShouldBe(1);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task at_any_answer_at_all_is_written_exactly_once(bool severalStreams)
    {
        for (var nth = 1; ; nth++)
        {
            nth.ShouldBeLessThan(AnswersMax);
            _through.Clear();
            var stream = Guid.CreateVersion7();
            var command = Command(stream, 0, events: 2);
            if (severalStreams) command = command with { Streams = [.. command.Streams, .. Command(Guid.CreateVersion7(), 0).Streams] };
            var cuts = _proxy.Cuts;
            _proxy.CutAnswer(nth);

            var end = await _store.Append(command);

            _proxy.CutAnswer(0);
            var stored = await Stored(stream);
            if (end is Appended.RolledBack) stored.ShouldBeEmpty();
            else end.ShouldBeOfType<Appended.Done>().ShouldNotBeNull();
            if (end is Appended.Done) stored.Select(e => e.Id).ShouldBe(command.Streams[0].Events.Select(e => e.Id));
            (await Waiting(command.Outbox[0].Id)).ShouldBe(end is Appended.Done ? 1 : 0);
            if (_proxy.Cuts == cuts) return;
        }
    }

    /// <summary>All of them committed or none did, and each hears which; whoever was refused hears that.</summary>
    [Fact]
    public async Task of_a_whole_batch_at_any_answer_is_written_exactly_once_each()
    {
        var grouped = new PostgresStore(_through, TimeProvider.System, TimeSpan.FromMilliseconds(800), grouped: true);
        for (var nth = 1; nth <= AnswersMax; nth++)
        {
            StoreCommand[] commands = [.. Enumerable.Range(0, 5).Select(_ => Command(Guid.CreateVersion7(), 0, events: 2)), Command(Guid.CreateVersion7(), 3)];
            var cuts = _proxy.Cuts;
            _proxy.CutAnswer(nth);

            var ends = await Task.WhenAll(await grouped.Together([.. commands.Select(CommandShape.Of)]));

            _proxy.CutAnswer(0);
            for (var i = 0; i < commands.Length; i++)
            {
                var stored = await Stored(commands[i].Streams[0].Stream);
                if (i == 5) ends[i].ShouldBe(new Appended.VersionMoved(commands[i].Streams[0].Stream, 0));
                else ends[i].ShouldBeOfType<Appended.Done>().LastSeq.ShouldBe(stored[^1].Seq);
                stored.Select(e => e.Id).ShouldBe(i == 5 ? [] : commands[i].Streams[0].Events.Select(e => e.Id));
                (await Waiting(commands[i].Outbox[0].Id)).ShouldBe(i == 5 ? 0 : 1);
            }
            if (_proxy.Cuts == cuts) return;
        }
        Assert.Fail("No end to the answers.");
    }

    [Fact]
    public async Task of_a_whole_batch_with_the_database_out_of_reach_ends_unknown_for_each()
    {
        var grouped = new PostgresStore(_through, TimeProvider.System, TimeSpan.FromMilliseconds(800), grouped: true);
        (await grouped.Append(Command(Guid.CreateVersion7(), 0))).ShouldBeOfType<Appended.Done>();
        StoreCommand[] commands = [Command(Guid.CreateVersion7(), 0), Command(Guid.CreateVersion7(), 0)];

        _proxy.CutAnswer(1);
        _proxy.Refuse = true;
        var ends = await Task.WhenAll(await grouped.Together([.. commands.Select(CommandShape.Of)]));

        ends.ShouldAllBe(e => e is Appended.Unknown);
        foreach (var command in commands) (await Stored(command.Streams[0].Stream)).Count.ShouldBe(1);
        _proxy.CutAnswer(0);
        ends = await Task.WhenAll(await grouped.Together([.. commands.Select(CommandShape.Of)]));
        ends.ShouldAllBe(e => e is Appended.RolledBack);
    }

    [Fact]
    public async Task while_the_server_still_works_on_it_is_ended_first_and_then_sent_again()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        await using var foreign = await ForeignWriter.Begin(postgres.Source);
        await foreign.Run($"update mt_streams set version = 1 where id = '{stream}'");
        var command = Command(stream, 1);

        _proxy.CutAfterRequest = true;
        var append = Task.Run(() => _store.Append(command));
        await Until(async () => await Ask("select count(*) from pg_stat_activity where datname = current_database() "
            + "and wait_event_type = 'Lock' and query like '%moved%'") == 1 && _proxy.Cuts == 1);
        await foreign.Commit();

        (await append).ShouldBeOfType<Appended.Done>();
        (await Stored(stream)).Select(e => e.Id).Skip(1).ShouldBe(command.Streams[0].Events.Select(e => e.Id));
        (await Waiting(command.Outbox[0].Id)).ShouldBe(1);
    }

    [Fact]
    public async Task with_the_database_out_of_reach_ends_unknown_and_is_neither_lost_nor_repeated()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        var command = Command(stream, 1);

        _proxy.CutAnswer(1);
        _proxy.Refuse = true;
        (await _store.Append(command)).ShouldBeOfType<Appended.Unknown>();
        (await Stored(stream)).Count.ShouldBe(2);

        _proxy.Refuse = false;
        (await _store.Append(command)).ShouldBe(new Appended.VersionMoved(stream, 2));
        (await Stored(stream)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task on_a_line_gone_dead_ends_within_its_limit()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        _proxy.HalfOpen = true;
        var end = await _store.Append(Command(stream, 1)).WaitAsync(TimeSpan.FromSeconds(30));
        end.ShouldBeOfType<Appended.Unknown>();
        _proxy.HalfOpen = false;
        (await Stored(stream)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task is_not_lost_on_a_slow_and_narrow_line()
    {
        _proxy.Delay = TimeSpan.FromMilliseconds(5);
        _proxy.BytesPerSecond = 200_000;
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0, events: 3))).ShouldBeOfType<Appended.Done>();
        (await _store.Read(stream)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task a_command_nobody_could_take_is_rolled_back()
    {
        _proxy.Refuse = true;
        (await _store.Append(Command(Guid.CreateVersion7(), 0))).ShouldBeOfType<Appended.RolledBack>();
    }

    [Fact]
    public async Task a_server_that_ended_our_sessions_costs_another_try_and_nothing_more()
    {
        var stream = Guid.CreateVersion7();
        (await _store.Append(Command(stream, 0))).ShouldBeOfType<Appended.Done>();
        await Ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        postgres.Source.Clear();
        (await _store.Append(Command(stream, 1))).ShouldBeOfType<Appended.Done>();
        (await Stored(stream)).Count.ShouldBe(2);
    }

    private Task<long> Waiting(Guid effect) => Ask($"select count(*) from hotline.outbox where id = '{effect}'");

    private async Task<long> Ask(string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.Database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds()) await Task.Delay(5, limit.Token);
    }
}
