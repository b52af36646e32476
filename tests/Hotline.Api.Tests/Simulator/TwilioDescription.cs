using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hotline.Api.Tests.Simulator;

/// <summary>
/// Judges requests and responses by Twilio's strict OpenAPI description. An empty list means that nothing is wrong.
/// Names are checked too: a misspelt optional name is the error that no server reports.
/// </summary>
public static class TwilioDescription
{
    static readonly JsonNode Document = TwilioFiles.Read("twilio_api_v2010.strict.json");
    static readonly Schema Schemas = new(Document);

    /// <summary>Checks path, authentication, content type and every name and value of a request.</summary>
    public static IReadOnlyList<string> CheckRequest(HttpRequestMessage request, string? body)
    {
        var url = request.RequestUri!;
        if (Operation(request.Method.Method, url.AbsolutePath) is not { } operation)
            return [$"no operation {request.Method} {url.AbsolutePath}"];
        var wrong = new List<string>();
        if (request.Headers.Authorization is not { Scheme: "Basic", Parameter.Length: > 0 })
            wrong.Add("no basic authentication");
        CheckQuery(operation, url, wrong);
        if (operation["requestBody"]?["content"]?["application/x-www-form-urlencoded"]?["schema"] is { } schema)
        {
            if (request.Content?.Headers.ContentType?.MediaType != "application/x-www-form-urlencoded")
                wrong.Add($"content type is {request.Content?.Headers.ContentType}");
            wrong.AddRange(Schemas.Check(Form(body ?? "", Schemas.Resolve(schema)), schema, "form"));
        }
        else if (!string.IsNullOrEmpty(body)) wrong.Add("this operation takes no body");
        return wrong;
    }

    /// <summary>Checks a response by the schema of the operation and status that it answers.</summary>
    public static IReadOnlyList<string> CheckResponse(string method, string path, int status, string? contentType,
        string body)
    {
        var end = path.IndexOf('?', StringComparison.Ordinal);
        if (Operation(method, end < 0 ? path : path[..end]) is not { } operation)
            return [$"no operation {method} {path}"];
        if (operation["responses"]?[status.ToString(CultureInfo.InvariantCulture)] is not { } response)
            return [$"status {status} is not described"];
        if (response["content"]?["application/json"]?["schema"] is not { } schema)
            return body.Length == 0 ? [] : ["a body where none is described"];
        if (contentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            return [$"content type is {contentType}"];
        try
        {
            return [.. Schemas.Check(JsonNode.Parse(body), schema, "body")];
        }
        catch (JsonException trouble)
        {
            return [$"not JSON: {trouble.Message}"];
        }
    }

    static JsonNode? Operation(string method, string path) => Document["paths"]!.AsObject()
        .FirstOrDefault(known => Matches(known.Key, path)).Value?[method.ToLowerInvariant()];

    static bool Matches(string template, string path) => Regex.IsMatch(
        path, "^" + Regex.Escape(template).Replace("\\{AccountSid}", "AC[0-9a-fA-F]{32}", StringComparison.Ordinal)
            .Replace("\\{Sid}", "[A-Z]{2}[0-9a-fA-F]{32}", StringComparison.Ordinal)
            .Replace("\\{QueueSid}", "QU[0-9a-fA-F]{32}", StringComparison.Ordinal)
            .Replace("\\{CallSid}", "CA[0-9a-fA-F]{32}", StringComparison.Ordinal) + "$");

    static void CheckQuery(JsonNode operation, Uri url, List<string> wrong)
    {
        var known = operation["parameters"]?.AsArray().Where(one => (string?)one!["in"] == "query")
            .ToDictionary(one => (string)one!["name"]!, one => one!["schema"]!) ?? [];
        foreach (var (name, value) in Pairs(url.Query.TrimStart('?')))
        {
            if (!known.TryGetValue(name, out var schema)) wrong.Add($"unknown query name {name}");
            else wrong.AddRange(Schemas.Check(Typed(value, Schemas.Resolve(schema)), schema, name));
        }
    }

    // Repeated names become arrays, digits become numbers, where the schema wants them.
    static JsonObject Form(string body, JsonNode schema)
    {
        var form = new JsonObject();
        foreach (var field in Pairs(body).GroupBy(pair => pair.Name, pair => pair.Value))
        {
            var property = schema["properties"]?[field.Key] is { } given ? Schemas.Resolve(given) : null;
            var array = (string?)property?["type"] == "array";
            form[field.Key] = array || field.Count() > 1
                ? new JsonArray([.. field.Select(value => (JsonNode?)JsonValue.Create(value))])
                : Typed(field.Single(), property);
        }
        return form;
    }

    static JsonNode Typed(string value, JsonNode? schema) => (string?)schema?["type"] switch
    {
        "integer" when long.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
        "boolean" when bool.TryParse(value, out var flag) => flag,
        _ => value,
    };

    static IEnumerable<(string Name, string Value)> Pairs(string text) =>
        text.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.IndexOf("%3E=", StringComparison.OrdinalIgnoreCase) is var at and >= 0
            ? [pair[..(at + 3)], pair[(at + 4)..]] : pair.Split('=', 2))
        .Select(pair => (Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : ""));

