using System.Text.Json.Nodes;

namespace Hotline.Store.Tests.Contract;

public abstract partial class StoreContract
{
    [Fact]
    public async Task a_row_is_written_with_its_events_and_replaced_by_a_newer_version()
    {
        var id = Guid.CreateVersion7();
        await Store.Append(Command(Write(id, 0, Event())) with { Rows = [Upsert(id, 1, "first", """{"a": "瘀伤"}""")] });
        await Store.Append(Command(Write(id, 1, Event())) with { Rows = [Upsert(id, 2, "second", """{"b": null}""")] });

        var row = (await Row(Board, id)).ShouldNotBeNull();
        row[1].ShouldBe(2L);
        row[2].ShouldBe("second");
        JsonNode.DeepEquals(JsonNode.Parse((string)row[3]!), JsonNode.Parse("""{"b": null}""")).ShouldBeTrue();
        row[4].ShouldBe(Morning);
    }

    [Fact]
    public async Task an_older_version_changes_nothing_and_an_equal_one_repairs()
    {
        var id = Guid.CreateVersion7();
        await Store.Append(Command() with { Rows = [Upsert(id, 5, "five")] });
        await Store.Append(Command() with { Rows = [Upsert(id, 4, "four")] });
        (await Row(Board, id))![2].ShouldBe("five");
        await Store.Append(Command() with { Rows = [Upsert(id, 5, "repaired")] });
        (await Row(Board, id))![2].ShouldBe("repaired");
    }

    [Fact]
    public async Task many_rows_of_several_kinds_are_written_by_one_command()
    {
        var ids = Enumerable.Range(0, 30).Select(_ => Guid.CreateVersion7()).ToArray();
        await Store.Append(Command() with { Rows = [.. ids.Select(i => Upsert(i, 1, "old"))] });

        await Store.Append(Command() with
        {
            Rows =
            [
                .. ids[..10].Select(i => new RowChange(Board, RowOp.Delete, [i])),
                .. ids[10..20].Select(i => Upsert(i, 2, "new")),
                .. ids[20..].Select(i => new RowChange(Board, RowOp.InsertIfAbsent, [i, 9L, "never", "{}", null])),
                new RowChange(Keys, RowOp.InsertIfAbsent, ["s", ids[0].ToString(), Array.Empty<byte>()]),
            ],
        });

        foreach (var id in ids[..10]) (await Row(Board, id)).ShouldBeNull();
        foreach (var id in ids[10..20]) (await Row(Board, id))![2].ShouldBe("new");
        foreach (var id in ids[20..]) (await Row(Board, id))![2].ShouldBe("old");
        (await Row(Keys, "s", ids[0].ToString())).ShouldNotBeNull();
    }

    [Fact]
    public async Task of_several_changes_of_one_row_the_last_holds()
    {
        var (a, b, c) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Store.Append(Command() with { Rows = [Upsert(c, 1, "there")] });
        await Store.Append(Command() with
        {
            Rows =
            [
                Upsert(a, 1, "one"), Upsert(a, 2, "two"),
                Upsert(b, 1, "one"), new RowChange(Board, RowOp.Delete, [b]),
                new RowChange(Board, RowOp.Delete, [c]), new RowChange(Board, RowOp.InsertIfAbsent, [c, 7L, "again", null, null]),
            ],
        });
        (await Row(Board, a))![2].ShouldBe("two");
        (await Row(Board, b)).ShouldBeNull();
        (await Row(Board, c))![2].ShouldBe("again");
    }

    [Fact]
    public async Task a_claimed_key_refuses_the_next_command_whole()
    {
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var key = $"key-{first}";
        (await Store.Append(Command(Write(first, 0, Event())) with { Rows = [Claim(key)] })).ShouldBeOfType<Appended.Done>();

        var end = (await Store.Append(Command(Write(second, 0, Event())) with
        {
            Rows = [Claim($"free-{first}"), Claim(key), Upsert(second, 1, "never")],
        })).ShouldBeOfType<Appended.KeyTaken>();

        end.Table.ShouldBe(Keys.Table);
        end.Key.ShouldBe(["account", key]);
        (await Store.Read(second)).ShouldBeEmpty();
        (await Row(Board, second)).ShouldBeNull();
        (await Row(Keys, "account", $"free-{first}")).ShouldBeNull();
    }

    [Fact]
    public async Task a_repeated_request_hears_of_its_key_before_the_version()
    {
        var stream = await Begun();
        var key = $"key-{stream}";
        var command = Command(Write(stream, 1, Event())) with { Rows = [Claim(key)] };
        (await Store.Append(command)).ShouldBeOfType<Appended.Done>();
        (await Store.Append(command)).ShouldBeOfType<Appended.KeyTaken>();
    }

    [Fact]
    public async Task of_many_who_claim_a_key_one_gets_it()
    {
        var key = $"key-{Guid.CreateVersion7()}";
        var ends = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() =>
            Store.Append(Command(Write(Guid.CreateVersion7(), 0, Event())) with { Rows = [Claim(key)] }))));
        ends.Count(e => e is Appended.Done).ShouldBe(1);
        ends.Count(e => e is Appended.KeyTaken).ShouldBe(11);
    }

    [Fact]
    public async Task a_reader_of_the_tail_moves_on_together_with_its_rows()
    {
        var (id, name) = (Guid.CreateVersion7(), $"board-{Guid.CreateVersion7()}");
        (await Store.ReadProgress(name)).ShouldBe(0);
        await Store.SaveProgress(name, 41, [Upsert(id, 3, "seen")]);
        (await Store.ReadProgress(name)).ShouldBe(41);
        (await Row(Board, id))![2].ShouldBe("seen");

        await Should.ThrowAsync<Exception>(Store.SaveProgress(name, 42, [Upsert(id, 4, "bad", "{")]));
        (await Store.ReadProgress(name)).ShouldBe(41);
        (await Row(Board, id))![2].ShouldBe("seen");

        await Store.SaveProgress(name, 0, []);
        (await Store.ReadProgress(name)).ShouldBe(0);
    }
}
