using Hotline.Store;

namespace Hotline.Effects;

/// <summary>Carries out what a due timer asks for, by a command like any other. <c>now</c> is the timer's own due time.
/// The command it writes must cancel or move the timer; a timer left in place fires again after its lease.</summary>
public interface ITimerHandler
{
    string Kind { get; }

    Task Fire(TimerItem timer, DateTimeOffset now, CancellationToken cancel);
}

/// <summary>How a delivery ended.</summary>
public abstract record OutboxEnd
{
    private OutboxEnd() { }

    public sealed record Done : OutboxEnd;

    /// <summary>Not yet: try again after a wait of machine time.</summary>
    public sealed record Again(TimeSpan Wait, string Why) : OutboxEnd;
}

/// <summary>Carries one topic of the outbox to the outside world. An exception counts as <see cref="OutboxEnd.Again"/>.</summary>
public interface IOutboxHandler
{
    string Topic { get; }

    Task<OutboxEnd> Deliver(OutboxItem item, CancellationToken cancel);
}
