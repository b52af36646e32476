using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Xml;

namespace Hotline.Simulator.City;

/// <summary>How the on-call person of the story behaves.</summary>
public enum OnCall
{
    /// <summary>Nobody answers; the page climbs.</summary>
    Silent,
    /// <summary>Acknowledges in the console.</summary>
    Console,
    /// <summary>Answers the text with its code, and in the console if that is not to be found.</summary>
    Text,
}

/// <summary>A story that happens in the city, in the words of whoever files it.</summary>
/// <param name="Process">The letter of the sub-process it belongs to.</param>
/// <param name="Triage">What an expert says who has read the story.</param>
/// <param name="Account">school, hospital, or public for somebody without an account.</param>
public sealed record Narrative(
    string Id, string Title, string Process, string Triage, string Account, string SummaryEn, OnCall OnCall,
        JsonObject Body)
{
    static readonly TimeSpan ChinaTime = TimeSpan.FromHours(8);
    static readonly string[] Moments = ["discoveredAt", "firstKnownAtUnit", "childLeavesAt", "policeNotifiedAt"];
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The report as filed now: moments are kept as spans before or after the telling.</summary>
    public JsonObject Report(DateTimeOffset now)
    {
        var report = (JsonObject)Body.DeepClone();
        foreach (var name in Moments)
        {
            if ((string?)report[name] is not { } span || !span.Contains('P')) continue;
            report[name] = (now + XmlConvert.ToTimeSpan(span)).ToOffset(ChinaTime)
                .ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        }
        return report;
    }

    /// <summary>All stories, in the order of their file names.</summary>
    public static IReadOnlyList<Narrative> All() => [.. typeof(Narrative).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("narrative/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(name =>
        {
            using var stream = typeof(Narrative).Assembly.GetManifestResourceStream(name)!;
            return JsonSerializer.Deserialize<Narrative>(stream, Json)!;
        })];
}
