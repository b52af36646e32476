using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Hotline.Workflow;

/// <summary>Facts stand on the file for guards to read. They are plain, so they only ever come from constants and coded fields.</summary>
public static class Facts
{
    /// <summary>The facts after a step: every value is read from the facts as they stood before it.</summary>
    public static ImmutableDictionary<string, string> After(
        ImmutableDictionary<string, string> facts, Step step, JsonObject values, DateTimeOffset now, string by)
    {
        var after = facts.ToBuilder();
        foreach (var (fact, word) in step.Sets)
            if (Value(word, facts, step, values, now, by) is { } value) after[fact] = value;
        return after.ToImmutable();
    }

    private static string? Value(
        string word, ImmutableDictionary<string, string> facts, Step step, JsonObject values, DateTimeOffset now, string by)
    {
        if (!word.StartsWith('$')) return word;
        if (word == "$now") return now.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        if (word == "$by") return by;
        var name = word[1..];
        // A field left empty leaves the fact as it was; a name that is no field of this form is a fact.
        return step.Form.Any(field => field.Name == name) ? Word(values[name]) : facts.GetValueOrDefault(name);
    }

    private static string? Word(JsonNode? value) => value switch
    {
        null => null,
        JsonArray list => string.Join(",", list.Select(Word)),
        _ => value.ToString(),
    };
}
