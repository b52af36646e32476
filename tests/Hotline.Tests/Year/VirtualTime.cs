using Hotline.Store;

namespace Hotline.Tests.Year;

/// <summary>One clock for everybody, moved from one event to the next.</summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider, IBusinessClock
{
    public DateTimeOffset Now { get; private set; } = start;

    public override DateTimeOffset GetUtcNow() => Now;

    public void MoveTo(DateTimeOffset at) => Now = at;
}

/// <summary>What people and carriers will do, in the order of its time.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Func<Task>, (DateTimeOffset At, int Serial)> queue = new();
    private int serial;

    public DateTimeOffset? Next => queue.TryPeek(out _, out var first) ? first.At : null;

    public void At(DateTimeOffset at, Func<Task> act) => queue.Enqueue(act, (at, serial++));

    public async Task DoDue(DateTimeOffset now)
    {
        while (queue.TryPeek(out _, out var first) && first.At <= now) await queue.Dequeue()();
    }
}

/// <summary>Ids that a seed repeats.</summary>
internal sealed class SeededIds(Random random) : IIds
{
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";

    public Guid New()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public string Code(int length) => new([.. Enumerable.Range(0, length).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
}
