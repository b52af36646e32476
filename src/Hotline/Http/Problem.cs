using System.Collections.Immutable;
using System.Globalization;

namespace Hotline.Http;

/// <summary>A refusal as the edge tells it: RFC 9457, a stable <c>type</c> (urn:hotline:CODE), words in the reader's language.</summary>
public sealed class Problem(int status, string code, params ImmutableArray<object> args) : IResult
{
    /// <summary>Further members, e.g. <c>errors</c> by field or <c>events</c> since the reader's version.</summary>
    public ImmutableDictionary<string, object?> Members { get; init; } = ImmutableDictionary<string, object?>.Empty;

    public int Status => status;

    public string Code => code;

    public async Task ExecuteAsync(HttpContext http)
    {
        var (title, detail) = ProblemTexts.Of(code, Languages.Of(http.Request));
        var body = new Dictionary<string, object?>
        {
            ["type"] = $"urn:hotline:{code}",
            ["title"] = title,
            ["status"] = status,
            ["detail"] = string.Format(CultureInfo.InvariantCulture, detail, [.. args]),
            ["traceId"] = http.TraceIdentifier,
        };
        foreach (var (name, value) in Members) body[name] = value;
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(body, (System.Text.Json.JsonSerializerOptions?)null, "application/problem+json", http.RequestAborted);
    }
}

/// <summary>zh-CN unless the reader asks for English first.</summary>
public static class Languages
{
    public static string Of(HttpRequest request)
    {
        foreach (var wish in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(w => w.Quality ?? 1))
        {
            if (wish.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase)) return "zh";
            if (wish.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)) return "en";
        }
        return "zh";
    }
}
