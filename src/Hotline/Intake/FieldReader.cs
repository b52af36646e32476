using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hotline.Intake;

/// <summary>Takes fields out of a JSON object one by one. What cannot be read as its field wants is put aside, never refused;
/// what was never asked for is put aside at the end.</summary>
internal sealed class FieldReader
{
    // A report may nest as deep as its bytes allow; the serializer itself would stop at 64.
    private static readonly JsonWriterOptions AnyDepth = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = IntakeDesk.BodyBytesMax };
    private readonly Dictionary<string, JsonElement> left = new(StringComparer.Ordinal);
    private const int NameMax = 80;
    private readonly string path;
    private readonly List<Aside> aside;

    public FieldReader(JsonElement source, string path, List<Aside> aside)
    {
        this.path = path;
        this.aside = aside;
        foreach (var property in source.EnumerateObject())
        {
            // The last of several counts, as JSON readers have it; the earlier ones are not lost.
            if (left.TryGetValue(property.Name, out var earlier)) aside.Add(new Aside(path + Short(property.Name), "repeated-field", earlier.GetRawText()));
            left[property.Name] = property.Value;
        }
    }

    public string? Text(string name, int lengthMax)
    {
        if (Take(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String) return Put<string>(name, "not-text", value);
        var text = Word(value);
        if (text.Contains('\uFFFD', StringComparison.Ordinal)) aside.Add(new Aside(path + name, "characters-replaced", value.GetRawText()));
        if (text.Length <= lengthMax) return text.Length == 0 ? null : text;
        aside.Add(new Aside(path + name, "too-long", value.GetRawText()));
        return text[..(char.IsHighSurrogate(text[lengthMax - 1]) ? lengthMax - 1 : lengthMax)];
    }

    public string? Word(string name, FrozenSet<string> allowed)
    {
        if (Take(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String && allowed.TryGetValue(Word(value), out var known)
            ? known
            : Put<string>(name, "unknown-value", value);
    }

    /// <summary>Yes, no or unknown, also as a boolean or with capitals. What cannot be read was answered all the same: it is unknown,
    /// not unasked, and kept as it came.</summary>
    public string? Answer(string name)
    {
        if (Take(name) is not { } value) return null;
        var said = value.ValueKind switch
        {
            JsonValueKind.True => "yes",
            JsonValueKind.False => "no",
            JsonValueKind.String => Word(value).Trim().ToLowerInvariant(),
            _ => "",
        };
        return ReportVocabulary.Answers.TryGetValue(said, out var known) ? known : Put<string>(name, "unknown-value", value) ?? "unknown";
    }

    public ImmutableArray<string> Words(string name, FrozenSet<string> allowed)
    {
        if (Take(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) { Put<string>(name, "not-a-list", value); return []; }
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var item in value.EnumerateArray())
            if (item.ValueKind == JsonValueKind.String && allowed.TryGetValue(Word(item), out var known)) words.Add(known);
            else aside.Add(new Aside(path + name, "unknown-value", item.GetRawText()));
        return [.. words.Distinct()];
    }

    public bool? Flag(string name)
    {
        if (Take(name) is not { } value) return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : Put<bool?>(name, "not-a-boolean", value);
    }

    public int? Number(string name, int min, int max)
    {
        if (Take(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : Put<int?>(name, "out-of-range", value);
    }

    /// <summary>A moment with its offset, not later than <paramref name="latest"/> if given.</summary>
    public DateTimeOffset? Moment(string name, DateTimeOffset? latest = null)
    {
        if (Take(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.String || !HasOffset(Word(value)) || !DateTimeOffset.TryParse(
                Word(value), CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment))
            return Put<DateTimeOffset?>(name, "not-a-moment", value);
        if (moment.UtcDateTime.Year is < 1990 or > 2200) return Put<DateTimeOffset?>(name, "out-of-range", value);
        return latest is { } limit && moment > limit ? Put<DateTimeOffset?>(name, "in-the-future", value) : moment;
    }

    public string? Date(string name, DateOnly latest)
    {
        if (Take(name) is not { } value) return null;
        return value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(Word(value), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date <= latest && date.Year > 1900
                ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : Put<string>(name, "not-a-date", value);
    }

    public FieldReader? Object(string name)
    {
        if (Take(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return new FieldReader(value, $"{path}{name}.", aside);
        Put<string>(name, "not-an-object", value);
        return null;
    }

    public IEnumerable<FieldReader> Objects(string name, int most)
    {
        if (Take(name) is not { } value) yield break;
        if (value.ValueKind != JsonValueKind.Array) { Put<string>(name, "not-a-list", value); yield break; }
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{path}{name}[{index}]";
            if (index++ >= most) aside.Add(new Aside(at, "too-many", item.GetRawText()));
            else if (item.ValueKind == JsonValueKind.Object) yield return new FieldReader(item, at + ".", aside);
            else aside.Add(new Aside(at, "not-an-object", item.GetRawText()));
        }
    }

    /// <summary>A list kept as the JSON it came as (injury findings), sealed as a whole.</summary>
    public string? Raw(string name)
    {
        if (Take(name) is not { } value) return null;
        if (value.ValueKind != JsonValueKind.Array) return Put<string>(name, "not-a-list", value);
        if (value.GetArrayLength() == 0) return null;
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, AnyDepth)) value.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.ToArray()).Normalize();
    }

    /// <summary>Positions in another list of the same body.</summary>
    public ImmutableArray<int> Indexes(string name, int count)
    {
        if (Take(name) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) { Put<string>(name, "not-a-list", value); return []; }
        var indexes = ImmutableArray.CreateBuilder<int>();
        foreach (var item in value.EnumerateArray())
            if (item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var index) && index >= 0 && index < count) indexes.Add(index);
            else aside.Add(new Aside(path + name, "unknown-value", item.GetRawText()));
        return [.. indexes.Distinct()];
    }

    private JsonElement? Take(string name) =>
        left.Remove(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    public void Rest()
    {
        foreach (var (name, value) in left)
            if (value.ValueKind != JsonValueKind.Null) aside.Add(new Aside(path + Short(name), "unknown-field", value.GetRawText()));
    }

    /// <summary>NFC; NUL and lone surrogates were mended before the body was parsed.</summary>
    private static string Word(JsonElement value) => value.GetString()!.Normalize();

    private static string Short(string name) =>
        name.Length <= NameMax ? name : name[..(char.IsHighSurrogate(name[NameMax - 1]) ? NameMax - 1 : NameMax)];

    private static bool HasOffset(string text) =>
        text.Length >= 17 && (text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':'));

    private T? Put<T>(string name, string code, JsonElement value)
    {
        aside.Add(new Aside(path + name, code, value.GetRawText()));
        return default;
    }
}
