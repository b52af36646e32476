using Hotline.Store;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>Business time: the system's, plus an offset that the database keeps for all nodes. Outside the demo the offset is
/// nought and never looked for. It only grows, so business time never runs backwards by it.</summary>
public sealed class DemoClock(HotlineOptions options, Databases databases, TimeProvider time) : IBusinessClock
{
    /// <summary>A demo that jumps further than this is a slip of the pen.</summary>
    public static readonly TimeSpan AdvanceMax = TimeSpan.FromDays(366);

    private long _offsetTicks;

    /// <summary>Whole microseconds: what PostgreSQL keeps, so a row rebuilt from events equals the one written live.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var now = time.GetUtcNow() + Offset;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }

    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    /// <summary>Moves business time on; kept in the database before anybody here sees it. Answers the new time.</summary>
    public async Task<DateTimeOffset> Advance(TimeSpan by, CancellationToken cancel = default)
    {
        if (!options.Demo) throw new InvalidOperationException("There is no demo clock outside the demo.");
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(by, AdvanceMax);
        await using var move = databases.Main.CreateCommand("""
            insert into hotline.settings as s (name, value) values ('demo_clock', to_jsonb($1))
            on conflict (name) do update set value = to_jsonb((s.value #>> '{}')::bigint + $1)
            returning (value #>> '{}')::bigint
            """);
        move.Parameters.Add(new() { Value = by.Ticks });
        Raise((long)(await move.ExecuteScalarAsync(cancel))!);
        return Now;
    }

    /// <summary>Takes over what another node moved.</summary>
    public async Task Refresh(CancellationToken cancel = default)
    {
        await using var read = databases.Main.CreateCommand(
            "select (value #>> '{}')::bigint from hotline.settings where name = 'demo_clock'");
        if (await read.ExecuteScalarAsync(cancel) is long ticks) Raise(ticks);
    }

    private void Raise(long ticks)
    {
        var seen = Interlocked.Read(ref _offsetTicks);
        while (seen < ticks)
        {
            var before = Interlocked.CompareExchange(ref _offsetTicks, ticks, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
