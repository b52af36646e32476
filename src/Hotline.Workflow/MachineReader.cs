using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>Reads one machine file: states, then steps.</summary>
internal static class MachineReader
{
    public static Machine Read(Entry root)
    {
        var name = root.Word("machine");
        root.Only([.. MachineKeys, .. name == RingingRules.Machine ? new[] { "ringing", "gateways", "limits" } : []]);
        Note(root, name, root);
        if (root.At("initial") is { } initial) Note(root, $"{name}/initial", initial);
        return new()
        {
            Name = name,
            Title = root.Both("title"),
            Initial = root.Word("initial"),
            States = [.. root.Need("states")?.Pairs().Select(pair => ReadState(name, pair)) ?? []],
            Steps = [.. root.Need("steps")?.Pairs().Select(pair => ReadStep(name, pair)) ?? []],
            Ringing = name == RingingRules.Machine && root.At("ringing") is { } ringing ? SettingsReaders.Ringing(ringing) : null,
            Gateways = name == RingingRules.Machine && root.At("gateways") is { } gateways ? PageReaders.Gateways(gateways) : null,
            Limits = name == RingingRules.Machine && root.At("limits") is { } limits ? PageReaders.Limits(limits) : null,
        };
    }

    private static readonly string[] MachineKeys = ["machine", "title", "initial", "states", "steps"];

    private static State ReadState(string machine, (string Name, Place At, Entry Value) pair)
    {
        var at = $"{machine}/states/{pair.Name}";
        pair.Value.Findings.Note(at, pair.At);
        var entry = pair.Value.Only("title", "in", "final", "settled", "published", "entry");
        foreach (var key in new[] { "in", "entry", "published" })
            if (entry.At(key) is { } value) Note(entry, $"{at}/{key}", value);
        return new(pair.Name, entry.Both("title"), entry.WordOrNone("in"), entry.Flag("final"), entry.Flag("settled"),
            entry.WordOrNone("published"), entry.Words("entry"));
    }

    private static readonly string[] StepKeys =
    [
        "trigger", "title", "from", "to", "who", "guards", "form", "rules", "starts", "meets", "pauses", "resumes", "tells",
        "fires", "documents", "event", "confirms", "sets", "party", "law",
    ];

    private static Step ReadStep(string machine, (string Name, Place At, Entry Value) pair)
    {
        var at = $"{machine}/steps/{pair.Name}";
        pair.Value.Findings.Note(at, pair.At);
        var entry = pair.Value.Only(StepKeys);
        foreach (var key in StepKeys)
            if (entry.At(key) is { } value)
            {
                Note(entry, $"{at}/{key}", value);
                if (key is "from" or "who" or "guards" or "starts" or "meets" or "pauses" or "resumes" or "tells" or "fires")
                    foreach (var item in value.Items()) Note(entry, $"{at}/{key}/{item.Scalar}", item);
            }
        entry.Need("from");
        entry.Need("who");
        return new()
        {
            Name = pair.Name,
            Trigger = entry.WordOrNone("trigger") ?? pair.Name,
            Title = entry.Both("title"),
            From = entry.Words("from"),
            To = entry.WordOrNone("to"),
            Who = entry.Words("who"),
            Party = entry.WordOrNone("party"),
            Guards = entry.Words("guards"),
            Form = [.. entry.At("form")?.Pairs().Select(FieldReader.Read) ?? []],
            Rules = Texts(entry, "rules"),
            Starts = entry.Words("starts"),
            Meets = entry.Words("meets"),
            Pauses = entry.Words("pauses"),
            Resumes = entry.Words("resumes"),
            Tells = entry.Words("tells"),
            Fires = [.. entry.Words("fires").Select(Fired.Parse)],
            Documents = Texts(entry, "documents"),
            Event = entry.Word("event"),
            Confirms = entry.WordOrNone("confirms"),
            Sets = ReadSets(entry, at),
            Law = entry.Law(),
        };
    }

    private static ImmutableDictionary<string, string> ReadSets(Entry entry, string at)
    {
        var sets = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (name, _, value) in entry.At("sets")?.Pairs() ?? [])
        {
            Note(entry, $"{at}/sets/{name}", value);
            sets[name] = value.Word();
        }
        return sets.ToImmutable();
    }

    private static ImmutableArray<Text> Texts(Entry entry, string key) =>
        [.. entry.At(key)?.Items().Select(item => item.Only("zh", "en").Both()) ?? []];

    private static void Note(Entry at, string what, Entry value) => at.Findings.Note(what, value.Place);
}

/// <summary>Reads a form's field: {type, required, class, zh, en, …}.</summary>
internal static class FieldReader
{
    private static readonly ImmutableDictionary<string, FieldType> Types = Enum.GetValues<FieldType>()
        .ToImmutableDictionary(type => type.ToString().ToLowerInvariant());

    public static Field Read((string Name, Place At, Entry Value) pair)
    {
        var entry = pair.Value.Only("type", "required", "class", "zh", "en", "options", "max", "least", "most", "ref", "past");
        var word = entry.Word("type");
        if (word.Length > 0 && !Types.ContainsKey(word))
            entry.Findings.Add(entry.At("type")!.Place, new($"未知的字段类型“{word}”", $"unknown field type '{word}'"),
                Findings.Suggest(word, [.. Types.Keys]));
        var type = Types.GetValueOrDefault(word);
        entry.Need("class");
        var options = ReadOptions(entry);
        if (type == FieldType.Choice && word.Length > 0 && options.Length < 1)
            entry.Findings.Add(pair.At, new("选择题没有选项", "a choice without options"), new("请补上“options:”", "add 'options:'"));
        var reference = entry.WordOrNone("ref");
        if (type is FieldType.Ref or FieldType.Refs && (reference is null || !References.Contains(reference)))
            entry.Findings.Add(entry.At("ref")?.Place ?? pair.At,
                new($"未知的引用“{reference}”", $"unknown reference '{reference}'"), Findings.Suggest(reference ?? "", References));
        return new(pair.Name, type, entry.Flag("required"), entry.Number("class") ?? 0, entry.Both(), options,
            entry.Number("max") ?? (type == FieldType.Text ? TextMax : null), entry.Number("least"), entry.Number("most"), reference, entry.Flag("past"));
    }

    /// <summary>What a reference may point to; the server fills in what is valid now.</summary>
    public static readonly string[] References =
        ["case", "report", "person", "organisation", "agency", "receiver", "visitor", "higher-level", "lower-level"];

    private const int TextMax = 1000;

    private static ImmutableArray<Option> ReadOptions(Entry entry) =>
        [.. entry.At("options")?.Pairs().Select(option => new Option(option.Name, option.Value.Only("zh", "en").Both())) ?? []];
}
