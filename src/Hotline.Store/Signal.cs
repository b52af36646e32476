namespace Hotline.Store;

/// <summary>Wakes everybody who waits, once. A waiter begins to wait when it calls, not when it awaits: take the task, read
/// the tail, then await it, and nothing appended in between is slept through.</summary>
internal sealed class Signal(TimeProvider time)
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => Interlocked.Exchange(
        ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public Task Wait(TimeSpan atMost, CancellationToken cancel) => Bounded(_next.Task, atMost, cancel);

    private async Task Bounded(Task signal, TimeSpan atMost, CancellationToken cancel)
    {
        try
        {
            await signal.WaitAsync(atMost, time, cancel);
        }
        catch (TimeoutException)
        {
            // The net under the signal: the caller looks again.
        }
    }
}
