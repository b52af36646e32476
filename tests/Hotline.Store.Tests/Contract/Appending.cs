using System.Text.Json.Nodes;

namespace Hotline.Store.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task a_command_is_read_back_as_it_was_written()
    {
        var stream = Guid.CreateVersion7();
        NewEvent[] events = [Event("report_accepted", """{"ground": "多处新旧瘀伤", "n": 1}"""), Event("page_requested", """{"to": [1, 2]}""")];
        var command = Command(Write(stream, 0, events));

        var done = (await Store.Append(command)).ShouldBeOfType<Appended.Done>();

        var read = await Store.Read(stream);
        read.Select(e => e.Id).ShouldBe(events.Select(e => e.Id));
        read.Select(e => e.Version).ShouldBe([1, 2]);
        read.Select(e => e.Type).ShouldBe(["report_accepted", "page_requested"]);
        for (var i = 0; i < 2; i++)
            JsonNode.DeepEquals(JsonNode.Parse(read[i].Data), JsonNode.Parse(events[i].Data)).ShouldBeTrue();
        read[1].ShouldSatisfyAllConditions(
            e => e.Seq.ShouldBe(done.LastSeq),
            e => e.Stream.ShouldBe(stream),
            e => e.StreamKind.ShouldBe("case"),
            e => e.At.ShouldBe(Morning),
            e => e.UserName.ShouldBe("duty"),
            e => e.CorrelationId.ShouldBe("c-1"),
            e => e.CausationId.ShouldBe(command.Id.ToString()));
        read[0].Seq.ShouldBeLessThan(read[1].Seq);
        (await Store.Read(stream, afterVersion: 1)).Single().Id.ShouldBe(events[1].Id);
        (await Store.Read(Guid.CreateVersion7())).ShouldBeEmpty();
        (await Store.ReadMany([Guid.CreateVersion7(), stream, stream])).Select(e => e.Version).ShouldBe([1, 2]);
        (await Store.ReadMany([])).ShouldBeEmpty();
    }

    [Theory, InlineData(0), InlineData(1), InlineData(3)]
    public async Task a_version_that_moved_refuses_the_command_and_leaves_no_trace(long expected)
    {
        var stream = await Begun(Event(), Event());
        var row = Guid.CreateVersion7();
        var key = $"k-{row}";
        var effect = new OutboxMessage(Guid.CreateVersion7(), "sms", "{}");
        var before = (await Drain(Store)).Count;

        var end = await Store.Append(Command(Write(stream, expected, Event())) with
        {
            Rows = [Upsert(row, 1, "never")],
            Outbox = [effect],
            Timers = [new TimerChange.Set(key, "ring", stream, Morning)],
        });

        end.ShouldBe(new Appended.VersionMoved(stream, 2));
        await NothingRemains(row, key, effect.Id, before);
    }

    [Fact]
    public async Task one_moved_stream_among_several_refuses_all_of_them()
    {
        Guid[] streams = [await Begun(), await Begun(), await Begun()];
        var born = Guid.CreateVersion7();
        var row = Guid.CreateVersion7();
        var effect = new OutboxMessage(Guid.CreateVersion7(), "sms", "{}");
        (await Store.Append(Command(Write(streams[1], 1, Event())))).ShouldBeOfType<Appended.Done>();
        var before = (await Drain(Store)).Count;

        var end = await Store.Append(
            Command([.. streams.Select(s => Write(s, 1, Event())), Write(born, 0, Event())]) with
            {
                Rows = [Upsert(row, 1, "never"), Claim($"k-{row}")],
                Outbox = [effect],
                Timers = [new TimerChange.Set($"t-{row}", "ring", born, Morning)],
            });

        end.ShouldBe(new Appended.VersionMoved(streams[1], 2));
        (await Store.Read(born)).ShouldBeEmpty();
        (await Row(Keys, "account", $"k-{row}")).ShouldBeNull();
        await NothingRemains(row, $"t-{row}", effect.Id, before);
        (await Store.Append(Command(Write(streams[0], 1, Event())))).ShouldBeOfType<Appended.Done>();
    }

    [Fact]
    public async Task a_stream_that_exists_already_refuses_its_beginning_and_its_neighbours()
    {
        var there = await Begun();
        var born = Guid.CreateVersion7();
        var before = (await Drain(Store)).Count;

        var end = await Store.Append(Command(Write(born, 0, Event()), Write(there, 0, Event())) with { Rows = [Claim($"k-{born}")] });

        end.ShouldBe(new Appended.VersionMoved(there, 1));
        (await Store.Read(born)).ShouldBeEmpty();
        (await Row(Keys, "account", $"k-{born}")).ShouldBeNull();
        (await Drain(Store)).Count.ShouldBe(before);
    }

    [Fact]
    public async Task several_streams_move_together()
    {
        var (old, guarded, born) = (await Begun(Event(), Event()), await Begun(), Guid.CreateVersion7());

        var end = await Store.Append(Command(Write(old, 2, Event("a"), Event("b")), Write(guarded, 1), Write(born, 0, Event("c"))));

        end.ShouldBeOfType<Appended.Done>();
        (await Store.Read(old)).Select(e => e.Type).ShouldBe(["noted", "noted", "a", "b"]);
        (await Store.Read(guarded)).Count.ShouldBe(1);
        (await Store.Read(born)).Single().Type.ShouldBe("c");
    }

    [Fact]
    public async Task a_stream_that_is_only_guarded_still_refuses_when_it_moved()
    {
        var (writes, guarded) = (await Begun(), await Begun(Event(), Event()));

        (await Store.Append(Command(Write(writes, 1, Event()), Write(guarded, 1)))).ShouldBe(new Appended.VersionMoved(guarded, 2));

        (await Store.Read(writes)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task of_many_who_saw_the_same_version_one_wins()
    {
        var stream = await Begun();

        var ends = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Store.Append(
            i % 2 == 0 ? Command(Write(stream, 1, Event())) : Command(Write(stream, 1, Event()), Write(Guid.CreateVersion7(), 0, Event()))))));

        ends.Count(e => e is Appended.Done).ShouldBe(1);
        ends.Count(e => e is Appended.VersionMoved { Actual: 2 }).ShouldBe(15);
        (await Store.Read(stream)).Select(e => e.Version).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task what_is_not_json_is_rolled_back()
    {
        var stream = Guid.CreateVersion7();
        (await Store.Append(Command(Write(stream, 0, Event(data: "{"))))).ShouldBeOfType<Appended.RolledBack>();
        (await Store.Read(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task whoever_waits_is_woken_by_an_append()
    {
        var waiting = Store.WaitForAppend(TimeSpan.FromMinutes(5));
        waiting.IsCompleted.ShouldBeFalse();
        await Begun();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));

        var again = Store.WaitForAppend(TimeSpan.FromMinutes(5));
        Store.Wake();
        await again.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private async Task NothingRemains(Guid row, string timer, Guid effect, int events)
    {
        (await Row(Board, row)).ShouldBeNull();
        (await Drain(Store)).Count.ShouldBe(events);
        (await Store.LeaseTimers("looker", DateTimeOffset.MaxValue.AddYears(-100), TimeSpan.FromTicks(10), 1000))
            .ShouldNotContain(t => t.Key == timer);
        (await Store.LeaseOutbox("looker", TimeSpan.FromTicks(10), 1000)).ShouldNotContain(m => m.Id == effect);
    }
}
