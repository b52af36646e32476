using System.Collections.Immutable;

namespace Hotline.Store;

/// <summary>An event that is about to be written. <paramref name="Data"/> is a JSON object; <paramref name="Type"/> is the
/// name under which it is stored (snake_case, ours, never a CLR name).</summary>
public sealed record NewEvent(Guid Id, string Type, string Data);

/// <summary>The events a command adds to one stream. <paramref name="Expected"/> is the version the writer saw: 0 starts the
/// stream. <paramref name="Kind"/> is kept as the stream's type (report, case, page …).</summary>
public sealed record StreamWrite(Guid Stream, string Kind, long Expected, ImmutableArray<NewEvent> Events);

/// <summary>What one command wants to be true after it: everything in one transaction, or nothing.</summary>
public sealed record StoreCommand
{
    /// <summary>Kept as the events' causation id; an unknown outcome is resolved by looking it up.</summary>
    public required Guid Id { get; init; }

    /// <summary>Business time; stored as the events' timestamp. Never the database's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public string? UserName { get; init; }
    public string? CorrelationId { get; init; }
    public ImmutableArray<StreamWrite> Streams { get; init; } = [];
    public ImmutableArray<RowChange> Rows { get; init; } = [];
    public ImmutableArray<OutboxMessage> Outbox { get; init; } = [];
    public ImmutableArray<TimerChange> Timers { get; init; } = [];
}

/// <summary>The four ends of an append. A refusal is a value; a refused command left no trace.</summary>
public abstract record Appended
{
    private Appended() { }

    /// <summary>Committed. <paramref name="LastSeq"/> is the highest sequence number it used (0 when it wrote no event).</summary>
    public sealed record Done(long LastSeq) : Appended;

    /// <summary>A stream stood at <paramref name="Actual"/>, not at the expected version.</summary>
    public sealed record VersionMoved(Guid Stream, long Actual) : Appended;

    /// <summary>A <see cref="RowOp.Claim"/> found its key taken.</summary>
    public sealed record KeyTaken(string Table, ImmutableArray<object?> Key) : Appended;

    /// <summary>The database refused it for another reason; certainly not committed.</summary>
    public sealed record RolledBack(Exception Why) : Appended;

    /// <summary>The connection broke at commit and the look-up could not settle it either. Never resend blindly.</summary>
    public sealed record Unknown(Exception Why) : Appended;
}

public enum RowOp
{
    /// <summary>Insert or replace. Where the row set has a version column, an older version changes nothing.</summary>
    Upsert,
    Delete,
    InsertIfAbsent,

    /// <summary>Insert, or refuse the whole command with <see cref="Appended.KeyTaken"/>.</summary>
    Claim,
}

/// <summary>A change of one row; <paramref name="Values"/> follow the columns of the set (key columns alone for Delete).</summary>
public sealed record RowChange(RowSet Set, RowOp Op, ImmutableArray<object?> Values);

/// <summary>A column as PostgreSQL names its type: uuid, text, bigint, boolean, timestamptz, jsonb, bytea.</summary>
public sealed record Column(string Name, string Type);

/// <summary>A table that rooms may write inside an append. The first <paramref name="KeyColumns"/> columns are its key.
/// <paramref name="VersionColumn"/>, if any, makes upserts monotonic.</summary>
public sealed record RowSet(string Table, ImmutableArray<Column> Columns, int KeyColumns, string? VersionColumn = null);

/// <summary>An effect to carry out after commit. <paramref name="NotBefore"/> is machine time (null: at once). Those above 0 in
/// <paramref name="Urgency"/> can be claimed before whatever else waits, the highest first.</summary>
public sealed record OutboxMessage(Guid Id, string Topic, string Payload, DateTimeOffset? NotBefore = null, int Urgency = 0);

/// <summary>A timer is one row under its key; setting it again moves it. DueAt is business time.</summary>
public abstract record TimerChange(string Key)
{
    public sealed record Set(string Key, string Kind, Guid Stream, DateTimeOffset DueAt, string? Payload = null) : TimerChange(Key);

    public sealed record Cancel(string Key) : TimerChange(Key);
}
