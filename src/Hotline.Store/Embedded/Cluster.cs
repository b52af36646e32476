using System.Globalization;

namespace Hotline.Store.Embedded;

/// <summary>The files of the cluster: made aside and renamed, so that a folder named <c>postgres</c> is always whole.</summary>
internal static class Cluster
{
    private const int PidLine = 0, PortLine = 3;

    public static async Task<int?> MajorOf(DataDirectory home, CancellationToken cancel)
    {
        var file = Path.Combine(home.Cluster, "PG_VERSION");
        if (!File.Exists(file)) return null;
        var text = await File.ReadAllTextAsync(file, cancel);
        return int.Parse(text.Trim(), CultureInfo.InvariantCulture);
    }

    public static async Task Make(DataDirectory home, PostgresBinaries binaries, string owner, string password,
        CancellationToken cancel)
    {
        if (Directory.Exists(home.Cluster)) return;
        foreach (var left in Directory.EnumerateDirectories(home.Folder, "postgres.making-*"))
            Directory.Delete(left, recursive: true);

        var aside = home.Cluster + ".making-" + Guid.CreateVersion7().ToString("n");
        Directory.CreateDirectory(aside);
        var passwordFile = Path.Combine(aside, "password");
        SecretFile.Write(passwordFile, password);
        if (home.RunAs is not null) await ToolRun.Of("chown", ["-R", home.RunAs, aside], user: null, cancel);

        var cluster = Path.Combine(aside, "postgres");
        var run = await ToolRun.Of(
            binaries.Tool("initdb"),
            [
                "-D", cluster, "-U", owner, "-A", "scram-sha-256", $"--pwfile={passwordFile}",
                "-E", "UTF8", "--locale=C", "--data-checksums",
            ],
            home.RunAs, cancel);
        if (!run.Fine)
        {
            Directory.Delete(aside, recursive: true);
            throw new StartRefusedException($"initdb failed in {home.Folder}: {run.Output.Split('\n')[^1]}");
        }
        Directory.Move(cluster, home.Cluster);
        Directory.Delete(aside, recursive: true);
    }

    /// <summary>The port of the running server, from its own postmaster.pid.</summary>
    public static int? RunningPort(DataDirectory home) =>
        PidFile(home) is { Length: > PortLine } lines && int.TryParse(lines[PortLine], out var port) ? port : null;

    /// <summary>A server that stops in good order takes its postmaster.pid away.</summary>
    public static bool WasNotStopped(DataDirectory home) => PidFile(home) is not null;

    /// <summary>After a crash of the machine or container the noted process id may belong to somebody else, which pg_ctl
    /// would take for a running server.</summary>
    public static void RemoveStalePidFile(DataDirectory home)
    {
        if (!Directory.Exists("/proc/self") || PidFile(home) is not { Length: > PidLine } lines) return;
        if (!int.TryParse(lines[PidLine], out var pid)) return;
        var name = $"/proc/{pid}/comm";
        if (!File.Exists(name) || !File.ReadAllText(name).StartsWith("postgres", StringComparison.Ordinal))
            File.Delete(Path.Combine(home.Cluster, "postmaster.pid"));
    }

    /// <summary>The last line of weight in the server's own logs, for the sentence the operator reads.</summary>
    public static string? LastWords(DataDirectory home)
    {
        var own = new DirectoryInfo(Path.Combine(home.Cluster, "log"));
        var logs = new DirectoryInfo(home.Cluster).EnumerateFiles("startup.log").Concat(own.Exists ? own.EnumerateFiles("*.log") : []);
        return logs.OrderByDescending(f => f.LastWriteTimeUtc)
            .SelectMany(f => File.ReadLines(f.FullName).Reverse())
            .FirstOrDefault(line =>
                line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("could not", StringComparison.Ordinal));
    }

    private static string[]? PidFile(DataDirectory home)
    {
        var file = Path.Combine(home.Cluster, "postmaster.pid");
        return File.Exists(file) ? File.ReadAllLines(file) : null;
    }
}
