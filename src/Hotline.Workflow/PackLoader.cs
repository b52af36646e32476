using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hotline.Workflow;

/// <summary>Reads a directory of policy files and checks the whole: either a pack, or everything that is wrong with it.</summary>
public static class PackLoader
{
    private static readonly string[] Machines = ["report", "case", "page", "task", "transfer", "visit"];
    private static readonly string[] Settings =
        ["clocks", "roles", "organisations", "triage", "calendar/working-hours"];

    /// <summary>Files a pack may lack, for those that were written before they were.</summary>
    private static readonly string[] Later = [DutyRules.File];

    public static PackLoad Load(string directory)
    {
        var findings = new Findings();
        var sheets = Sheets(directory, findings);
        foreach (var needed in Machines.Concat(Settings).Append("escalations/base"))
            if (!sheets.ContainsKey(needed + ".yaml"))
                findings.Add(new(needed + ".yaml", 1, 1), new("缺少此文件", "this file is missing or empty"),
                    new("请从基础包复制", "copy it from the base pack"));
        if (findings.Errors.Count > 0) return new(null, Sorted(findings));
        var pack = Read(sheets, Version(directory), findings);
        PackChecks.Run(pack, findings);
        return findings.Errors.Count > 0 ? new(null, Sorted(findings)) : new(pack, []);
    }

    private static Pack Read(SortedDictionary<string, Entry> sheets, string version, Findings findings)
    {
        Entry Sheet(string name) => sheets[name + ".yaml"];
        IEnumerable<Entry> Folder(string name) =>
            sheets.Where(sheet => sheet.Key.StartsWith(name + "/", StringComparison.Ordinal)).Select(sheet => sheet.Value);

        var machines = ImmutableDictionary.CreateBuilder<string, Machine>();
        foreach (var (file, sheet) in sheets.Where(sheet => !sheet.Key.Contains('/') && !IsSetting(sheet.Key)))
        {
            var machine = MachineReader.Read(sheet);
            if (machine.Name != Path.GetFileNameWithoutExtension(file))
                findings.Add(sheet.At("machine")?.Place ?? sheet.Place, new("流程名须与文件名一致", "the machine's name must be the file's"),
                    new($"改为 {Path.GetFileNameWithoutExtension(file)}", $"write '{Path.GetFileNameWithoutExtension(file)}'"));
            machines[machine.Name] = machine;
        }
        var escalations = Folder("escalations").Select(SettingsReaders.Escalation)
            .GroupBy(plan => plan.Name).ToImmutableDictionary(plan => plan.Key, plan => plan.First());
        var calendar = Folder("calendar").Where(sheet => sheet != Sheet("calendar/working-hours")).ToList();
        var pack = new Pack
        {
            Version = version,
            Machines = machines.ToImmutable(),
            Clocks = SettingsReaders.Clocks(Sheet("clocks")),
            Periods = SettingsReaders.Periods(Sheet("clocks")),
            Roles = SettingsReaders.Roles(Sheet("roles")),
            Escalations = escalations,
            Triage = SettingsReaders.Triage(Sheet("triage")),
            Calendar = SettingsReaders.Calendar(Sheet("calendar/working-hours"), calendar),
            Organisations = SettingsReaders.Organisations(Sheet("organisations")),
            Duty = sheets.TryGetValue(DutyRules.File + ".yaml", out var duty) ? DutyRules.Read(duty) : DutyRules.Unsaid,
        };
        return pack with { Overlays = [.. Folder("jurisdictions").Select(sheet => SettingsReaders.Overlay(sheet, pack))] };
    }

    private static bool IsSetting(string file) => Settings.Concat(Later).Contains(Path.ChangeExtension(file, null));

    /// <summary>Every *.yaml below the directory, by its path from there; a file that is no YAML is an error with its place.</summary>
    private static SortedDictionary<string, Entry> Sheets(string directory, Findings findings)
    {
        var sheets = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        if (!Directory.Exists(directory)) return sheets;
        foreach (var path in Files(directory))
        {
            var file = Path.GetRelativePath(directory, path).Replace('\\', '/');
            using var reader = new StreamReader(path, new UTF8Encoding(false, true));
            var parser = new Parser(reader);
            try
            {
                var stream = new YamlStream();
                stream.Load(parser);
                if (stream.Documents.Count > 0) sheets[file] = new(stream.Documents[0].RootNode, file, findings);
            }
            catch (YamlException broken)
            {
                Broken(findings, file, broken.Start, (broken.InnerException ?? broken).Message);
            }
            catch (InvalidOperationException broken)
            {
                // YamlDotNet's own state machine trips over some broken flow mappings; the last thing it read is near enough.
                Broken(findings, file, parser.Current?.Start ?? YamlDotNet.Core.Mark.Empty, broken.Message);
            }
            catch (DecoderFallbackException)
            {
                findings.Add(new(file, 1, 1), new("不是 UTF-8 文本", "not UTF-8 text"), new("另存为 UTF-8", "save it as UTF-8"));
            }
        }
        return sheets;
    }

    private static void Broken(Findings findings, string file, YamlDotNet.Core.Mark at, string why) =>
        findings.Add(new(file, (int)at.Line, (int)at.Column), new("不是合法的 YAML", "not valid YAML: " + why),
            new("检查缩进、引号、括号与重复的键", "check indentation, quotes, brackets and doubled keys"));

    private static IEnumerable<string> Files(string directory) =>
        Directory.EnumerateFiles(directory, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Hash of what the files say; line ends do not count.</summary>
    private static string Version(string directory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in Files(directory))
        {
            var file = Path.GetRelativePath(directory, path).Replace('\\', '/');
            hash.AppendData(Encoding.UTF8.GetBytes(file + "\n" + File.ReadAllText(path).ReplaceLineEndings("\n") + "\0"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    private static ImmutableArray<PackError> Sorted(Findings findings) =>
        [.. findings.Errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column)];
}
