using System.Text.Json.Nodes;

namespace Hotline.Simulation;

/// <summary>Fills a step's JSON Schema with something that satisfies it, knowing nothing but the schema.</summary>
public static class SchemaFiller
{
    public static JsonObject Fill(JsonNode schema, Random random, DateTimeOffset now)
    {
        var required = schema["required"]?.AsArray().Select(r => r!.GetValue<string>()).ToHashSet() ?? [];
        var body = new JsonObject();
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
            if (required.Contains(name) || random.Next(3) > 0) body[name] = Value(field!, random, now);
        return body;
    }

    private static JsonNode Value(JsonNode field, Random random, DateTimeOffset now)
    {
        if (field["oneOf"] is JsonArray choices) return Pick(choices, random)["const"]!.DeepClone();
        if (field["enum"] is JsonArray values) return Pick(values, random).DeepClone();
        return field["type"]?.GetValue<string>() switch
        {
            "boolean" => random.Next(5) > 0,
            "integer" => random.Next(field["minimum"]?.GetValue<int>() ?? 0, (field["maximum"]?.GetValue<int>() ?? 100) + 1),
            "array" => new JsonArray(Value(field["items"]!, random, now)),
            _ => Text(field, random, now),
        };
    }

    private static string Text(JsonNode field, Random random, DateTimeOffset now) => field["format"]?.GetValue<string>() switch
    {
        "date-time" => now.AddMinutes(-random.Next(1, 120)).ToString("yyyy-MM-ddTHH:mm:sszzz"),
        "date" => now.AddDays(random.Next(0, 30)).ToString("yyyy-MM-dd"),
        _ => new string('记', Math.Clamp(random.Next(1, 12), field["minLength"]?.GetValue<int>() ?? 1, field["maxLength"]?.GetValue<int>() ?? 12)),
    };

    /// <summary>The first choice of a form is the common one: half the time it is taken.</summary>
    private static JsonNode Pick(JsonArray from, Random random) => from[random.Next(2) == 0 ? 0 : random.Next(from.Count)]!;
}
