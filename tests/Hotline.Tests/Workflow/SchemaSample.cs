using System.Globalization;
using System.Text.Json.Nodes;

namespace Hotline.Tests.Workflow;

/// <summary>Makes a body from a JSON Schema alone, as a stranger would: it knows nothing of steps or fields.</summary>
public sealed class SchemaSample(int seed)
{
    private readonly Random chance = new(seed);

    public JsonNode? Of(JsonNode schema)
    {
        if (schema["oneOf"] is JsonArray choices) return choices[chance.Next(choices.Count)]!["const"]!.DeepClone();
        return schema["type"]!.GetValue<string>() switch
        {
            "object" => Object(schema),
            "boolean" => chance.Next(2) == 0,
            "integer" => Integer(schema),
            "array" => List(schema),
            _ => Text(schema),
        };
    }

    private JsonObject Object(JsonNode schema)
    {
        var required = schema["required"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
        var body = new JsonObject();
        foreach (var (name, property) in schema["properties"]!.AsObject())
            if (required.Contains(name) || chance.Next(2) == 0) body[name] = Of(property!);
        return body;
    }

    private JsonNode Integer(JsonNode schema)
    {
        var (least, most) = (schema["minimum"]!.GetValue<int>(), schema["maximum"]!.GetValue<int>());
        long[] picks = [least, most, chance.NextInt64(least, (long)most + 1)];
        var pick = picks[chance.Next(3)];
        return chance.Next(2) == 0 ? JsonValue.Create(pick) : JsonNode.Parse(pick.ToString(CultureInfo.InvariantCulture) + ".0")!;
    }

    private JsonArray List(JsonNode schema)
    {
        var all = schema["items"]!["oneOf"]!.AsArray().Select(item => item!["const"]!.GetValue<string>()).ToArray();
        chance.Shuffle(all);
        var least = schema["minItems"]?.GetValue<int>() ?? 0;
        return [.. all.Take(chance.Next(least, all.Length + 1)).Select(word => (JsonNode)word)];
    }

    private JsonNode Text(JsonNode schema)
    {
        var format = schema["format"]?.GetValue<string>();
        if (format is null) return Words(schema["maxLength"]!.GetValue<int>(), schema["minLength"]?.GetValue<int>() ?? 0);
        var year = chance.Next(1900, 2200);
        var month = chance.Next(1, 13);
        var day = $"{year:0000}-{month:00}-{chance.Next(1, DateTime.DaysInMonth(year, month) + 1):00}";
        if (format == "date") return day;
        var second = chance.Next(2) == 0 ? "" : "." + chance.Next(0, 10_000_000).ToString("0000000", CultureInfo.InvariantCulture)[..chance.Next(1, 8)];
        var offset = chance.Next(2) == 0 ? "Z" : $"{"+-"[chance.Next(2)]}{chance.Next(0, 14):00}:{chance.Next(0, 60):00}";
        return $"{day}T{chance.Next(0, 24):00}:{chance.Next(0, 60):00}:{chance.Next(0, 60):00}{second}{offset}";
    }

    // Odd but lawful: rare characters, controls, the odd spaces of which some count as blank and some do not.
    private static readonly string[] Letters = ["a", "童", "𠮷", "\u0085", "\u0001", "\"", "\\", "\u200b", "\u3000", " ", "\n", "é"];

    private string Words(int most, int least)
    {
        var length = new[] { most, least, chance.Next(least, Math.Min(most, 40) + 1) }[chance.Next(3)];
        var words = Enumerable.Range(0, length).Select(_ => Letters[chance.Next(Letters.Length)]).ToArray();
        if (least > 0) words[chance.Next(length)] = new[] { "x", "\u0085", "𠮷" }[chance.Next(3)];
        return string.Concat(words);
    }
}
