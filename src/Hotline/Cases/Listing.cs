using System.Text.Json.Serialization;

namespace Hotline.Cases;

/// <summary>A list's answer: its items, and the cursor of what comes after them; null says that this was all.</summary>
public sealed record Listing<T>(
    IEnumerable<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Cursor);

public static class Listing
{
    public static Listing<T> Of<T>(IEnumerable<T> items, string? cursor) => new(items, cursor);
}
