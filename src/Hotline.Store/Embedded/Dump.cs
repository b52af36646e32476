using System.Globalization;
using Npgsql;

namespace Hotline.Store.Embedded;

/// <summary>One database written to a file by PostgreSQL's own pg_dump (custom format), and read back by pg_restore.</summary>
public static class Dump
{
    /// <summary>Writes the file whole or not at all, readable by its owner alone.</summary>
    /// <exception cref="StartRefusedException">pg_dump is missing or refused; the text says what it said.</exception>
    public static async Task Write(string connection, string? binaries, string path, CancellationToken cancel = default)
    {
        var aside = path + ".part";
        File.Delete(aside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await new FileStream(aside, options).DisposeAsync();
        try
        {
            await Run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", "--file", aside], connection, binaries, cancel);
            await using (var written = new FileStream(aside, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
            File.Move(aside, path, overwrite: false);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    /// <summary>Reads the file into an empty database, all of it in one transaction or nothing.</summary>
    /// <exception cref="StartRefusedException">The file is damaged, or the database took none of it.</exception>
    public static Task Restore(string connection, string? binaries, string path, CancellationToken cancel = default) => Run(
        "pg_restore", ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", Name(connection), path],
        connection, binaries, cancel);

    private static string Name(string connection) => new NpgsqlConnectionStringBuilder(connection).Database ?? "postgres";

    private static async Task Run(string tool, IEnumerable<string> arguments, string connection, string? binaries, CancellationToken cancel)
    {
        var found = await PostgresBinaries.Find(binaries, major: null, runAs: null, cancel);
        var program = File.Exists(found.Tool(tool)) ? found.Tool(tool) : tool;
        var run = await ToolRun.Of(program, arguments, user: null, Login(connection), cancel);
        if (run.Fine) return;
        throw new StartRefusedException(run.ExitCode == 127
            ? $"{tool} was not found: install PostgreSQL's client programs (Debian: postgresql-client)."
            : $"{tool} failed: {run.Output.Split('\n')[0]}");
    }

    /// <summary>By the environment, so that no list of processes shows the password.</summary>
    private static Dictionary<string, string> Login(string connection)
    {
        var to = new NpgsqlConnectionStringBuilder(connection);
        var login = new Dictionary<string, string>
        {
            ["PGHOST"] = to.Host ?? "127.0.0.1", ["PGPORT"] = to.Port.ToString(CultureInfo.InvariantCulture), ["PGDATABASE"] = Name(connection),
            ["PGAPPNAME"] = "hotline backup",
        };
        if (to.Username is { } user) login["PGUSER"] = user;
        if (to.Password is { } password) login["PGPASSWORD"] = password;
        if (to.Passfile is { } file) login["PGPASSFILE"] = file;
        if (to.RootCertificate is { } root) login["PGSSLROOTCERT"] = root;
        login["PGSSLMODE"] = to.SslMode switch
        {
            SslMode.VerifyFull => "verify-full", SslMode.VerifyCA => "verify-ca", var mode => mode.ToString().ToLowerInvariant(),
        };
        return login;
    }
}
