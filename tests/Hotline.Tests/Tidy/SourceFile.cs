using System.Text;

namespace Hotline.Tests.Tidy;

/// <summary>A file of the repository. <see cref="Path"/> is relative to the root, with forward slashes.</summary>
public sealed record SourceFile(string Path, string Text)
{
    private static readonly HashSet<string> Made =
        ["node_modules", "bin", "obj", "dist", "wwwroot", "artifacts", ".data", ".git", ".vs", ".idea", "TestResults", "test-results", "playwright-report"];

    private static readonly HashSet<string> Readable =
        [".cs", ".csproj", ".props", ".sln", ".sql", ".yaml", ".yml", ".json", ".md", ".ts", ".mts", ".mjs", ".js", ".vue", ".css", ".html", ".sh", ".txt", ""];

    public static string Root { get; } = Find();

    public string[] Lines => Text.Split('\n');

    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    /// <summary>Everything people wrote under these folders.</summary>
    public static IEnumerable<SourceFile> Under(params string[] folders)
    {
        foreach (var folder in folders)
        {
            var full = System.IO.Path.Combine(Root, folder);
            if (!Directory.Exists(full)) continue;
            foreach (var file in Walk(new DirectoryInfo(full)))
            {
                yield return new(System.IO.Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName));
            }
        }
    }

    private static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Where(f => Readable.Contains(f.Extension))
            .Concat(folder.EnumerateDirectories().Where(d => !Made.Contains(d.Name)).SelectMany(Walk));

    public static bool IsMade(string entry) => Made.Contains(entry);

    /// <summary>The C# text with comments and the insides of strings blanked out; every line keeps its place.</summary>
    public static string Bare(string text)
    {
        var bare = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] switch
            {
                '/' when Ahead(text, at, "//") => Until(text, at, "\n"),
                '/' when Ahead(text, at, "/*") => Until(text, at + 2, "*/") + 2,
                '"' => StringEnd(text, at),
                '\'' => CharEnd(text, at),
                _ => at,
            };
            if (end == at)
            {
                bare.Append(text[at++]);
                continue;
            }
            for (; at < Math.Min(end, text.Length); at++) bare.Append(text[at] == '\n' ? '\n' : ' ');
        }
        return bare.ToString();
    }

    private static int StringEnd(string text, int at)
    {
        var quotes = 0;
        while (at + quotes < text.Length && text[at + quotes] == '"') quotes++;
        if (quotes >= 3) return Until(text, at + quotes, new string('"', quotes)) + quotes;
        if (quotes == 2) return at + 2;
        var verbatim = at > 0 && (text[at - 1] == '@' || (at > 1 && text[at - 1] == '$' && text[at - 2] == '@'));
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && !verbatim) i++;
            else if (text[i] == '"' && verbatim && i + 1 < text.Length && text[i + 1] == '"') i++;
            else if (text[i] == '"' || text[i] == '\n' && !verbatim) return i + 1;
        }
        return text.Length;
    }

    private static int CharEnd(string text, int at)
    {
        var end = text.IndexOf('\'', at + (Ahead(text, at + 1, "\\") ? 3 : 2) > text.Length ? at : at + (Ahead(text, at + 1, "\\") ? 3 : 2));
        return end < 0 || end - at > 10 ? at : end + 1;
    }

    private static bool Ahead(string text, int at, string what) => string.CompareOrdinal(text, at, what, 0, what.Length) == 0;

    private static int Until(string text, int from, string what)
    {
        var found = from > text.Length ? -1 : text.IndexOf(what, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found;
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(at.FullName, "Hotline.sln"))) return at.FullName;
        }
        throw new DirectoryNotFoundException("The tests do not run inside a clone.");
    }
}
