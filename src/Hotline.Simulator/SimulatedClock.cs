namespace Hotline.Simulator;

/// <summary>The demo's time: the system clock plus an offset that only grows. Carriers, ringing and keys run on
/// it.</summary>
public sealed class SimulatedClock(TimeProvider machine)
{
    static readonly TimeSpan Jitter = TimeSpan.FromSeconds(1.5);
    readonly Lock gate = new();
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TimeSpan offset;

    /// <summary>Raised after the clock was moved.</summary>
    public event Action? Moved;

    public DateTimeOffset Now
    {
        get { lock (gate) return machine.GetUtcNow() + offset; }
    }

    public TimeSpan Offset
    {
        get { lock (gate) return offset; }
    }

    /// <summary>Sets the offset; a smaller one is ignored, as nobody un-hears a ring.</summary>
    public void SetOffset(TimeSpan to)
    {
        TaskCompletionSource wake;
        lock (gate)
        {
            if (to <= offset) return;
            offset = to;
            wake = moved;
            moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        wake.SetResult();
        Moved?.Invoke();
    }

    public void Advance(TimeSpan by) => SetOffset(Offset + by);

    /// <summary>Follows a server whose clock shows <paramref name="now"/>; the network's jitter moves
    /// nothing.</summary>
    public void Follow(DateTimeOffset now)
    {
        var wanted = now - machine.GetUtcNow();
        if (wanted - Offset > Jitter) SetOffset(wanted);
    }

    public Task Delay(TimeSpan span, CancellationToken cancel) => Until(Now + span, cancel);

    public async Task Until(DateTimeOffset due, CancellationToken cancel)
    {
        while (true)
        {
            Task wake;
            TimeSpan left;
            lock (gate)
            {
                wake = moved.Task;
                left = due - (machine.GetUtcNow() + offset);
            }
            if (left <= TimeSpan.Zero) return;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var slice = left < TimeSpan.FromMinutes(10) ? left : TimeSpan.FromMinutes(10);
            await Task.WhenAny(Task.Delay(slice, machine, stop.Token), wake);
            await stop.CancelAsync();
            cancel.ThrowIfCancellationRequested();
        }
    }
}
