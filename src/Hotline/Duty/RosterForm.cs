using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hotline.Duty;

/// <summary>A roster as somebody sent it; errors by field.</summary>
public sealed record RosterForm(string Division, string Role, string TimeZone, ImmutableArray<Shift> Shifts)
{
    public const int ShiftsMax = 200;
    private const int RotationsMax = 20;
    private const int TurnsMax = 50;
    private const int DaysEachMax = 31;

    public ImmutableArray<Rotation> Rotations { get; init; } = [];

    /// <summary>Whoever sends it has seen that hours stay uncovered.</summary>
    public bool AcknowledgeGaps { get; init; }

    public IEnumerable<Guid> People => Shifts.Select(s => s.Person).Concat(Rotations.SelectMany(r => r.People)).Distinct();

    public static (RosterForm? Form, IReadOnlyDictionary<string, string[]> Errors) Read(JsonElement body)
    {
        var errors = new Dictionary<string, string[]>();
        var division = Word(body, "division", errors);
        if (division is not null && (division.Length is not (6 or 9 or 12) || !division.All(char.IsAsciiDigit)))
            errors["division"] = ["须为 6、9 或 12 位区划代码。 A division code has 6, 9 or 12 digits."];
        var role = Word(body, "role", errors);
        var zone = Word(body, "timeZone", errors);
        if (zone is not null && Zones.Find(zone) is null) errors["timeZone"] = ["没有这个时区。 There is no such time zone."];
        var shifts = ImmutableArray.CreateBuilder<Shift>();
        if (!body.TryGetProperty("shifts", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > ShiftsMax)
            errors["shifts"] = [$"须为不超过 {ShiftsMax} 个班次的列表。 A list of at most {ShiftsMax} shifts."];
        else
            foreach (var (item, i) in list.EnumerateArray().Select((item, i) => (item, i)))
            {
                if (ShiftOf(item) is { } shift) shifts.Add(shift);
                else errors[$"shifts[{i}]"] = ["班次须有 person、days（1–7）、from、to（HH:mm），only 可选 Workdays、RestDays。 A shift needs person, days 1–7, from and to as HH:mm; only may be Workdays or RestDays."];
            }
        var rotations = ReadRotations(body, errors);
        return errors.Count > 0 ? (null, errors) : (new(division!, role!, zone!, shifts.ToImmutable())
        {
            Rotations = rotations, AcknowledgeGaps = Bodies.Flag(body, "acknowledgeGaps"),
        }, errors);
    }

    private static ImmutableArray<Rotation> ReadRotations(JsonElement body, Dictionary<string, string[]> errors)
    {
        if (!body.TryGetProperty("rotations", out var list) || list.ValueKind == JsonValueKind.Null) return [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > RotationsMax)
        {
            errors["rotations"] = [$"须为不超过 {RotationsMax} 个轮班的列表。 A list of at most {RotationsMax} rotations."];
            return [];
        }
        var rotations = list.EnumerateArray().Select(RotationOf).ToList();
        for (var i = 0; i < rotations.Count; i++)
            if (rotations[i] is null)
                errors[$"rotations[{i}]"] = ["轮班须有 people、starts（YYYY-MM-DD）、daysEach（1–31）、from、to（HH:mm）。 A rotation needs people, starts as YYYY-MM-DD, daysEach 1–31, from and to as HH:mm."];
        return [.. rotations.OfType<Rotation>()];
    }

    private static Rotation? RotationOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && Bodies.People(item, "people") is { Length: > 0 and <= TurnsMax } people
        && item.TryGetProperty("starts", out var starts) && starts.ValueKind == JsonValueKind.String
        && DateOnly.TryParseExact(starts.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 2020 and <= 2199
        && item.TryGetProperty("daysEach", out var each) && each.ValueKind == JsonValueKind.Number && each.TryGetInt32(out var days) && days is >= 1 and <= DaysEachMax
        && Time(item, "from") is { } from && Time(item, "to") is { } to && IsDayKind(item, out var only)
            ? new Rotation(people, day, days, from, to, only)
            : null;

    private static bool IsDayKind(JsonElement item, out string? only)
    {
        only = null;
        if (!item.TryGetProperty("only", out var value) || value.ValueKind == JsonValueKind.Null) return true;
        only = value.ValueKind == JsonValueKind.String ? value.GetString() : "";
        return only is DayKinds.Workdays or DayKinds.RestDays;
    }

    private static string? Word(JsonElement body, string name, Dictionary<string, string[]> errors)
    {
        if (body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= 64 } text)
            return text;
        errors[name] = ["必填。 Required."];
        return null;
    }

    private static Shift? ShiftOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && Bodies.Person(item, "person") is { } who
        && item.TryGetProperty("days", out var days) && Days(days) is { } on
        && Time(item, "from") is { } from && Time(item, "to") is { } to && IsDayKind(item, out var only)
            ? new Shift(who, on, from, to, only)
            : null;

    private static ImmutableArray<int>? Days(JsonElement days)
    {
        if (days.ValueKind != JsonValueKind.Array || days.GetArrayLength() is 0 or > 7) return null;
        var on = days.EnumerateArray().Select(d => d.ValueKind == JsonValueKind.Number && d.TryGetInt32(out var day) ? day : 0).ToImmutableArray();
        return on.All(d => d is >= 1 and <= 7) ? [.. on.Distinct().Order()] : null;
    }

    /// <summary>24:00 is the end of the day, which a time of day writes as 00:00.</summary>
    private static TimeOnly? Time(JsonElement item, string name)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        var text = value.GetString() is "24:00" ? "00:00" : value.GetString();
        return TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }
}
