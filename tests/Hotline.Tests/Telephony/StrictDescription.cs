using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Telephony;

namespace Hotline.Tests.Telephony;

/// <summary>Stands in the network's place: checks each request against the vendor's description, names included (a misspelt
/// optional name is the error no server reports), and gives the scripted answer.</summary>
internal sealed class StrictDescription(Func<HttpRequestMessage, FormFields, HttpResponseMessage> answer) : HttpMessageHandler
{
    private static readonly JsonElement Description = Vectors.File("twilio_api_v2010.strict.json");

    public List<FormFields> Forms { get; } = [];

    public List<Uri> Addresses { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var raw = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var form = FormFields.Parse(raw).ShouldNotBeNull();
        Forms.Add(form);
        Addresses.Add(request.RequestUri!);
        Check(request, form);
        return answer(request, form);
    }

    private static void Check(HttpRequestMessage request, FormFields form)
    {
        var credentials = Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization!.Parameter!));
        request.Headers.Authorization.Scheme.ShouldBe("Basic");
        credentials.Split(':')[0].ShouldMatch("^AC[0-9a-f]{32}$");
        var operation = Operation(request);
        if (request.Method == HttpMethod.Post)
        {
            request.Content!.Headers.ContentType!.MediaType.ShouldBe("application/x-www-form-urlencoded");
            CheckForm(operation.GetProperty("requestBody").GetProperty("content")
                .GetProperty("application/x-www-form-urlencoded").GetProperty("schema"), form);
            return;
        }
        var known = operation.GetProperty("parameters").EnumerateArray()
            .Where(p => p.GetProperty("in").GetString() == "query")
            .ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("schema"));
        foreach (var (name, value) in FormFields.Parse(Encoding.UTF8.GetBytes(request.RequestUri!.Query.TrimStart('?')))!.All)
        {
            known.ShouldContainKey(name);
            CheckValue(known[name], name, value);
        }
    }

    private static JsonElement Operation(HttpRequestMessage request)
    {
        foreach (var path in Description.GetProperty("paths").EnumerateObject())
        {
            var pattern = "^" + Regex.Replace(Regex.Escape(path.Name), @"\\\{[^}]+}", "[A-Za-z0-9]{34}") + "$";
            if (Regex.IsMatch(request.RequestUri!.AbsolutePath, pattern)
                && path.Value.TryGetProperty(request.Method.Method.ToLowerInvariant(), out var operation)) return operation;
        }
        throw new InvalidOperationException($"no such operation: {request.Method} {request.RequestUri!.AbsolutePath}");
    }

    private static void CheckForm(JsonElement schema, FormFields form)
    {
        var properties = schema.GetProperty("properties");
        foreach (var (name, value) in form.All)
        {
            properties.TryGetProperty(name, out var property).ShouldBeTrue($"the description has no {name}");
            CheckValue(property, name, value);
        }
        foreach (var group in form.All.GroupBy(f => f.Key).Where(g => g.Count() > 1))
            properties.GetProperty(group.Key).GetProperty("type").GetString().ShouldBe("array", group.Key);
        CheckRequired(schema, form);
        foreach (var all in schema.TryGetProperty("allOf", out var list) ? list.EnumerateArray().ToList() : [])
            all.GetProperty("anyOf").EnumerateArray().Any(any => Has(any, form)).ShouldBeTrue(all.ToString());
        if (schema.TryGetProperty("anyOf", out var either))
            either.EnumerateArray().Any(any => Has(any, form)).ShouldBeTrue(either.ToString());
    }

    private static void CheckRequired(JsonElement schema, FormFields form) =>
        Has(schema, form).ShouldBeTrue($"required: {(schema.TryGetProperty("required", out var names) ? names.ToString() : "")}");

    private static bool Has(JsonElement schema, FormFields form) =>
        !schema.TryGetProperty("required", out var names) || names.EnumerateArray().All(n => form[n.GetString()!] is not null);

    private static void CheckValue(JsonElement schema, string name, string value)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            schema = Description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("items", out var items)) { CheckValue(items, name, value); return; }
        if (schema.TryGetProperty("enum", out var choices))
            choices.EnumerateArray().Select(c => c.GetString()).ShouldContain(value, name);
        if (schema.TryGetProperty("pattern", out var pattern)) value.ShouldMatch(pattern.GetString()!, name);
        if (schema.TryGetProperty("minLength", out var min)) value.Length.ShouldBeGreaterThanOrEqualTo(min.GetInt32(), name);
        if (schema.TryGetProperty("maxLength", out var max)) value.Length.ShouldBeLessThanOrEqualTo(max.GetInt32(), name);
        if (schema.TryGetProperty("type", out var type) && type.GetString() == "integer")
        {
            var number = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            if (schema.TryGetProperty("minimum", out var low)) number.ShouldBeGreaterThanOrEqualTo(low.GetInt32(), name);
            if (schema.TryGetProperty("maximum", out var high)) number.ShouldBeLessThanOrEqualTo(high.GetInt32(), name);
        }
    }
}
