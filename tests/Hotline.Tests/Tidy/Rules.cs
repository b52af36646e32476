using System.Text.RegularExpressions;
using Hotline.Http;

namespace Hotline.Tests.Tidy;

/// <summary>The house rules a machine can see, each from a file to the complaints about it.</summary>
public static partial class Rules
{
    public const int FunctionLinesMax = 70;

    /// <summary>What every room may lean on; the rooms themselves meet only in the case file's events.</summary>
    private static readonly HashSet<string> Ground =
        ["Cases", "Http", "Security", "Policies", "Effects", "Hosting", "Telemetry", "Workflow", "Store"];

    /// <summary>The table of contents and what wires the rooms to each other.</summary>
    private static readonly HashSet<string> Wiring = ["", "Hosting", "Demo"];

    /// <summary>Rooms that may lean on another, and why.</summary>
    private static readonly Dictionary<string, string[]> Leans = new()
    {
        ["Paging"] = ["Telephony", "Duty"],     // its voice, and whom to call
        ["Calls"] = ["Telephony", "Duty"],      // the line itself, and who is there to take a call
        ["Drills"] = ["Paging", "Duty"],        // a drill is a page to each of the staff
        ["Auditing"] = ["Paging"],              // what does not get out is an attempt of a page
        ["Duty"] = ["Telephony"],               // a number is a number everywhere
    };

    /// <summary>Rooms that may say Twilio: who speaks to it, who has something to say, and who reads the settings.</summary>
    private static readonly HashSet<string> SayTwilio = ["Telephony", "Paging", "Calls", "Hosting", "Demo", ""];

    /// <summary>Files that write outside an append, and why.</summary>
    private static readonly Dictionary<string, string> WritersAside = new()
    {
        ["src/Hotline/Cases/Keys.cs"] = "the answer to a key is known only after its append",
        ["src/Hotline/Cases/Looks.cs"] = "a look at personal data is no command, and must be written before it is answered",
        ["src/Hotline/Demo/"] = "the demo's own switches",
    };

    public static IEnumerable<string> LongFunctions(SourceFile file) =>
        from function in Functions.In(file.Text)
        where function.Lines > FunctionLinesMax
        select $"{file.Path}:{function.Line}: {function.Name} has {function.Lines} lines, {FunctionLinesMax} are the limit.";

    public static IEnumerable<string> WrongWay(SourceFile file)
    {
        var room = Room(file);
        foreach (var (name, line) in Uses(file))
        {
            var wrong = file.Path switch
            {
                var p when p.StartsWith("src/Hotline.Store/", StringComparison.Ordinal) => name != "Store",
                var p when p.StartsWith("src/Hotline.Workflow/", StringComparison.Ordinal) => name != "Workflow",
                var p when p.StartsWith("src/Hotline.Simulator/", StringComparison.Ordinal) => name != "Simulator",
                var p when p.StartsWith("src/Hotline/", StringComparison.Ordinal) =>
                    !Wiring.Contains(room) && name != room && !Leans.GetValueOrDefault(room, []).Contains(name) && (!Ground.Contains(name) || (Ground.Contains(room) && Above(room, name))),
                _ => false,
            };
            if (wrong) yield return $"{file.Path}:{line}: must not use Hotline.{name}.";
        }
    }

    /// <summary>Inside the ground: the edge and the accounts know no case.</summary>
    private static bool Above(string room, string name) => room is "Http" or "Security" && name is "Cases" or "Effects" or "Hosting";

    public static IEnumerable<string> TwilioOutsideTelephony(SourceFile file) =>
        file.Path.StartsWith("src/Hotline/", StringComparison.Ordinal) && !SayTwilio.Contains(Room(file))
            ? Matches(file, Twilio(), SourceFile.Bare(file.Text), "only Telephony talks to Twilio.")
            : file.Path.StartsWith("src/Hotline.Store/", StringComparison.Ordinal) || file.Path.StartsWith("src/Hotline.Workflow/", StringComparison.Ordinal)
                ? Matches(file, Twilio(), SourceFile.Bare(file.Text), "only Telephony talks to Twilio.")
                : [];

    public static IEnumerable<string> WritesPastTheStore(SourceFile file) =>
        file.Path.StartsWith("src/Hotline/", StringComparison.Ordinal) && Room(file) is not ("Security" or "Hosting")
        && !WritersAside.Keys.Any(aside => file.Path.StartsWith(aside, StringComparison.Ordinal))
            ? Matches(file, WritingSql(), file.Text, "only Store opens a write transaction.")
            : [];

    public static IEnumerable<string> LooseEnds(SourceFile file) =>
        Matches(file, LooseEnd(), file.Text, "names an open end without an issue's number (#12).");

    public static IEnumerable<string> MachinePaths(SourceFile file) =>
        Matches(file, MachinePath(), file.Text, "names a folder of somebody's machine.");

    public static IEnumerable<string> RegistryAddresses(SourceFile file) =>
        Matches(file, Registry(), file.Text, "names a package registry; the client's own configuration does.");

    public static IEnumerable<string> WordlessProblems(SourceFile file)
    {
        foreach (Match found in ProblemCode().Matches(file.Text))
        {
            var code = found.Groups[1].Value;
            var zh = ProblemTexts.Of(code, "zh");
            var en = ProblemTexts.Of(code, "en");
            if (!Chinese().IsMatch(zh.Title) || !Chinese().IsMatch(zh.Detail) || en.Detail.Length == 0 || Chinese().IsMatch(en.Title + en.Detail))
            {
                yield return $"{file.Path}: problem \"{code}\" has no words in both languages.";
            }
        }
    }

    private static IEnumerable<string> Matches(SourceFile file, Regex rule, string text, string complaint) =>
        from Match found in rule.Matches(text)
        select $"{file.Path}:{text.AsSpan(0, found.Index).Count('\n') + 1}: {complaint}";

    private static string Room(SourceFile file) =>
        file.Path.Split('/') is ["src", "Hotline", var room, _, ..] ? room : "";

    /// <summary>The projects and rooms a file names, by using or by full name.</summary>
    private static IEnumerable<(string Name, int Line)> Uses(SourceFile file)
    {
        var bare = SourceFile.Bare(file.Text);
        foreach (Match found in HotlineName().Matches(bare))
        {
            yield return (found.Groups[1].Value, bare.AsSpan(0, found.Index).Count('\n') + 1);
        }
    }

    [GeneratedRegex(@"(?<!namespace )(?<![\w.])Hotline\.([A-Z]\w*)")]
    private static partial Regex HotlineName();

    [GeneratedRegex("twilio", RegexOptions.IgnoreCase)]
    private static partial Regex Twilio();

    [GeneratedRegex(@"BeginTransaction|\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+[\w.]+\s+set\b", RegexOptions.IgnoreCase)]
    private static partial Regex WritingSql();

    // Written apart so that this file does not name them itself.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|XX" + @"X)\b(?!.*#\d)")]
    private static partial Regex LooseEnd();

    [GeneratedRegex(@"(?<![\w.~$}])/(wo" + @"rk|ho" + @"me|Use" + @"rs)/[\w.]")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[^\s""'<>]*(regis" + @"try\.|nug" + @"et\.org|npm" + @"js\.)")]
    private static partial Regex Registry();

    [GeneratedRegex(@"new(?: Problem)?\(\s*(?:\d{3}|status)\s*,\s*""([a-z][a-z0-9.-]*)""")]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex Chinese();
}
