using System.Diagnostics;

namespace Hotline.Store.Embedded;

/// <summary>How a program ended and what it said.</summary>
internal sealed record ToolRun(int ExitCode, string Output)
{
    public bool Fine => ExitCode == 0;

    /// <summary>Runs a program to its end, as another user when one is named (only root may).</summary>
    public static Task<ToolRun> Of(string file, IEnumerable<string> arguments, string? user, CancellationToken cancel) =>
        Of(file, arguments, user, new Dictionary<string, string>(), cancel);

    public static async Task<ToolRun> Of(
        string file, IEnumerable<string> arguments, string? user, IReadOnlyDictionary<string, string> environment, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (user is not null) start.UserName = user;

        // The operator's own PGDATA or PGPORT must not steer our cluster, nor their locale the messages we quote.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return new(127, missing.Message);
        }
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return new(process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
