using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Hotline.Duty;

/// <summary>Reads single values of a duty body; null is "not there or not such a value".</summary>
internal static class Bodies
{
    public static Guid? Person(JsonElement body, string name) => Text(body, name) is { } text && Guid.TryParse(text, out var who) ? who : null;

    public static ImmutableArray<Guid>? People(JsonElement body, string name)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return null;
        var people = list.EnumerateArray()
            .Select(p => p.ValueKind == JsonValueKind.String && p.TryGetGuid(out var who) ? who : (Guid?)null).ToList();
        return people.Contains(null) ? null : [.. people.OfType<Guid>()];
    }

    public static DateTimeOffset? Moment(JsonElement body, string name) =>
        Text(body, name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;

    public static bool Flag(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
