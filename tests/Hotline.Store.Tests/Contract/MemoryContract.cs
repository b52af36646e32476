namespace Hotline.Store.Tests.Contract;

/// <summary>The contract on the twin in memory.</summary>
public sealed class A_store_in_memory : StoreContract
{
    private readonly MovedClock _clock = new(Morning);
    private readonly MemoryStore _store;

    public A_store_in_memory() => _store = new(_clock);

    protected override IEventStore Store => _store;

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override Task LetPass(TimeSpan time)
    {
        _clock.Move(time);
        return Task.CompletedTask;
    }

    protected override Task<object?[]?> Row(RowSet set, params object[] key) => Task.FromResult(_store.Row(set, key)?.ToArray());
}