    static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>The part of OpenAPI 3.0's schemas that the description uses.</summary>
sealed class Schema(JsonNode document)
{
    public JsonNode Resolve(JsonNode schema) => (string?)schema["$ref"] is { } reference
        ? reference.Split('/')[1..].Aggregate(document, (node, name) => node[name]!)
        : schema;

    public IEnumerable<string> Check(JsonNode? value, JsonNode given, string at)
    {
        var schema = Resolve(given);
        foreach (var all in Listed(schema, "allOf")) foreach (var wrong in Check(value, all, at)) yield return wrong;
        if (schema["anyOf"] is JsonArray any && !any.Any(one => !Check(value, one!, at).Any()))
            yield return $"{at}: none of {any.ToJsonString()} holds";
        if (value is null)
        {
            var nullable = (bool?)schema["nullable"] == true || (bool?)given["nullable"] == true
                || schema["type"] is null;
            if (!nullable) yield return $"{at}: null";
            yield break;
        }
        foreach (var wrong in (string?)schema["type"] switch
        {
            "object" or null when value is JsonObject members => Members(members, schema, at),
            "array" when value is JsonArray items =>
                items.SelectMany((item, index) => Check(item, schema["items"]!, $"{at}[{index}]")),
            "string" when value.GetValueKind() == JsonValueKind.String => Text((string)value!, schema, at),
            "integer" when value.GetValueKind() == JsonValueKind.Number => Number(value, schema, at),
            "boolean" when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [],
            null => [],
            var type => [$"{at}: {value.ToJsonString()} is no {type}"],
        }) yield return wrong;
    }

    IEnumerable<string> Members(JsonObject members, JsonNode schema, string at)
    {
        foreach (var name in Listed(schema, "required").Select(one => (string)one!))
        {
            if (!members.ContainsKey(name)) yield return $"{at}.{name}: missing";
        }
        foreach (var (name, value) in members)
        {
            if (schema["properties"]?[name] is { } property)
            {
                foreach (var wrong in Check(value, property, $"{at}.{name}")) yield return wrong;
            }
            else if (schema["additionalProperties"] is JsonValue closed && closed.GetValueKind() == JsonValueKind.False)
                yield return $"{at}.{name}: no such name";
        }
    }

    static IEnumerable<string> Text(string text, JsonNode schema, string at)
    {
        if (schema["enum"] is JsonArray words && !words.Any(word => (string?)word == text))
            yield return $"{at}: {text} is none of its words";
        if ((string?)schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern))
            yield return $"{at}: {text} is not like {pattern}";
        if (text.Length < ((int?)schema["minLength"] ?? 0)) yield return $"{at}: too short";
        if (text.Length > ((int?)schema["maxLength"] ?? int.MaxValue)) yield return $"{at}: too long";
        var form = (string?)schema["format"];
        if (form == "uri" && !Uri.IsWellFormedUriString(text, UriKind.Absolute))
            yield return $"{at}: {text} is no address";
        if (form == "uri-reference" && !Uri.IsWellFormedUriString(text, UriKind.RelativeOrAbsolute))
            yield return $"{at}: {text} is no reference";
    }

    static IEnumerable<string> Number(JsonNode value, JsonNode schema, string at)
    {
        if (!long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number))
        {
            yield return $"{at}: {value.ToJsonString()} is no integer";
            yield break;
        }
        if (number < ((long?)schema["minimum"] ?? long.MinValue)
            || number > ((long?)schema["maximum"] ?? long.MaxValue))
            yield return $"{at}: {number} is out of range";
    }

    static IEnumerable<JsonNode> Listed(JsonNode schema, string name) =>
        (schema[name] as JsonArray ?? []).Select(one => one!);
}
