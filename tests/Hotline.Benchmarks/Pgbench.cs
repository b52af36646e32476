using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Hotline.Benchmarks;

/// <summary>PostgreSQL's own load tool, a C client: the limit our appends are measured against.</summary>
internal sealed partial class Pgbench(string file, NpgsqlConnectionStringBuilder database)
{
    public static Pgbench? Beside(string folder, string database)
    {
        var file = Path.Combine(folder, "pgbench");
        return File.Exists(file) ? new(file, new(database)) : null;
    }

    /// <summary>Transactions a second of one script, prepared, one transaction a statement.</summary>
    public async Task<double> Run(string script, int clients, int seconds)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, script);
        var start = new ProcessStartInfo(file,
        [
            "-n", "-M", "prepared", "-f", path, "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}", "-T", $"{seconds}",
            "-h", database.Host!, "-p", $"{database.Port}", "-U", database.Username!, database.Database!,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGPASSWORD"] = database.Password;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(path);
        // A second on a crowded machine may be over before 64 connections stand.
        if (output.Contains("actually processed: 0", StringComparison.Ordinal)) return 0;
        var found = Rate().Match(output);
        return found.Success
            ? double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench gave no rate: {await error} {output}");
    }

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();
}
