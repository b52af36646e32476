using System.Collections.Concurrent;

namespace Hotline.Security;

/// <summary>Slows whoever guesses passwords, and never locks anybody out: on a bad night the officer on duty must get in.
/// After <see cref="FreeTries"/> wrong answers in a row for one name from one address each further try waits, twice as long
/// as the last up to <see cref="WaitMax"/>, and tries at the same time are refused.</summary>
public sealed class SignInBrake(TimeProvider time)
{
    public const int FreeTries = 5;
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(8);
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(15);
    private const int KeysMax = 10_000;

    private sealed record Tries(int Wrong, DateTimeOffset LastAt);

    private readonly ConcurrentDictionary<string, Tries> wrong = new();
    private readonly ConcurrentDictionary<string, bool> waiting = new();

    /// <summary>How long this try has to wait.</summary>
    public TimeSpan WaitFor(string key) =>
        wrong.TryGetValue(key, out var tries) && tries.Wrong >= FreeTries && time.GetUtcNow() - tries.LastAt < ForgottenAfter
            ? TimeSpan.FromSeconds(Math.Min(WaitMax.TotalSeconds, Math.Pow(2, tries.Wrong - FreeTries)))
            : TimeSpan.Zero;

    /// <summary>Waits as long as this try must. False when another try under the same key is waiting already.</summary>
    public async Task<bool> Hold(string key, CancellationToken cancel)
    {
        var wait = WaitFor(key);
        if (wait == TimeSpan.Zero) return true;
        if (!waiting.TryAdd(key, true)) return false;
        try
        {
            await Task.Delay(wait, time, cancel);
            return true;
        }
        finally
        {
            waiting.TryRemove(key, out _);
        }
    }

    public void Wrong(string key)
    {
        if (wrong.Count >= KeysMax) Forget();
        var now = time.GetUtcNow();
        wrong.AddOrUpdate(key, new Tries(1, now), (_, old) => new(now - old.LastAt < ForgottenAfter ? old.Wrong + 1 : 1, now));
    }

    public void Right(string key) => wrong.TryRemove(key, out _);

    private void Forget()
    {
        var now = time.GetUtcNow();
        foreach (var (key, tries) in wrong)
        {
            if (now - tries.LastAt >= ForgottenAfter) wrong.TryRemove(key, out _);
        }
        if (wrong.Count >= KeysMax) wrong.Clear();
    }
}
