using System.Collections.Immutable;
using System.Text.Json;

namespace Hotline.Http;

/// <summary>The reason that a person gives for what cannot be undone: the body's "reason", 1 to 500 characters.</summary>
public static class Reasons
{
    public const int Max = 500;

    /// <summary>422 with the field that is missing or too long.</summary>
    public static Problem Missing { get; } = new(422, "invalid")
    {
        Members = ImmutableDictionary<string, object?>.Empty.Add(
            "errors", new Dictionary<string, string[]> { ["reason"] = [$"请填写理由（不超过 {Max} 字）。 Give a reason of at most {Max} characters."] }),
    };

    public static string? Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("reason", out var value) && value.ValueKind == JsonValueKind.String
        && value.GetString()!.Trim() is { Length: > 0 and <= Max } reason ? reason : null;
}
