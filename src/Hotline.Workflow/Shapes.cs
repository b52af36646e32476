using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotline.Workflow;

/// <summary>Reads one field's value as JSON Schema understands it.</summary>
internal static partial class Shapes
{
    public const int TextMax = 1000;

    /// <summary>yes, no, or unknown (asked, but not known); absent means not asked.</summary>
    public static readonly ImmutableArray<Option> Answers =
        [new("yes", new("是", "Yes")), new("no", new("否", "No")), new("unknown", new("不清楚", "Unknown"))];

    // Real days only, 1900 to 2199, leap years included: what the pattern lets through is a date.
    private const string Day =
        "(?:(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)" +
        "|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:19|20|21)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)";

    public const string DatePattern = "^" + Day + "$";

    public const string DateTimePattern = "^" + Day + Time + "$";

    // In .NET "$" would let a line break through behind it; \z does not.
    private const string Time = "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,7})?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])";

    [GeneratedRegex("^" + Day + @"\z")]
    private static partial Regex DateShape { get; }

    [GeneratedRegex("^" + Day + Time + @"\z")]
    private static partial Regex DateTimeShape { get; }

    /// <returns>What is wrong, or null; then <paramref name="value"/> is the clean value, null when left empty.</returns>
    public static FieldError? Read(Field field, JsonElement given, IReadOnlyList<Option>? choices, out JsonNode? value)
    {
        value = null;
        if (given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return field.Required ? Wrong(field, "required", "必填", "This field is required") : null;
        return field.Type switch
        {
            FieldType.Boolean => Boolean(field, given, out value),
            FieldType.Integer => Integer(field, given, out value),
            FieldType.Refs => List(field, given, choices!, out value),
            _ => String(field, given, choices, out value),
        };
    }

    private static FieldError? Boolean(Field field, JsonElement given, out JsonNode? value)
    {
        value = given.ValueKind is JsonValueKind.True or JsonValueKind.False ? given.GetBoolean() : null;
        return value is null ? Wrong(field, "not-a-boolean", "应为“是”或“否”（true/false）", "It must be true or false") : null;
    }

    private static FieldError? Integer(Field field, JsonElement given, out JsonNode? value)
    {
        value = null;
        // JSON Schema calls 3.0 and 3e0 integers too.
        if (given.ValueKind != JsonValueKind.Number || !given.TryGetDecimal(out var number) || decimal.Truncate(number) != number)
            return Wrong(field, "not-an-integer", "应为整数", "It must be a whole number");
        var (least, most) = (field.Min ?? int.MinValue, field.Max ?? int.MaxValue);
        if (number < least || number > most)
            return Wrong(field, "out-of-range", $"应在 {least} 与 {most} 之间", $"It must lie between {least} and {most}");
        value = (long)number;
        return null;
    }

    private static FieldError? List(Field field, JsonElement given, IReadOnlyList<Option> choices, out JsonNode? value)
    {
        value = null;
        if (given.ValueKind != JsonValueKind.Array) return Wrong(field, "not-a-list", "应为列表", "It must be a list");
        var words = given.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? Text(item) : null).ToList();
        if (words.Any(word => word is null || choices.All(option => option.Value != word))) return NotAmong(field);
        if (words.Distinct().Count() != words.Count) return Wrong(field, "repeated", "不得重复", "Nothing may stand twice");
        if (words.Count == 0) return field.Required ? Wrong(field, "required", "必填", "This field is required") : null;
        value = new JsonArray([.. words.Select(word => (JsonNode)word!)]);
        return null;
    }

    private static FieldError? String(Field field, JsonElement given, IReadOnlyList<Option>? choices, out JsonNode? value)
    {
        value = null;
        if (given.ValueKind != JsonValueKind.String) return Wrong(field, "not-a-text", "应为文字", "It must be a text");
        var text = Text(given);
        if (choices is not null && choices.All(option => option.Value != text)) return NotAmong(field);
        if (field.Type == FieldType.DateTime && !DateTimeShape.IsMatch(text))
            return Wrong(field, "not-a-time", "应为时间，如 2026-11-21T08:55:00+08:00", "It must be a time like 2026-11-21T08:55:00+08:00");
        if (field.Type == FieldType.Date && !DateShape.IsMatch(text))
            return Wrong(field, "not-a-date", "应为日期，如 2026-11-21", "It must be a date like 2026-11-21");
        if (field.Type == FieldType.Text)
        {
            if (field.Required && text.All(Blank)) return Wrong(field, "required", "必填", "This field is required");
            var most = field.MaxLength ?? TextMax;
            // JSON Schema counts characters, not the halves that make up rare ones.
            if (text.Length > most && text.EnumerateRunes().Count() > most)
                return Wrong(field, "too-long", $"最多 {most} 字", $"It may have {most} characters at most");
            if (text.Length == 0) return null;
        }
        value = text;
        return null;
    }

    /// <summary>The string; half a surrogate pair, which JSON may carry and .NET refuses to read, becomes U+FFFD.</summary>
    private static string Text(JsonElement given)
    {
        try
        {
            return given.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescaped(given.GetRawText()[1..^1]);
        }
    }

    public static string Name(JsonProperty pair)
    {
        try
        {
            return pair.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    private static string Unescaped(string raw)
    {
        var text = new StringBuilder();
        for (var at = 0; at < raw.Length; at++)
        {
            if (raw[at] != '\\') text.Append(raw[at]);
            else if (raw[++at] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                at += 4;
            }
            else text.Append(raw[at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var other => other });
        }
        return string.Concat(text.ToString().EnumerateRunes().Select(rune => rune.ToString()));
    }

    /// <summary>White space as ECMA-262 knows it, since that is what a pattern's \S means.</summary>
    private static bool Blank(char c) => c is '\t' or '\n' or '\v' or '\f' or '\r' or ' ' or '\u00a0' or '\u1680'
        or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000' or '\ufeff';

    private static FieldError NotAmong(Field field) => Wrong(field, "not-a-choice", "不是可选项", "It is none of the choices");

    private static FieldError Wrong(Field field, string code, string zh, string en) => new(field.Name, code, zh, en);
}
