using System.Collections.Immutable;
using Hotline.Http;
using Hotline.Store;

namespace Hotline.Cases;

/// <summary>Reads streams for one decision and remembers what it read, so that the append expects just those versions.</summary>
public sealed class Loader(IEventStore store, StreamKinds kinds)
{
    private readonly Dictionary<Guid, object> files = [];
    private readonly Dictionary<string, object> asked = [];

    public async Task<TFile> Load<TFile>(string kind, Guid id, CancellationToken cancel) where TFile : class
    {
        if (files.TryGetValue(id, out var known)) return (TFile)known;
        var file = kinds[kind].Fold(id, await store.Read(id, 0, cancel));
        files[id] = file;
        return (TFile)file;
    }

    /// <summary>Whatever else a request must know only once: the first answer serves all who ask again.</summary>
    public async Task<T> Once<T>(string question, Func<Task<T>> ask) where T : notnull
    {
        if (asked.TryGetValue(question, out var known)) return (T)known;
        var answer = await ask();
        asked[question] = answer;
        return answer;
    }

    public StreamKind Kind(string name) => kinds[name];

    internal void Replace(Guid id, object file) => files[id] = file;
}

/// <summary>The one write path: load, decide, react, append. A moved version is decided again on what is there now; a caller
/// who insists on a version is refused by its own decision then.</summary>
public sealed class Writer(
    IEventStore store, StreamKinds kinds, IEnumerable<IReaction> reactions, IIds ids, ILogger<Writer> log)
{
    private const int RacesMax = 12;
    private const int ReactionsMax = 200;

    /// <summary>Decides and writes. <paramref name="decide"/> may run several times and must have no effect of its own.</summary>
    /// <param name="read">What the caller has read already and decides on first; if it moved, the append says so.</param>
    public async Task<Written> Write(
        string? user, DateTimeOffset now, Func<Loader, Task<Decision>> decide, string? correlation = null, Loader? read = null)
    {
        for (var race = 0; race < RacesMax; race++)
        {
            var load = race == 0 && read is not null ? read : new Loader(store, kinds);
            switch (await decide(load))
            {
                case Decision.Refused no:
                    return new Written.Refused(no.Problem);
                case Decision.Nothing nothing:
                    if (nothing.Timers.Length > 0)
                        await store.Append(new StoreCommand { Id = ids.New(), At = now, Timers = nothing.Timers }, CancellationToken.None);
                    return new Written.Nothing();
                case Decision.Accepted yes:
                    var changes = await Spread(yes, load, now);
                    switch (await store.Append(Command(user, now, correlation, yes, changes), CancellationToken.None))
                    {
                        case Appended.Done: return new Written.Done(changes, load);
                        case Appended.KeyTaken: return new Written.Claimed();
                        case Appended.VersionMoved moved: log.Raced(moved.Stream, moved.Actual); continue;
                        case Appended.RolledBack rolled: throw new StoreFailed(rolled.Why);
                        case Appended.Unknown unknown: throw new StoreFailed(unknown.Why);
                    }
                    break;
            }
        }
        return new Written.Refused(new Problem(409, "busy"));
    }

    /// <summary>Folds each writing and lets the rooms react, until nobody has anything to add.</summary>
    private async Task<ImmutableArray<Change>> Spread(Decision.Accepted decision, Loader load, DateTimeOffset now)
    {
        var changes = new List<Change>();
        var queue = new Queue<Writing>(decision.Writings);
        while (queue.TryDequeue(out var writing))
        {
            if (writing.Events.IsEmpty) continue;
            if (changes.Count > ReactionsMax) throw new InvalidOperationException("Reactions go round in a circle.");
            var earlier = changes.FindLast(c => c.Stream == writing.Stream);
            var before = earlier?.After ?? writing.Before;
            var after = Fold(writing.Kind, before, writing.Events, now);
            var change = new Change(writing.Kind, writing.Stream, before, after, writing.Events);
            changes.Add(change);
            load.Replace(writing.Stream, after);
            foreach (var reaction in reactions)
                foreach (var more in await reaction.React(change, load, now, CancellationToken.None)) queue.Enqueue(more);
        }
        return [.. changes];
    }

    private static object Fold(StreamKind kind, object file, ImmutableArray<Happening> events, DateTimeOffset now)
    {
        var version = kind.VersionOf(file);
        return events.Aggregate(file, (f, e) => kind.Evolve(f, new Recorded(e, ++version, now)));
    }

    private StoreCommand Command(
        string? user, DateTimeOffset now, string? correlation, Decision.Accepted decision, ImmutableArray<Change> changes)
    {
        var streams = changes.GroupBy(c => c.Stream).Select(g => new
        {
            g.First().Kind, Stream = g.Key, g.First().Before, g.Last().After,
            Events = g.SelectMany(c => c.Events).Select(e => Codec.Write(ids.New(), e)).ToImmutableArray(),
        }).ToList();
        return new StoreCommand
        {
            Id = ids.New(), At = now, UserName = user, CorrelationId = correlation,
            Streams = [.. streams.Select(s => new StreamWrite(s.Stream, s.Kind.Name, s.Kind.VersionOf(s.Before), s.Events))],
            Rows = [.. decision.Rows, .. decision.RowsOf?.Invoke(changes) ?? [], .. streams.SelectMany(s => s.Kind.Rows(s.After))],
            Outbox = decision.Outbox,
            Timers = [.. decision.Timers, .. streams.SelectMany(s => s.Kind.Timers(s.Before, s.After))],
        };
    }
}

/// <summary>The append ended rolled back or unknown. The edge answers 503; whoever repeats under the same key is safe.</summary>
public sealed class StoreFailed(Exception why) : Exception("The store could not settle a command.", why);

internal static partial class WriterLog
{
    [LoggerMessage(2101, LogLevel.Debug, "Stream {Stream} moved to {Actual} meanwhile; deciding again")]
    public static partial void Raced(this ILogger log, Guid stream, long actual);
}
