using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotline.Workflow;

/// <summary>What is wrong with one field of a form; <see cref="Field"/> is empty when it is the body itself.</summary>
public sealed record FieldError(string Field, string Code, string Zh, string En);

/// <summary>A form as filled in: its clean values, or everything that is wrong with it.</summary>
public abstract record Filled
{
    private Filled() { }

    /// <summary>Strings, booleans, whole numbers and lists of strings by field name; fields left empty are absent.</summary>
    public sealed record Accepted(JsonObject Values) : Filled;

    public sealed record Refused(ImmutableArray<FieldError> Errors) : Filled;
}

/// <summary>A step's form as JSON Schema 2020-12, and the judgement of a body. Both read the same shapes
/// (<see cref="Shapes"/>), so that whatever satisfies the schema is accepted.</summary>
public static class Forms
{
    public static JsonNode Schema(Step step, Func<string, IReadOnlyList<Option>> refs)
    {
        var properties = new JsonObject();
        foreach (var field in step.Form)
            if (Choices(field, refs) is not { Count: 0 } || field.Required)
                properties[field.Name] = Property(field, Choices(field, refs));
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["type"] = "object",
            ["title"] = step.Title.Zh,
            ["x-title"] = Both(step.Title),
            ["properties"] = properties,
            ["required"] = new JsonArray([.. step.Form.Where(field => field.Required).Select(field => (JsonNode)field.Name)]),
            ["additionalProperties"] = false,
            ["x-rules"] = new JsonArray([.. Rules(step).Select(rule => (JsonNode)Both(rule))]),
        };
    }

    /// <summary>Why the form cannot be filled in now: a required reference with nothing to choose.</summary>
    public static ImmutableArray<Text> Unfillable(Step step, Func<string, IReadOnlyList<Option>> refs) =>
        [.. step.Form.Where(field => field.Required && Choices(field, refs) is { Count: 0 }).Select(field =>
            new Text($"“{field.Label.Zh}”目前没有可选项", $"There is nothing to choose for '{field.Label.En}' now"))];

    /// <summary>Judges a body; an absent body is an empty form.</summary>
    /// <param name="now">When given, fields that say "past" may not lie later than five minutes from it.</param>
    public static Filled Validate(
        Step step, JsonElement body, Func<string, IReadOnlyList<Option>> refs, DateTimeOffset? now = null)
    {
        if (body.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
            return new Filled.Refused([new("", "not-an-object", "内容应为 JSON 对象", "The body must be a JSON object")]);
        var errors = ImmutableArray.CreateBuilder<FieldError>();
        var values = new JsonObject();
        var given = new Dictionary<string, JsonElement>();
        if (body.ValueKind == JsonValueKind.Object)
            foreach (var pair in body.EnumerateObject()) given[Shapes.Name(pair)] = pair.Value;
        foreach (var name in given.Keys.Where(name => step.Form.All(field => field.Name != name)))
            errors.Add(new(name, "unknown-field", "没有这个字段", "There is no such field"));
        foreach (var field in step.Form)
            if (Shapes.Read(field, given.GetValueOrDefault(field.Name), Choices(field, refs), out var value) is { } wrong)
                errors.Add(wrong);
            else if (value is not null && field.Past && now is { } moment && Later(value, moment))
                errors.Add(new(field.Name, "in-the-future", "不得晚于现在", "It may not lie in the future"));
            else if (value is not null)
                values[field.Name] = value;
        return errors.Count > 0 ? new Filled.Refused(errors.ToImmutable()) : new Filled.Accepted(values);
    }

    /// <summary>Rules of the step, and those its fields bring that JSON Schema cannot say.</summary>
    public static IEnumerable<Text> Rules(Step step) => step.Rules.Concat(step.Form.Where(field => field.Past).Select(field =>
        new Text($"“{field.Label.Zh}”不得晚于现在", $"'{field.Label.En}' may not lie in the future")));

    private static bool Later(JsonNode value, DateTimeOffset now) => DateTimeOffset.Parse(
        value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) > now.AddMinutes(ClockSkewMinutes);

    /// <summary>Two clocks never agree; domain 8.0 lets an event time be five minutes ahead.</summary>
    private const int ClockSkewMinutes = 5;

    private static IReadOnlyList<Option>? Choices(Field field, Func<string, IReadOnlyList<Option>> refs) => field.Type switch
    {
        FieldType.Choice => field.Options,
        FieldType.Answer => Shapes.Answers,
        FieldType.Ref or FieldType.Refs => refs(field.Ref ?? ""),
        _ => null,
    };

    private static JsonObject Property(Field field, IReadOnlyList<Option>? choices)
    {
        var schema = new JsonObject { ["title"] = field.Label.Zh, ["x-title"] = Both(field.Label), ["x-sensitivity"] = field.Sensitivity };
        switch (field.Type)
        {
            case FieldType.Boolean:
                schema["type"] = "boolean";
                break;
            case FieldType.Integer:
                schema["type"] = "integer";
                schema["minimum"] = field.Min ?? int.MinValue;
                schema["maximum"] = field.Max ?? int.MaxValue;
                break;
            case FieldType.Refs:
                schema["type"] = "array";
                schema["items"] = OneOf(new() { ["type"] = "string" }, choices!);
                schema["uniqueItems"] = true;
                if (field.Required) schema["minItems"] = 1;
                break;
            default:
                schema["type"] = "string";
                Narrow(schema, field, choices);
                break;
        }
        return schema;
    }

    private static void Narrow(JsonObject schema, Field field, IReadOnlyList<Option>? choices)
    {
        if (choices is not null) OneOf(schema, choices);
        if (field.Type == FieldType.Text)
        {
            schema["maxLength"] = field.MaxLength ?? Shapes.TextMax;
            if (field.Required) (schema["minLength"], schema["pattern"]) = (1, @"\S");
        }
        // Formats are only notes in 2020-12, so the shape is said by a pattern too: whoever ignores formats errs in neither way.
        if (field.Type == FieldType.DateTime) (schema["format"], schema["pattern"]) = ("date-time", Shapes.DateTimePattern);
        if (field.Type == FieldType.Date) (schema["format"], schema["pattern"]) = ("date", Shapes.DatePattern);
    }

    /// <summary>An empty oneOf is no valid schema; "nothing fits" is said by not: {}.</summary>
    private static JsonObject OneOf(JsonObject schema, IReadOnlyList<Option> choices)
    {
        if (choices.Count == 0) schema["not"] = new JsonObject();
        else
            schema["oneOf"] = new JsonArray([.. choices.Select(option => (JsonNode)new JsonObject
            {
                ["const"] = option.Value, ["title"] = option.Label.Zh, ["x-title"] = Both(option.Label),
            })]);
        return schema;
    }

    private static JsonObject Both(Text text) => new() { ["zh"] = text.Zh, ["en"] = text.En };
}
