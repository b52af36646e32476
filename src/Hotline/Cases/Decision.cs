using System.Collections.Immutable;
using Hotline.Http;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>What a decision wants written to one stream: the file it saw and what happens to it.</summary>
public sealed record Writing(StreamKind Kind, Guid Stream, object Before, ImmutableArray<Happening> Events)
{
    public static Writing To(StreamKind kind, Guid stream, object before, params ImmutableArray<Happening> events) =>
        new(kind, stream, before, events);
}

/// <summary>A stream after its writing: what reactions look at.</summary>
public sealed record Change(StreamKind Kind, Guid Stream, object Before, object After, ImmutableArray<Happening> Events);

/// <summary>The outcome of deciding: a business no is a value.</summary>
public abstract record Decision
{
    private Decision() { }

    public sealed record Refused(Problem Problem) : Decision;

    /// <summary>Nothing to do (a timer whose reason is gone, a callback seen before). Timers may still be settled.</summary>
    public sealed record Nothing(params ImmutableArray<TimerChange> Timers) : Decision;

    public sealed record Accepted(params ImmutableArray<Writing> Writings) : Decision
    {
        public ImmutableArray<RowChange> Rows { get; init; } = [];

        /// <summary>Rows that tell what came of it, reactions included.</summary>
        public Func<ImmutableArray<Change>, ImmutableArray<RowChange>>? RowsOf { get; init; }

        public ImmutableArray<OutboxMessage> Outbox { get; init; } = [];
        public ImmutableArray<TimerChange> Timers { get; init; } = [];
    }
}

/// <summary>What came of a write.</summary>
public abstract record Written
{
    private Written() { }

    /// <param name="Load">What the decision read, with what was written: whoever shows the outcome need not read it again.</param>
    public sealed record Done(ImmutableArray<Change> Changes, Loader Load) : Written
    {
        public TFile File<TFile>(Guid stream) => (TFile)Changes.Last(c => c.Stream == stream).After;
    }

    public sealed record Nothing : Written;

    public sealed record Refused(Problem Problem) : Written;

    /// <summary>An idempotency key or another claim was taken meanwhile: look it up and answer what it answered.</summary>
    public sealed record Claimed : Written;
}

/// <summary>Hears what a room must do because of a change elsewhere: more writings, in the same transaction.</summary>
public interface IReaction
{
    Task<IReadOnlyList<Writing>> React(Change change, Loader load, DateTimeOffset now, CancellationToken cancel);
}
