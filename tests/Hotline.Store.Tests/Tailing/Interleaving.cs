using Npgsql;

namespace Hotline.Store.Tests.Tailing;

/// <summary>One random order of drawing, writing, committing, rolling back and reading, replayed by its seed. Ours and
/// foreign writers take turns; the reader looks whenever the dice say so.</summary>
internal sealed class Interleaving(int seed, NpgsqlDataSource source)
{
    private const int StepsMax = 36;
    private const int OpenMax = 4;

    private readonly Random _dice = new(seed);
    private readonly PostgresStore _store = new(source, TimeProvider.System);
    private readonly Dictionary<Guid, long> _versions = [];
    private readonly List<Open> _open = [];
    private readonly List<StoredEvent> _seen = [];
    private long _position;

    private sealed class Open(ForeignWriter writer, Guid stream, long version)
    {
        public ForeignWriter Writer => writer;
        public Guid Stream => stream;
        public long Version { get; set; } = version;
        public bool Drawn { get; set; }
    }

    public IReadOnlyList<StoredEvent> Seen => _seen;

    public async Task Run(long start)
    {
        _position = start;
        for (var i = 0; i < 3; i++) _versions[Guid.CreateVersion7()] = 0;
        for (var step = 0; step < StepsMax; step++) await Step();
        while (_open.Count > 0)
        {
            await Advance(_open[_dice.Next(_open.Count)], end: true);
            await Look();
        }
        while (await Look()) { }
    }

    private Task Step() => _dice.Next(10) switch
    {
        < 2 => Begin(),
        < 4 => AppendOurs(),
        < 7 => _open.Count > 0 ? Advance(_open[_dice.Next(_open.Count)], end: false) : Begin(),
        _ => Look(),
    };

    private async Task Begin()
    {
        if (_open.Count >= OpenMax || Free() is not { } stream) return;
        var open = new Open(await ForeignWriter.Begin(source), stream, _versions[stream]);
        _open.Add(open);
        if (_dice.Next(2) == 0) await Draw(open);
    }

    private Guid? Free()
    {
        if (_dice.Next(3) == 0) _versions[Guid.CreateVersion7()] = 0;
        Guid[] free = [.. _versions.Keys.Where(s => _open.TrueForAll(o => o.Stream != s))];
        return free.Length > 0 ? free[_dice.Next(free.Length)] : null;
    }

    private static async Task Draw(Open open)
    {
        await open.Writer.Draw();
        open.Drawn = true;
    }

    private async Task Advance(Open open, bool end)
    {
        if (!end && _dice.Next(3) == 0 && !open.Drawn)
        {
            await Draw(open);
        }
        else if (!end && _dice.Next(2) == 0)
        {
            await open.Writer.Write(open.Stream, ++open.Version);
            open.Drawn = false;
        }
        else
        {
            _open.Remove(open);
            var commits = _dice.Next(3) > 0;
            if (commits) await open.Writer.Commit();
            else await open.Writer.Rollback();
            if (commits) _versions[open.Stream] = open.Version;
            await open.Writer.DisposeAsync();
        }
    }

    private async Task AppendOurs()
    {
        if (Free() is not { } stream) return;
        NewEvent[] events = [.. Enumerable.Range(0, _dice.Next(1, 4)).Select(_ => new NewEvent(Guid.CreateVersion7(), "noted", "{}"))];
        // Sometimes with a wrong version: a refusal may not leave a gap that nobody closes.
        var expected = _versions[stream] + (_dice.Next(5) == 0 ? 1 : 0);
        var end = await _store.Append(new StoreCommand
        {
            Id = Guid.CreateVersion7(),
            At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
            Streams = [new(stream, "case", expected, [.. events])],
        });
        if (end is Appended.Done) _versions[stream] += events.Length;
        else end.ShouldBe(new Appended.VersionMoved(stream, _versions[stream]));
    }

    private async Task<bool> Look()
    {
        var batch = await _store.ReadTail(_position, _dice.Next(1, 5));
        _seen.AddRange(batch.Events);
        _position = batch.Position;
        return batch.Events.Count > 0;
    }
}
