namespace Hotline.Store.Embedded;

/// <summary>Where the embedded database lives, and the user that may run it: PostgreSQL refuses root.</summary>
public sealed record DataDirectory(string Folder, string? RunAs)
{
    public const string SystemFolder = "/var/lib/hotline";

    internal string Cluster => Path.Combine(Folder, "postgres");
    internal string PortFile => Path.Combine(Folder, "postgres.port");
    internal string PasswordFile => Path.Combine(Folder, "postgres.password");
    internal string LockFile => Path.Combine(Folder, "server.lock");

    /// <summary>Makes the folder asked for. As root, a folder the unprivileged user cannot reach (a clone under /root) is
    /// left alone and <see cref="SystemFolder"/> taken instead.</summary>
    public static async Task<DataDirectory> Choose(string asked, CancellationToken cancel = default)
    {
        var folder = Path.GetFullPath(asked);
        if (!Environment.IsPrivilegedProcess || OperatingSystem.IsWindows())
        {
            Make(folder, UserMode);
            return new(folder, null);
        }
        var user = Unprivileged();
        if (!await Reaches(user, NearestExisting(Path.GetDirectoryName(folder) ?? "/"), cancel)) folder = SystemFolder;
        Make(folder, RootMode);
        // A folder made by mktemp or under a strict umask is closed to all but root; what lies in it guards itself.
        var mode = File.GetUnixFileMode(folder);
        if (!mode.HasFlag(UnixFileMode.OtherExecute)) File.SetUnixFileMode(folder, mode | UnixFileMode.OtherExecute);
        return await Reaches(user, folder, cancel)
            ? new(folder, user)
            : throw new StartRefusedException($"The user {user} cannot reach {folder}: choose another Hotline:DataDirectory.");
    }

    private const UnixFileMode UserMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Others may walk through to the cluster, but not list; every file in it is 0600.
    private const UnixFileMode RootMode = UserMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static void Make(string folder, UnixFileMode mode)
    {
        try
        {
            if (Directory.Exists(folder)) return;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data directory {folder} cannot be made: {e.Message}", e);
        }
    }

    private static string NearestExisting(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder) ?? "/";
        return folder;
    }

    private static async Task<bool> Reaches(string user, string folder, CancellationToken cancel) =>
        (await ToolRun.Of("/bin/sh", ["-c", "cd \"$1\"", "sh", folder], user, cancel)).Fine;

    private static string Unprivileged()
    {
        const string Users = "/etc/passwd";
        var known = File.Exists(Users) ? File.ReadAllLines(Users).Select(line => line.Split(':')[0]).ToHashSet() : [];
        return known.Contains("postgres") ? "postgres"
            : known.Contains("nobody") ? "nobody"
            : throw new StartRefusedException("PostgreSQL refuses to run as root, and there is no user postgres or nobody.");
    }
}
