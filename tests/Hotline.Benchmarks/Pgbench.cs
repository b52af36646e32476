using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Hotline.Benchmarks;

/// <summary>PostgreSQL's own load tool, a C client: the limit our appends are measured against.</summary>
internal sealed partial class Pgbench(string file, NpgsqlConnectionStringBuilder database)
{
    private const int LongestSeconds = 20;

    public static Pgbench? Beside(string folder, string database)
    {
        var file = Path.Combine(folder, "pgbench");
        return File.Exists(file) ? new(file, new(database)) : null;
    }

    /// <summary>One script, prepared, one statement and one commit a transaction.</summary>
    public async Task<Figure> Run(string script, int clients, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-pgbench-").FullName;
        var path = Path.Combine(folder, "script.sql");
        await File.WriteAllTextAsync(path, script);
        var start = new ProcessStartInfo(file,
        [
            "-n", "-M", "prepared", "-f", path, "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{seconds}",
            "-l", "--log-prefix", Path.Combine(folder, "log"),
            "-h", database.Host!, "-p", $"{database.Port}", "-U", database.Username!, database.Database!,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = database.Password;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var found = Rate().Match(output);
        // A line a transaction: client, number, microseconds it took, …
        double[] took = [.. Directory.GetFiles(folder, "log*").SelectMany(File.ReadLines).Select(l => double.Parse(l.Split(' ')[2], CultureInfo.InvariantCulture) / 1000)];
        Directory.Delete(folder, recursive: true);
        // So busy a machine that nothing was committed while connections were opened: once more, with more time.
        if (!found.Success && seconds < LongestSeconds) return await Run(script, clients, seconds * 3);
        return found.Success
            ? Figure.Of(double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture), took)
            : throw new InvalidOperationException($"pgbench gave no rate: {await error} {output}");
    }

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();
}
