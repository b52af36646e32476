using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Hotline.Cases;
using Hotline.Store;

namespace Hotline.Duty;

/// <summary>A calendar program may read this person's duty under a secret address from now on; an earlier one is dead. Kept is its
/// hash alone.</summary>
public sealed record CalendarAddressMade(string Hash, Actor By) : Happening;

public sealed record CalendarAddressRevoked(Actor By) : Happening;

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

    public required Guid Person { get; init; }
    public long Version { get; init; }
    public string? CalendarHash { get; init; }

    public StaffFile Evolve(Recorded recorded)
    {
        var next = recorded.What switch
        {
            CalendarAddressMade e => this with { CalendarHash = e.Hash },
            CalendarAddressRevoked => this with { CalendarHash = null },
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
        [new(StaffFile.Row, RowOp.Upsert, [file.Person, file.Version, null, null, null, file.CalendarHash])];

    protected override IEnumerable<TimerChange> Timers(StaffFile before, StaffFile after) => [];
}
