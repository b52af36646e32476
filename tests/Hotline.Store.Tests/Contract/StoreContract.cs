using System.Collections.Immutable;

namespace Hotline.Store.Tests.Contract;

/// <summary>What every event store must do. Runs unchanged against PostgreSQL and against the twin in memory.</summary>
public abstract partial class StoreContract
{
    protected static readonly DateTimeOffset Morning = new(2026, 11, 21, 8, 55, 0, TimeSpan.FromHours(8));
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    protected static readonly RowSet Board = new("contract.board",
        [new("id", "uuid"), new("version", "bigint"), new("title", "text"), new("body", "jsonb"), new("due_at", "timestamptz")], 1, "version");
    protected static readonly RowSet Keys = new("contract.keys", [new("scope", "text"), new("key", "text"), new("hash", "bytea")], 2);

    protected abstract IEventStore Store { get; }

    /// <summary>The machine's clock moves on, as far as leases and waits can tell.</summary>
    protected abstract Task LetPass(TimeSpan time);

    /// <summary>Machine time, as leases see it.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>The row's values, or null when there is no such row.</summary>
    protected abstract Task<object?[]?> Row(RowSet set, params object[] key);

    protected static NewEvent Event(string type = "noted", string data = """{"n": 1}""") => new(Guid.CreateVersion7(), type, data);

    protected static StreamWrite Write(Guid stream, long expected, params NewEvent[] events) => new(stream, "case", expected, [.. events]);

    protected static StoreCommand Command(params StreamWrite[] streams) => new()
    {
        Id = Guid.CreateVersion7(),
        At = Morning,
        UserName = "duty",
        CorrelationId = "c-1",
        Streams = [.. streams],
    };

    protected static RowChange Upsert(Guid id, long version, string title, string body = "{}") =>
        new(Board, RowOp.Upsert, [id, version, title, body, Morning]);

    protected static RowChange Claim(string key) => new(Keys, RowOp.Claim, ["account", key, new byte[] { 1, 2, 3 }]);

    protected async Task<Guid> Begun(params NewEvent[] events)
    {
        var stream = Guid.CreateVersion7();
        (await Store.Append(Command(Write(stream, 0, events.Length > 0 ? events : [Event()])))).ShouldBeOfType<Appended.Done>();
        return stream;
    }

    protected static async Task<List<StoredEvent>> Drain(IEventStore store, long after = 0, int limit = 100)
    {
        var all = new List<StoredEvent>();
        while (true)
        {
            var batch = await store.ReadTail(after, limit);
            if (batch.Events.Count == 0) return all;
            all.AddRange(batch.Events);
            after = batch.Position;
        }
    }
}
