using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>A calendar program may read this person's duty under a secret address from now on; an earlier one is dead. Kept is its
/// hash alone.</summary>
public sealed record CalendarAddressMade(string Hash, Actor By) : Happening;

public sealed record CalendarAddressRevoked(Actor By) : Happening;

/// <summary>A number was made or replaced; both channels are on.</summary>
public sealed record ContactKept(Guid Number) : Happening;

/// <summary>A code goes to this number by text. The code itself is nowhere kept: it follows from the challenge and a sealed key.</summary>
/// <param name="Number">Where the number lies sealed; another number needs a code of its own.</param>
public sealed record ContactCodeSent(Guid Challenge, Guid Number, Actor By) : Happening;

public sealed record ContactCodeMissed(Guid Challenge, Actor By) : Happening;

public sealed record ContactVerified(Guid Number, Actor By) : Happening;

public sealed record TrainingRecorded(DateOnly On, Actor By) : Happening;

/// <summary>No more of this channel to this person: opted out, the number is none, a drill failed.</summary>
public sealed record ChannelTurnedOff(string Channel, string Why, string Division) : Happening
{
    /// <summary>The drill that took it: whoever keeps the rosters hears of all that it took at once.</summary>
    public Guid? Drill { get; init; }
}

public sealed record ChannelTurnedOn(string Channel) : Happening;

/// <summary>A code that is out.</summary>
public sealed record Challenge(Guid Id, Guid Number, DateTimeOffset SentAt, int Missed);

/// <summary>What is true of a member of staff as far as duty goes; the stream bears the account's id.</summary>
public sealed record StaffFile
{
    public const string KindName = "staff";

    public static readonly RowSet Row = new(
        "hotline.staff",
        [
            new("person", "uuid"), new("version", "bigint"), new("verified_number", "uuid"), new("verified_at", "timestamptz"),
            new("trained_on", "text"), new("calendar_hash", "text"),
        ],
        KeyColumns: 1, VersionColumn: "version");

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public required Guid Person { get; init; }
    public long Version { get; init; }
    public string? CalendarHash { get; init; }
    public Challenge? Challenge { get; init; }

    /// <summary>When codes were sent within the last hour.</summary>
    public ImmutableArray<DateTimeOffset> Codes { get; init; } = [];

    public Guid? VerifiedNumber { get; init; }
    public DateTimeOffset? VerifiedAt { get; init; }
    public DateOnly? TrainedOn { get; init; }
    public ImmutableHashSet<string> Off { get; init; } = [];

    public StaffFile Evolve(Recorded recorded)
    {
        var at = recorded.At;
        var next = recorded.What switch
        {
            CalendarAddressMade e => this with { CalendarHash = e.Hash },
            CalendarAddressRevoked => this with { CalendarHash = null },
            ContactCodeSent e => this with { Challenge = new(e.Challenge, e.Number, at, 0), Codes = [.. Codes.Where(c => c > at - Hour), at] },
            ContactCodeMissed => this with { Challenge = Challenge is { } open ? open with { Missed = open.Missed + 1 } : null },
            ContactVerified e => this with { VerifiedNumber = e.Number, VerifiedAt = at, Challenge = null },
            TrainingRecorded e => this with { TrainedOn = e.On },
            ChannelTurnedOff e => this with { Off = Off.Add(e.Channel) },
            ChannelTurnedOn e => this with { Off = Off.Remove(e.Channel) },
            _ => this,
        };
        return next with { Version = recorded.Version };
    }

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

public sealed class StaffKind() : StreamKind<StaffFile>(StaffFile.KindName)
{
    protected override StaffFile Start(Guid id) => new() { Person = id };

    protected override StaffFile Evolve(StaffFile file, Recorded recorded) => file.Evolve(recorded);

    protected override long VersionOf(StaffFile file) => file.Version;

    protected override IEnumerable<RowChange> Rows(StaffFile file) =>
    [
        new(StaffFile.Row, RowOp.Upsert,
        [
            file.Person, file.Version, file.VerifiedNumber, file.VerifiedAt?.ToUniversalTime(),
            file.TrainedOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), file.CalendarHash,
        ]),
    ];

    protected override IEnumerable<TimerChange> Timers(StaffFile before, StaffFile after) => [];
}
