using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;

namespace Hotline.Tests.Year;

/// <summary>The people of a county's duty, their plans, and whoever takes another's place: kept here a second time, by other code
/// than the one under test.</summary>
internal sealed class Staff
{
    public const string County = "440199";
    public const string City = "440100";
    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);
    private static readonly (string Role, string Division, int People)[] Roles =
        [("DutyOfficer", County, 6), ("DutySupervisor", County, 3), ("CountyOfficer", County, 2), ("CitySupervisor", City, 2), ("PoliceLiaison", County, 2)];

    private readonly List<(string Role, ShiftOverride Override)> overrides = [];
    private readonly List<Absence> absences = [];

    public Staff(SeededIds ids) =>
        People = Roles.ToImmutableDictionary(r => r.Role, r => Enumerable.Range(1, r.People).Select(n => new Actor(ids.New(), $"{r.Role}-{n}", r.Role)).ToImmutableArray());

    public ImmutableDictionary<string, ImmutableArray<Actor>> People { get; }

    public IEnumerable<(string Role, string Division)> Rosters => Roles.Select(r => (r.Role, r.Division));

    public int Changes => overrides.Count + absences.Count;

    public Actor Who(Guid person) => People.Values.SelectMany(p => p).Single(p => p.Id == person);

    /// <summary>Officers by day and by night, each weekday another pair; the others a day each in turn.</summary>
    public ImmutableArray<Shift> Plan(string role) =>
    [
        .. Enumerable.Range(1, 7).SelectMany(day => role == "DutyOfficer"
            ? new[] { new Shift(Planned(role, day, night: false), [day], new(8, 0), new(20, 0)), new Shift(Planned(role, day, night: true), [day], new(20, 0), new(8, 0)) }
            : [new Shift(Planned(role, day, night: false), [day], new(0, 0), new(0, 0))]),
    ];

    public void Replace(string role, ShiftOverride by) => overrides.Add((role, by));

    public void Miss(Absence absence) => absences.Add(absence);

    /// <summary>Who should be on duty: an override that covers the moment, the last one made, else the plan; nobody who is away.</summary>
    public Guid? On(string role, DateTimeOffset at)
    {
        var local = at.ToOffset(Zone);
        var night = role == "DutyOfficer" && local.Hour is < 8 or >= 20;
        var day = role == "DutyOfficer" && local.Hour < 8 ? local.AddDays(-1) : local;
        var planned = Planned(role, day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek, night && role == "DutyOfficer");
        foreach (var (of, over) in overrides)
            if (of == role && over.From <= at && at < over.Until) planned = over.Person;
        return absences.Exists(a => a.Person == planned && a.From <= at && at < a.Until) ? null : planned;
    }

    private Guid Planned(string role, int day, bool night) => People[role][(day + (night ? 3 : 0)) % People[role].Length].Id;

    public static bool Sleeps(DateTimeOffset at) => at.ToOffset(Zone).Hour is >= 23 or < 6;

    public static DateTimeOffset NextMorning(DateTimeOffset at)
    {
        var local = at.ToOffset(Zone);
        var morning = new DateTimeOffset(local.Date.AddHours(8), Zone);
        return morning > at ? morning : morning.AddDays(1);
    }

    public static bool AtWork(DateTimeOffset at) => at.ToOffset(Zone) is { Hour: >= 8 and < 18 };
}
