namespace Hotline.Workflow;

/// <summary>A place in a policy file.</summary>
internal sealed record Place(string File, int Line, int Column);

/// <summary>Collects what is wrong, so that one look shows everything.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, Place> places = [];
    private readonly List<PackError> errors = [];

    public IReadOnlyList<PackError> Errors => errors;

    public void Add(Place at, Text message, Text mend) => errors.Add(new(at.File, at.Line, at.Column, message, mend));

    /// <summary>Remembers where something was said, for checks that run once everything is read.</summary>
    public void Note(string what, Place at) => places.TryAdd(what, at);

    public bool Knows(string what) => places.ContainsKey(what);

    /// <summary>The place of the thing, or of the nearest thing around it (case/steps/Submit/guards → case/steps/Submit).</summary>
    public Place Where(string what)
    {
        for (var path = what; ;)
        {
            if (places.TryGetValue(path, out var place)) return place;
            var cut = path.LastIndexOf('/');
            if (cut < 0) return new(what, 1, 1);
            path = path[..cut];
        }
    }

    /// <summary>"did you mean": the known word nearest to what was written, when it is near enough.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(k => (Word: k, Far: Distance(word.ToLowerInvariant(), k.ToLowerInvariant())))
            .Where(k => k.Far <= Math.Max(2, word.Length / 3) || (word.Length > 3 && k.Word.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(k => k.Far).ThenBy(k => k.Word, StringComparer.Ordinal).Select(k => k.Word).FirstOrDefault();

    public static Text Suggest(string word, IReadOnlyCollection<string> known)
    {
        var list = string.Join(", ", known.Order(StringComparer.Ordinal));
        return Nearest(word, known) is { } near
            ? new($"是否想写“{near}”？", $"did you mean '{near}'?")
            : new($"可用：{list}", $"use one of: {list}");
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, left) = (row[0], i);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                left = Math.Min(Math.Min(left, row[j]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], left);
            }
        }
        return row[^1];
    }
}
