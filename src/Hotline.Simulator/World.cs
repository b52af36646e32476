using System.Collections.Immutable;
using Hotline.Simulator.Phones;
using Hotline.Simulator.Twilio;

namespace Hotline.Simulator;

/// <summary>One line of what happened, for people who look and tests that count.</summary>
public sealed record LogEntry(long Number, DateTimeOffset At, string Kind, object Detail);

/// <param name="Most">Callers a queue holds; 1,000 by default, as at the provider.</param>
/// <param name="Broken">Every queue answers "error".</param>
public sealed record QueueRule(int Most = 1_000, bool Broken = false)
{
    public string? Refusal(int waiting) => Broken ? "error" : waiting >= Most ? "queue-full" : null;
}

/// <summary>Everything that exists outside the hotline, in memory, behind one lock.</summary>
public sealed class World(SimulatorOptions options, SimulatedClock clock)
{
    const int LogEntriesMax = 50_000;
    readonly Lock gate = new();
    readonly List<Phone> phones = [];
    readonly List<TextMessage> messages = [];
    readonly List<VoiceCall> calls = [];
    readonly Queue<LogEntry> log = new();
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long version;
    long logged;

    public SimulatorOptions Options => options;
    public SimulatedClock Clock => clock;
    public Sids Sids { get; } = new();

    /// <summary>Whether status callbacks are posted; the provider may lose them all.</summary>
    public bool Callbacks { get; set; } = true;

    /// <summary>How queues of callers behave.</summary>
    public QueueRule Queues { get; set; } = new();

    /// <summary>Grows with every change, so that a page asks only for news.</summary>
    public long Version => Interlocked.Read(ref version);

    public T Read<T>(Func<T> read)
    {
        lock (gate) return read();
    }

    public T Change<T>(Func<T> change)
    {
        TaskCompletionSource wake;
        T result;
        lock (gate)
        {
            result = change();
            Interlocked.Increment(ref version);
            wake = changed;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        wake.TrySetResult();
        return result;
    }

    public void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    /// <summary>Completes at the next change of anything.</summary>
    public Task NextChange()
    {
        lock (gate) return changed.Task;
    }

    public void Log(string kind, object detail) => Change(() =>
    {
        log.Enqueue(new(++logged, clock.Now, kind, detail));
        if (log.Count > LogEntriesMax) log.Dequeue();
    });

    public ImmutableArray<LogEntry> LogAfter(long number, string? kind) => Read<ImmutableArray<LogEntry>>(() =>
        [.. log.Where(entry => entry.Number > number && (kind is null || entry.Kind == kind))]);

    public Phone? Phone(string number) => Read(() => phones.Find(phone => phone.Number == number));

    public ImmutableArray<Phone> Shelf() => Read<ImmutableArray<Phone>>(() => [.. phones]);

    public void Add(Phone phone) => Change(() => phones.Add(phone));

    public void Add(TextMessage message) => Change(() => messages.Add(message));

    public void Add(VoiceCall call) => Change(() => calls.Add(call));

    public bool Remove(TextMessage message) => Change(() => messages.Remove(message));

    public bool Remove(VoiceCall call) => Change(() => calls.Remove(call));

    public TextMessage? Message(string sid) => Read(() => messages.Find(message => message.Sid == sid));

    public VoiceCall? Call(string sid) => Read(() => calls.Find(call => call.Sid == sid));

    public ImmutableArray<TextMessage> Messages(Func<TextMessage, bool> which) =>
        Read<ImmutableArray<TextMessage>>(() => [.. messages.Where(which)]);

    public ImmutableArray<VoiceCall> Calls(Func<VoiceCall, bool> which) =>
        Read<ImmutableArray<VoiceCall>>(() => [.. calls.Where(which)]);
}
