using Hotline.Cases;
using Hotline.Duty;
using Hotline.Workflow;

namespace Hotline.Tests.Duty;

/// <summary>A county's duty officers: Ling, Wen and Bao, and a calendar with the National Day of 2026.</summary>
internal static class DutyWorld
{
    public static readonly Guid Ling = new("00000000-0000-0000-0000-000000000001");
    public static readonly Guid Wen = new("00000000-0000-0000-0000-000000000002");
    public static readonly Guid Bao = new("00000000-0000-0000-0000-000000000003");
    public static readonly int[] Daily = [1, 2, 3, 4, 5, 6, 7];
    public static readonly DateTimeOffset SaturdayNineInChina = new(2026, 11, 21, 9, 0, 0, TimeSpan.FromHours(8));
    public static readonly RosterKind Kind = new();

    /// <summary>1–7 October are off, Saturday the 10th is a make-up workday.</summary>
    public static readonly WorkCalendar Calendar = new(
        [2026], [.. Enumerable.Range(1, 7).Select(day => new DateOnly(2026, 10, day))], [new(2026, 10, 10)],
        new(9, 0), new(17, 30), "Asia/Shanghai", new("test", Mark.Design));

    public static RosterFile Weekly(params Shift[] shifts) => new()
    {
        Id = Guid.NewGuid(), Version = 1, Division = "440199", Role = "DutyOfficer", TimeZone = "Asia/Shanghai", Shifts = [.. shifts],
    };

    public static Shift On(Guid who, string from, string to, params int[] days) => new(who, [.. days], TimeOnly.Parse(from), TimeOnly.Parse(to));

    public static DateTimeOffset China(int month, int day, int hour, int minute = 0) => new(2026, month, day, hour, minute, 0, TimeSpan.FromHours(8));

    public static Scene Scene(Guid by, bool acknowledged = false, DateTimeOffset? now = null) =>
        new(new Actor(by, "x", "DutyOfficer"), now ?? SaturdayNineInChina, Calendar, TimeSpan.FromDays(14), acknowledged);

    /// <summary>The roster after an accepted decision.</summary>
    public static RosterFile Then(this RosterFile roster, Decision decision, DateTimeOffset? at = null) =>
        decision.ShouldBeOfType<Decision.Accepted>().Writings.Single(w => w.Stream == roster.Id).Events.Aggregate(
            roster, (file, e) => file.Evolve(new Recorded(e, file.Version + 1, at ?? SaturdayNineInChina)));

    public static string Refused(this Decision decision) => decision.ShouldBeOfType<Decision.Refused>().Problem.Code;
}
