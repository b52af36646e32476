using System.Text;

namespace Hotline.Simulator.Twilio;

/// <summary>A decoded form in the order sent; names keep their case, as the provider's do.</summary>
public sealed class FormBody(IReadOnlyList<KeyValuePair<string, string>> fields)
{
    const int BytesMax = 256 * 1024;

    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; } = fields;

    public string? this[string name] => Fields.FirstOrDefault(field => field.Key == name) is { Key: not null } field
        && field.Value.Length > 0 ? field.Value : null;

    public IEnumerable<string> All(string name) =>
        Fields.Where(field => field.Key == name).Select(field => field.Value);

    public static async Task<FormBody> Read(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentType?.StartsWith("application/x-www-form-urlencoded",
            StringComparison.OrdinalIgnoreCase) != true)
            return new([]);
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancel);
        return text.Length > BytesMax ? new([]) : Parse(text);
    }

    public static FormBody Parse(string text) => new([.. text.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => KeyValuePair.Create(Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : ""))]);

    static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
