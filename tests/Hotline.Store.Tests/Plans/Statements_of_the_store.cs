using Npgsql;

namespace Hotline.Store.Tests.Plans;

/// <summary>Every statement on the hot path finds its rows by index, with and without statistics.</summary>
public sealed class Statements_of_the_store(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task use_the_index_on_a_fresh_table_and_on_a_large_one()
    {
        await EveryPlanUsesIndexes("fresh");
        await Run("vacuum mt_streams; vacuum mt_events; vacuum hotline.outbox; vacuum hotline.timers");
        await EveryPlanUsesIndexes("fresh, and known to be empty");
        await Run("alter table mt_streams set (autovacuum_enabled = off); alter table mt_events set (autovacuum_enabled = off); alter table hotline.outbox set (autovacuum_enabled = off); alter table hotline.timers set (autovacuum_enabled = off)");
        await Run("""
            insert into mt_streams (id, type, version) select gen_random_uuid(), 'case', 1 from generate_series(1, 60000);
            insert into mt_events (seq_id, id, stream_id, version, data, type)
                select nextval('mt_events_sequence'), gen_random_uuid(), id, 1, '{}', 'noted' from mt_streams;
            insert into hotline.outbox (id, topic, payload, urgency) select gen_random_uuid(), 'sms', '{}', case when i % 1000 = 0 then 2 else 0 end from generate_series(1, 60000) as i;
            insert into hotline.timers (key, kind, stream, due_at) select i::text, 'ring', gen_random_uuid(), now() from generate_series(1, 60000) as i
            """);
        await EveryPlanUsesIndexes("large, without statistics");
        await Run("analyze mt_streams; analyze mt_events; analyze hotline.outbox; analyze hotline.timers");
        await EveryPlanUsesIndexes("large");
    }

    private async Task EveryPlanUsesIndexes(string when)
    {
        foreach (var (name, sql) in Statements())
        {
            var plan = await Explain(sql);
            plan.ShouldNotContain("Seq Scan on mt_", customMessage: $"{name}, {when}");
            plan.ShouldContain("Index Scan", customMessage: $"{name}, {when}");
        }
        foreach (var (index, sql) in Claims())
        {
            var plan = await Explain(sql);
            plan.ShouldContain($"Scan using {index} ", customMessage: when);
            plan.ShouldNotContain("Seq Scan", customMessage: when);
            plan.ShouldNotContain("Join Filter: (o.", customMessage: when);
            plan.ShouldNotContain("Join Filter: (t.", customMessage: when);
        }
    }

    private static IEnumerable<(string, Sql)> Statements()
    {
        NewEvent[] events = [new(Guid.CreateVersion7(), "noted", "{}"), new(Guid.CreateVersion7(), "noted", "{}")];
        StreamWrite Old() => new(Guid.CreateVersion7(), "case", 1, [.. events]);
        StreamWrite Born() => new(Guid.CreateVersion7(), "case", 0, [.. events]);
        var row = new RowSet("hotline.leases", [new("name", "text"), new("holder", "text"), new("until", "timestamptz")], 1);
        RowChange claim = new(row, RowOp.Claim, ["a", "b", DateTimeOffset.UnixEpoch]);
        yield return ("one stream", Append([Old()]));
        yield return ("several streams", Append([Old(), Old(), Born(), Born()]));
        yield return ("one stream under a key", Append([Old()], claim));
        yield return ("a batch", GroupStatement.Of([
            Shape([Old()]), Shape([Old(), Old(), Born(), Born()], claim), Shape([Born()]),
            Shape([], new RowChange(row, RowOp.Upsert, claim.Values), new RowChange(row, RowOp.Delete, ["c"])),
        ]));
        var read = new Sql();
        yield return ("a stream read", read.Add($"{EventRows.Select}where e.stream_id = {read.Uuid(Guid.Empty)} and e.version > {read.Bigint(0)} order by e.version"));
        var tail = new Sql();
        yield return ("the tail", tail.Add($"{EventRows.Select}where e.seq_id > {tail.Bigint(0)} order by e.seq_id limit {tail.Bigint(100)}"));
    }

    /// <summary>A claim walks its index from the front, and finds again by their ids what it has taken: however much waits.</summary>
    private static IEnumerable<(string Index, Sql)> Claims()
    {
        var lease = TimeSpan.FromSeconds(30);
        yield return ("outbox_in_order", PostgresStore.LeaseOutboxStatement("a", lease, 32, urgentOnly: false));
        yield return ("outbox_urgent", PostgresStore.LeaseOutboxStatement("a", lease, 16, urgentOnly: true));
        yield return ("timers_by_due", PostgresStore.LeaseTimersStatement("a", DateTimeOffset.UnixEpoch, lease, 32));
    }

    private static Sql Append(StreamWrite[] streams, params RowChange[] rows) => AppendStatement.Of(Shape(streams, rows));

    private static CommandShape Shape(StreamWrite[] streams, params RowChange[] rows) => CommandShape.Of(
        new StoreCommand { Id = Guid.Empty, At = DateTimeOffset.UnixEpoch, Streams = [.. streams], Rows = [.. rows] });

    /// <summary>The generic plan, as a prepared statement keeps it.</summary>
    private async Task<string> Explain(Sql statement)
    {
        await using var connection = await postgres.Source.OpenConnectionAsync();
        await using var command = statement.Command(connection);
        command.CommandText = "explain " + command.CommandText;
        await using var reader = await command.ExecuteReaderAsync();
        var plan = new List<string>();
        while (await reader.ReadAsync()) plan.Add(reader.GetString(0));
        return string.Join('\n', plan);
    }

    private async Task Run(string sql)
    {
        await using var connection = await postgres.Source.OpenConnectionAsync();
        foreach (var one in sql.Split(';'))
        {
            await using var command = new NpgsqlCommand(one, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
