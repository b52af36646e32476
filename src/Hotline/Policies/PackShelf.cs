using System.Text.Json;
using Dapper;
using Hotline.Cases;
using Hotline.Store;
using Hotline.Workflow;
using Npgsql;

namespace Hotline.Policies;

/// <summary>Keeps every pack that was ever in force, so that a case is worked by the rules it began under.</summary>
public static class PackShelf
{
    private static readonly RowSet Set = new("hotline.packs", [new("version", "text"), new("files", "jsonb"), new("seen_at", "timestamptz")], KeyColumns: 1);

    public static async Task Open(IServiceProvider services, CancellationToken cancel)
    {
        var (policies, source) = (services.GetRequiredService<PolicyBook>(), services.GetRequiredService<PolicySource>());
        var database = services.GetRequiredService<NpgsqlDataSource>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await services.GetRequiredService<IEventStore>().Append(new StoreCommand
        {
            Id = services.GetRequiredService<IIds>().New(), At = now,
            Rows = [new RowChange(Set, RowOp.InsertIfAbsent, [policies.Current.Version, JsonSerializer.Serialize(Files(source.Directory)), now])],
        }, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var earlier = await connection.QueryAsync<(string Version, string Files)>(new CommandDefinition(
            "select version, files::text from hotline.packs where version <> @version", new { version = policies.Current.Version }, cancellationToken: cancel));
        var log = services.GetRequiredService<ILogger<PolicyBook>>();
        foreach (var (version, files) in earlier)
        {
            if (Read(JsonSerializer.Deserialize<Dictionary<string, string>>(files)!) is { } pack && pack.Version == version) policies.Keep(pack);
            else log.PackUnreadable(version);
        }
    }

    private static Dictionary<string, string> Files(string directory) => Directory
        .EnumerateFiles(directory, "*.yaml", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(directory, path).Replace('\\', '/'), File.ReadAllText);

    private static Pack? Read(Dictionary<string, string> files)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-pack-").FullName;
        try
        {
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, text);
            }
            return PackLoader.Load(folder).Pack;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>Where the pack in force was read from.</summary>
public sealed record PolicySource(string Directory);

internal static partial class PackShelfLog
{
    [LoggerMessage(5101, LogLevel.Warning, "Pack {Version} can no longer be read by this release; its cases are worked by the newest")]
    public static partial void PackUnreadable(this ILogger log, string version);
}
