using System.Text.Json.Nodes;

namespace Hotline.Api.Tests.Simulator;

/// <summary>The foreign material of tests/twilio.</summary>
public static class TwilioFiles
{
    public static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name)))!;

    public static JsonArray Vectors(string name) => Read(name)["vectors"]!.AsArray();

    public static IEnumerable<TheoryDataRow<string>> Ids(string name) =>
        Vectors(name).Select(vector => new TheoryDataRow<string>((string)vector!["id"]!));

    public static JsonNode Vector(string name, string id) =>
        Vectors(name).Single(vector => (string?)vector!["id"] == id)!;

    public static string Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Hotline.sln")))
                return Path.Combine(at.FullName, "tests", "twilio");
        }
        throw new DirectoryNotFoundException("Hotline.sln is not above the tests.");
    }
}
