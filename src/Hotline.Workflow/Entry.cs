using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Hotline.Workflow;

/// <summary>One node of a policy file that knows where it stands; every read that fails says so with its place.</summary>
internal sealed class Entry(YamlNode node, string file, Findings findings)
{
    public Findings Findings => findings;

    public Place Place => new(file, (int)node.Start.Line, (int)node.Start.Column);

    public bool IsMap => node is YamlMappingNode;

    public string? Scalar => (node as YamlScalarNode)?.Value;

    /// <summary>Every key must be one of these; others are named with a suggestion.</summary>
    public Entry Only(params IReadOnlyCollection<string> keys)
    {
        if (node is not YamlMappingNode map)
        {
            findings.Add(Place, new("这里应为“键: 值”", "expected 'key: value' pairs here"),
                new($"可用的键：{string.Join(", ", keys)}", $"keys: {string.Join(", ", keys)}"));
            return this;
        }
        foreach (var key in map.Children.Keys)
            if (!keys.Contains(Name(key)))
                findings.Add(PlaceOf(key), new($"未知的键“{Name(key)}”", $"unknown key '{Name(key)}'"),
                    Findings.Suggest(Name(key), keys));
        return this;
    }

    public Entry? At(string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value)
            ? new(value, file, findings) : null;

    public Entry? Need(string key)
    {
        if (At(key) is { } found) return found;
        if (IsMap)
            findings.Add(Place, new($"缺少“{key}”", $"'{key}' is missing"), new($"请补上“{key}:”", $"add '{key}:'"));
        return null;
    }

    /// <summary>The pairs of a mapping in the order they are written, each with the place of its key.</summary>
    public IEnumerable<(string Name, Place At, Entry Value)> Pairs()
    {
        if (node is YamlMappingNode map)
            foreach (var (key, value) in map.Children) yield return (Name(key), PlaceOf(key), new(value, file, findings));
        else if (!Empty)
            findings.Add(Place, new("这里应为“键: 值”", "expected 'key: value' pairs here"),
                new("请按“名称: 内容”书写", "write 'name: content'"));
    }

    public IEnumerable<Entry> Items()
    {
        if (node is YamlSequenceNode list) return list.Children.Select(child => new Entry(child, file, findings));
        if (!Empty)
            findings.Add(Place, new("这里应为列表", "expected a list here"), new("请写成 [甲, 乙]", "write it as [a, b]"));
        return [];
    }

    public string Word(string key) => Need(key)?.Word() ?? "";

    public string? WordOrNone(string key) => At(key)?.Word();

    public string Word()
    {
        if (!string.IsNullOrWhiteSpace(Scalar)) return Scalar;
        findings.Add(Place, new("这里应为一个词或一句话", "expected a word or a sentence here"), new("请填写", "fill it in"));
        return "";
    }

    public ImmutableArray<string> Words(string key) => At(key) is { } list ? [.. list.Items().Select(item => item.Word())] : [];

    public bool Flag(string key)
    {
        if (At(key) is not { } found) return false;
        if (found.Scalar is "true" or "false") return found.Scalar == "true";
        findings.Add(found.Place, new("这里应为 true 或 false", "expected true or false"), new("请改为 true 或 false", "write true or false"));
        return false;
    }

    public int? Number(string key)
    {
        if (At(key) is not { } found) return null;
        if (int.TryParse(found.Scalar, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return number;
        findings.Add(found.Place, new("这里应为整数", "expected a whole number"), new("请填写整数", "write a whole number"));
        return null;
    }

    /// <summary>Both languages, or an error: nothing is shown to a reader in one language only.</summary>
    public Text Both(string key) => Need(key) is { } found ? found.Only("zh", "en").Both() : Nothing;

    public Text Both()
    {
        if (!IsMap) return Nothing;
        var (zh, en) = (At("zh")?.Scalar, At("en")?.Scalar);
        if (string.IsNullOrWhiteSpace(zh) || string.IsNullOrWhiteSpace(en))
        {
            var missing = string.IsNullOrWhiteSpace(zh) ? "zh" : "en";
            findings.Add(Place, new($"缺少译文“{missing}”", $"the translation '{missing}' is missing"),
                new($"请补上“{missing}: …”", $"add '{missing}: …'"));
        }
        return new(zh ?? "", en ?? "");
    }

    /// <summary>"MPL art.11(2) [law+]": the source and how sure it is.</summary>
    public Source Law()
    {
        if (Need("law") is not { } found) return new("", Mark.Uncertain);
        var words = found.Word();
        var open = words.LastIndexOf('[');
        if (open > 0 && words.EndsWith(']') && Marks.TryGetValue(words[(open + 1)..^1], out var mark))
            return new(words[..open].Trim(), mark);
        if (words.Length > 0)
            findings.Add(found.Place, new("依据末尾缺少可信度标记", "the source lacks its mark of confidence"),
                new("在末尾写 [law+]、[law]、[seed]、[web]、[unc] 或 [design]", "end it with [law+], [law], [seed], [web], [unc] or [design]"));
        return new(words, Mark.Uncertain);
    }

    internal static readonly ImmutableDictionary<string, Mark> Marks = new Dictionary<string, Mark>
    {
        ["seed"] = Mark.Seed, ["law+"] = Mark.LawRead, ["law"] = Mark.Law,
        ["web"] = Mark.Web, ["unc"] = Mark.Uncertain, ["design"] = Mark.Design,
    }.ToImmutableDictionary();

    private static readonly Text Nothing = new("", "");

    private bool Empty => node is YamlScalarNode { Value: null or "" };

    private static string Name(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";

    private Place PlaceOf(YamlNode at) => new(file, (int)at.Start.Line, (int)at.Start.Column);
}
