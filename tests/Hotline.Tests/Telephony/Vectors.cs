using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hotline.Tests.Telephony;

/// <summary>The vector files of tests/twilio, which nobody in this project wrote.</summary>
internal static class Vectors
{
    public static JsonElement File(string name) => JsonDocument.Parse(System.IO.File.ReadAllText(PathOf(name))).RootElement;

    public static IEnumerable<JsonElement> Of(string name) => File(name).GetProperty("vectors").EnumerateArray();

    public static TheoryData<string> Ids(string name) => [.. Of(name).Select(v => v.GetProperty("id").GetString()!)];

    public static JsonElement One(string name, string id) => Of(name).Single(v => v.GetProperty("id").GetString() == id);

    private static string PathOf(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "twilio", name);
}
