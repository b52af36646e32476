using System.Collections.Immutable;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>What the write path and the tail must know of a kind of stream: how it folds, which rows and timers follow from
/// its state. Rows and timers are derived here and nowhere else, so a rebuild gives what the live write gave.</summary>
public abstract class StreamKind(string name)
{
    public string Name => name;

    public abstract object Empty(Guid id);

    public abstract object Evolve(object file, Recorded recorded);

    public abstract long VersionOf(object file);

    public abstract IEnumerable<RowChange> Rows(object file);

    /// <summary>Timers to set or cancel because the file went from <paramref name="before"/> to <paramref name="after"/>.</summary>
    public abstract IEnumerable<TimerChange> Timers(object before, object after);

    public object Fold(Guid id, IEnumerable<StoredEvent> events) => events.Aggregate(Empty(id), (file, e) => Evolve(file, Codec.Read(e)));
}

/// <summary>A kind whose file is <typeparamref name="TFile"/>.</summary>
public abstract class StreamKind<TFile>(string name) : StreamKind(name) where TFile : class
{
    public sealed override object Empty(Guid id) => Start(id);

    public sealed override object Evolve(object file, Recorded recorded) => Evolve((TFile)file, recorded);

    public sealed override long VersionOf(object file) => VersionOf((TFile)file);

    public sealed override IEnumerable<RowChange> Rows(object file) => Rows((TFile)file);

    public sealed override IEnumerable<TimerChange> Timers(object before, object after) => Timers((TFile)before, (TFile)after);

    protected abstract TFile Start(Guid id);

    protected abstract TFile Evolve(TFile file, Recorded recorded);

    protected abstract long VersionOf(TFile file);

    protected abstract IEnumerable<RowChange> Rows(TFile file);

    protected abstract IEnumerable<TimerChange> Timers(TFile before, TFile after);
}

/// <summary>The kinds of this server, by name.</summary>
public sealed class StreamKinds(IEnumerable<StreamKind> kinds)
{
    private readonly ImmutableDictionary<string, StreamKind> byName = kinds.ToImmutableDictionary(k => k.Name);

    public StreamKind? Find(string? name) => name is not null && byName.TryGetValue(name, out var kind) ? kind : null;

    public StreamKind this[string name] => byName[name];
}
