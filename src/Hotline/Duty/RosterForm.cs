using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hotline.Duty;

/// <summary>A roster as somebody sent it; errors by field.</summary>
public sealed record RosterForm(string Division, string Role, string TimeZone, ImmutableArray<Shift> Shifts)
{
    public const int ShiftsMax = 200;

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
                else errors[$"shifts[{i}]"] = ["班次须有 person、days（1–7）、from、to（HH:mm）。 A shift needs person, days 1–7, from and to as HH:mm."];
            }
        return errors.Count == 0 ? (new(division!, role!, zone!, shifts.ToImmutable()), errors) : (null, errors);
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
        && item.TryGetProperty("person", out var person) && person.ValueKind == JsonValueKind.String && person.TryGetGuid(out var who)
        && item.TryGetProperty("days", out var days) && Days(days) is { } on
        && Time(item, "from") is { } from && Time(item, "to") is { } to
            ? new Shift(who, on, from, to)
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
