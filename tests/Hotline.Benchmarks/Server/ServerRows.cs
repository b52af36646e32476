using Hotline.Store.Embedded;

namespace Hotline.Benchmarks.Server;

/// <summary>The whole server over HTTP, as a process of its own with its own database, against pgbench on that same database
/// cluster and against bare SignalR. The provider of texts and calls is a sink in this process.</summary>
internal static class ServerRows
{
    private static readonly (string Word, Func<ServerUnderLoad, Task> Measure)[] Families =
    [
        ("intake", IntakeRows.Measure), ("steps", StepRows.Measure), ("pages", PageRows.Measure), ("line", LineRows.Measure), ("hub", HubRows.Measure),
        // Ends and starts the server, so it comes last.
        ("start", StartRows.Measure),
    ];

    /// <param name="binaries">Where pgbench may lie.</param>
    /// <param name="seconds">How long one figure is taken.</param>
    /// <param name="rounds">How often the limit and we take turns.</param>
    /// <param name="only">Families of rows; none means all.</param>
    public static async Task Print(PostgresBinaries binaries, int seconds, int rounds, string[] only)
    {
        if (only.Except(Families.Select(f => f.Word)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"There are no rows \"{unknown}\": {string.Join(", ", Families.Select(f => f.Word))}.");
        await using var server = await ServerUnderLoad.Start(binaries, seconds, rounds);
        try
        {
            foreach (var (word, measure) in Families)
                if (only.Length == 0 || only.Contains(word)) await measure(server);
        }
        finally
        {
            Console.WriteLine(server.Build);
            Console.WriteLine();
            server.Table.Print();
        }
    }
}
