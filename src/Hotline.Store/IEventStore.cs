namespace Hotline.Store;

/// <summary>An event as it stands in the store. <paramref name="Seq"/> orders all streams, <paramref name="Version"/> one.</summary>
public sealed record StoredEvent(
    long Seq, Guid Id, Guid Stream, string? StreamKind, long Version, string Type, string Data, DateTimeOffset At,
    string? UserName, string? CorrelationId, string? CausationId);

/// <summary>A message the relay holds a lease on. <paramref name="Attempt"/> counts from 1; <paramref name="TakenOver"/> says
/// that an earlier holder's lease ran out, so its attempt may have reached the outside world.</summary>
public sealed record OutboxItem(Guid Id, string Topic, string Payload, int Attempt, bool TakenOver);

/// <summary>A due timer the loop holds a lease on.</summary>
public sealed record TimerItem(string Key, string Kind, Guid Stream, DateTimeOffset DueAt, string? Payload);

/// <summary>The store as commands, relay, timers and tail see it. PostgreSQL in production, a twin in memory for the
/// simulation; both pass the same contract suite.</summary>
public interface IEventStore
{
    /// <summary>Writes a command whole or not at all. Cancelling it never cuts a commit short.</summary>
    Task<Appended> Append(StoreCommand command, CancellationToken cancel = default);

    /// <summary>The events of a stream above a version, in order.</summary>
    Task<IReadOnlyList<StoredEvent>> Read(Guid stream, long afterVersion = 0, CancellationToken cancel = default);

    /// <summary>All events of several streams, those of one stream together and in order; a stream without events is left out.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadMany(IReadOnlyCollection<Guid> streams, CancellationToken cancel = default);

    /// <summary>The next events in sequence order that are safe to hand on: nothing below the last of them can appear later.
    /// Returns what there is (possibly nothing) at once; <see cref="TailBatch.Position"/> is where to go on.</summary>
    Task<TailBatch> ReadTail(long afterSeq, int limit, CancellationToken cancel = default);

    /// <summary>Leases up to <paramref name="limit"/> messages that are ready, so that nobody else has them meanwhile: in the order of
    /// their commands, or of the urgent ones alone the most urgent first.</summary>
    Task<IReadOnlyList<OutboxItem>> LeaseOutbox(string holder, TimeSpan lease, int limit, bool urgentOnly = false, CancellationToken cancel = default);

    /// <summary>The message is done with. False when the lease had passed to somebody else.</summary>
    Task<bool> CompleteOutbox(Guid id, string holder, CancellationToken cancel = default);

    /// <summary>Gives the message back, to be leased again after <paramref name="wait"/>.</summary>
    Task<bool> RetryOutbox(Guid id, string holder, TimeSpan wait, string why, CancellationToken cancel = default);

    /// <summary>A message that waits to be tried again is ready at once. False when somebody has it just now, or it is done with.</summary>
    Task<bool> HurryOutbox(Guid id, CancellationToken cancel = default);

    /// <summary>Leases timers due at or before <paramref name="now"/> (business time), earliest first. A leased timer stays
    /// until a command cancels or moves it; an expired lease makes it available again.</summary>
    Task<IReadOnlyList<TimerItem>> LeaseTimers(string holder, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel = default);

    /// <summary>Gives a timer back before its lease ends, e.g. because its command lost a version race.</summary>
    Task ReleaseTimer(string key, string holder, CancellationToken cancel = default);

    /// <summary>The named lease: true when <paramref name="holder"/> has it now, new or renewed. Judged by the store's clock.</summary>
    Task<bool> HoldLease(string name, string holder, TimeSpan lease, CancellationToken cancel = default);

    Task ReleaseLease(string name, string holder, CancellationToken cancel = default);

    /// <summary>Where a named reader of the tail stands (mt_event_progression); 0 if it never ran.</summary>
    Task<long> ReadProgress(string name, CancellationToken cancel = default);

    /// <summary>Moves a reader on and writes its rows in one transaction.</summary>
    Task SaveProgress(string name, long seq, IReadOnlyCollection<RowChange> rows, CancellationToken cancel = default);

    /// <summary>Completes when this process appended something after the call, or after <paramref name="atMost"/>.</summary>
    Task WaitForAppend(TimeSpan atMost, CancellationToken cancel = default);

    /// <summary>Tells waiting readers to look again (a peer said so, or a timer moved).</summary>
    void Wake();
}

/// <summary>Events in sequence order, and the position up to which the sequence is settled (gaps included).</summary>
public sealed record TailBatch(IReadOnlyList<StoredEvent> Events, long Position);
