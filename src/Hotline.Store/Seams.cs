namespace Hotline.Store;

/// <summary>Business time: system time plus an offset the database keeps (0 outside the demo). Clocks, timers and events use
/// it; leases, HTTP time-outs and sessions use machine time (<see cref="TimeProvider"/>).</summary>
public interface IBusinessClock
{
    DateTimeOffset Now { get; }
}

/// <summary>Where new ids and random numbers come from, so that a seed can replay a night.</summary>
public interface IIds
{
    Guid New();

    /// <summary>Random characters from an alphabet without look-alikes, e.g. for receipts: not guessable.</summary>
    string Code(int length);
}
