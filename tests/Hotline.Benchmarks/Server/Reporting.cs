using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hotline.Benchmarks.Server;

/// <summary>Reports of the busy day: 5 % T1, 15 % T2, 40 % T3, 40 % T4, two sealed persons each.</summary>
internal sealed class Reporting(Load load)
{
    private const string Number = "⟨n⟩", County = "440199";
    private static readonly string[] Levels = ["T1", "T2", "T3", "T4"];
    private static readonly string[] Questions = ["lifeThreat", "seriousInjury", "suspectPresent", "weaponOrOngoing", "selfHarm", "youngAlone", "missingOrTaken"];
    private static readonly JsonSerializerOptions AsPeopleWrite = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Dictionary<string, string> Written = Levels.ToDictionary(level => level, level => Write(level).ToJsonString(AsPeopleWrite));
    private int number;

    /// <summary>The next report of the mix, filed by one of the two who report.</summary>
    public Task File(int caller)
    {
        var n = Interlocked.Increment(ref number);
        return load.Send(HttpMethod.Post, "/api/reports", caller % 2 == 0 ? "school" : "hospital", Of((n % 20) switch { 0 => "T1", < 4 => "T2", < 12 => "T3", _ => "T4" }, n));
    }

    /// <summary>One report whose answers lead to this level.</summary>
    public static string Of(string level, int n, string division = County) =>
        Written[level].Replace(Number, $"{n}", StringComparison.Ordinal).Replace($"\"{County}\"", $"\"{division}\"", StringComparison.Ordinal);

    private static JsonObject Write(string level)
    {
        var danger = new JsonObject();
        foreach (var question in Questions) danger[question] = level == "T1" && question == Questions[0] ? "yes" : "no";
        return new()
        {
            ["channel"] = "Api", ["category"] = level switch { "T2" => "Abandonment", "T3" => "Neglect", "T4" => "Other", _ => "DV" },
            ["locationDivision"] = County, ["situationText"] = $"基准报告 {Number}：" + new string('情', 300), ["immediateDanger"] = danger,
            ["children"] = new JsonArray(new JsonObject { ["name"] = $"测试儿童{Number}", ["sex"] = "Female", ["ageEstimate"] = 8 }),
            ["suspects"] = new JsonArray(new JsonObject { ["name"] = $"测试成人{Number}", ["relation"] = "Father" }),
        };
    }
}
