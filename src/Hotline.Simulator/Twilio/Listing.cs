using System.Globalization;

namespace Hotline.Simulator.Twilio;

/// <summary>Pages of a list, newest first, and the filters on a moment that end in a sign.</summary>
public static class Listing
{
    const int PageSizeMax = 1000;

    public static IResult Page<T>(
        HttpRequest request, string name, IReadOnlyList<T> newestFirst, Func<T, string> sid, Func<T, object> resource)
    {
        var query = request.Query;
        var size = Math.Clamp(Number(query["PageSize"], 50), 1, PageSizeMax);
        var page = Math.Max(0, Number(query["Page"], 0));
        var shown = newestFirst.Skip(page * size).Take(size).ToList();
        var more = newestFirst.Count > (page + 1) * size;
        string Uri(int at, string token) => request.Path + QueryString.Create(query
            .Where(pair => pair.Key is not ("Page" or "PageSize" or "PageToken"))
            .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))
            .Append(new("PageSize", $"{size}")).Append(new("Page", $"{at}"))
            .Concat(token.Length > 0 ? [new KeyValuePair<string, string?>("PageToken", token)] : []));
        return Results.Json(new Dictionary<string, object?>
        {
            [name] = shown.Select(resource).ToList(),
            ["end"] = Math.Max(0, page * size + shown.Count - 1),
            ["first_page_uri"] = Uri(0, ""),
            ["next_page_uri"] = more ? Uri(page + 1, "PA" + sid(shown[^1])) : null,
            ["page"] = page,
            ["page_size"] = size,
            ["previous_page_uri"] = page > 0 ? Uri(page - 1, "PB" + (shown.Count > 0 ? sid(shown[0]) : "")) : null,
            ["start"] = page * size,
            ["uri"] = Uri(page, ""),
        });
    }

    /// <summary>Whether the moment passes <c>Name</c> (the day), <c>Name&gt;</c> and <c>Name&lt;</c> of the
    /// query.</summary>
    public static bool Passes(IQueryCollection query, string name, DateTimeOffset at) =>
        (Given(query, name) is not { } day || at.UtcDateTime.Date == day.UtcDateTime.Date)
        && (Given(query, name + ">") is not { } from || at >= from)
        && (Given(query, name + "<") is not { } to || at <= to);

    static DateTimeOffset? Given(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var text) && text.ToString() is { Length: > 0 } given ? Rfc2822.Parse(given) : null;

    static int Number(string? text, int otherwise) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
