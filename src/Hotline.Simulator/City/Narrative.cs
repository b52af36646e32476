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

/// <summary>How the story goes on once it is filed.</summary>
public enum Ending
{
    /// <summary>Assessed, helped, followed up, closed.</summary>
    Closed,
    /// <summary>Handed to the county where the child belongs.</summary>
    TransferredOut,
    /// <summary>There was nothing to it.</summary>
    Unfounded,
    /// <summary>The report is another one of the story it follows.</summary>
    Merged,
    /// <summary>The report's case turns out to be about the child of the story it follows.</summary>
    MergedCase,
    /// <summary>The report goes to the body in charge.</summary>
    Referred,
    /// <summary>The report is outside the hotline's remit.</summary>
    Declined,
    /// <summary>The report was a question, and is answered.</summary>
    Inquiry,
    /// <summary>Suspended while the child is sought, found, then closed.</summary>
    Found,
    /// <summary>Closed, opened again by a new fact, and then handed on.</summary>
    Reopened,
}

/// <summary>Why the expert gave that level, in one line.</summary>
public sealed record Argument(string Zh, string En);

/// <summary>A story that happens in the city, in the words of whoever files it.</summary>
/// <param name="Process">The letters of the sub-processes that it plays.</param>
/// <param name="Triage">What an expert says who has read the story by the meaning of the levels, whatever the server makes
/// of the answers.</param>
/// <param name="Account">The account that files it, or public for somebody without one.</param>
/// <param name="Follows">The story that it is a second report of.</param>
/// <param name="Place">Where the child is safe in the end, as the form of a safe place names it.</param>
/// <param name="Finding">What came out, as its workers write it down.</param>
public sealed record Narrative(
    string Id, string Title, string Process, string Triage, Argument Argument, string Account, string SummaryEn, OnCall OnCall,
    Ending Ending, string? Follows, string? Place, string Finding, JsonObject Body)
{
    public const string Public = "public";

    string Category => (string?)Body["category"] ?? "Other";

    /// <summary>Has somebody perhaps broken the law?</summary>
    public bool Offence => Category is not ("SelfHarm" or "UnattendedChild" or "Dropout" or "GuardianEvent" or "CustodyConflict");

    /// <summary>An offence that the police file as a crime.</summary>
    public bool Grave => Category is "SexualAbuse" or "MedicalInjury" or "Trafficked";

    /// <summary>A child whose parents nobody knows, and who will stay with the State.</summary>
    public bool SeeksParents => Place == "WelfareInstitution";

    /// <summary>A child who cannot go back to those who have had the care.</summary>
    public bool StateCares => Place is "WelfareInstitution" or "RescueProtectionInstitution";

    public bool NeedsOrder => Finding.Contains("保护令", StringComparison.Ordinal);

    public bool NeedsGuidance => !NeedsOrder && Place == "HomeSafe" && Category is "Neglect" or "DV" or "UnattendedChild";

    /// <summary>Where the child goes as long as there is danger.</summary>
    public string FirstPlace => Place switch
    {
        null => "HomeSafe",
        "WelfareInstitution" => Category == "Abandonment" ? "Hospital" : "RescueProtectionInstitution",
        var place => place,
    };

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
