using System.Diagnostics;
using System.Globalization;

namespace Hotline.Benchmarks.Server;

/// <summary>Seconds of processor that the server and its PostgreSQL have used: unlike a rate they hardly depend on who else is
/// on the machine.</summary>
internal readonly record struct Processor(double Server, double Postgres)
{
    private const double TicksPerSecond = 100;

    public static Processor Of(ServerUnderLoad server) => new(Seconds(server.City.ServerProcess), Postgresql(server.City.Data));

    /// <summary>The thread on which the runtime optimises what turned out to be busy.</summary>
    public static double Tiering(Process process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process.Id}/task").Where(task => File.ReadAllText(task + "/comm").StartsWith(".NET Tiered", StringComparison.Ordinal))
                .Sum(task => Ticks(Stat(task)[11..13]));
        }
        // Threads come and go; systems without /proc have none to show.
        catch (Exception gone) when (gone is IOException or ArgumentOutOfRangeException)
        {
            return 0;
        }
    }

    public static double Seconds(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    public static Processor operator -(Processor after, Processor before) => new(after.Server - before.Server, after.Postgres - before.Postgres);

    public double Sum => Server + Postgres;

    public static Processor operator *(Processor used, double times) => new(used.Server * times, used.Postgres * times);

    public static Processor operator /(Processor used, double operations) => new(used.Server / operations, used.Postgres / operations);

    public override string ToString() => $"server {Server * 1000:0.00} ms, PostgreSQL {Postgres * 1000:0.00} ms";

    public static Processor Middle(IReadOnlyCollection<Processor> rounds) =>
        new(Figure.Middle(rounds.Select(r => r.Server)), Figure.Middle(rounds.Select(r => r.Postgres)));

    /// <summary>The postmaster, those of its children that live, and those it has buried.</summary>
    private static double Postgresql(string data)
    {
        var file = Directory.EnumerateFiles(data, "postmaster.pid", SearchOption.AllDirectories).FirstOrDefault();
        if (file is null || !OperatingSystem.IsLinux()) return double.NaN;
        var postmaster = File.ReadLines(file).First().Trim();
        return Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Sum(pid =>
        {
            var fields = Stat($"/proc/{pid}");
            if (fields.Length == 0 || (pid != postmaster && fields[1] != postmaster)) return 0;
            // Counted from the field behind the name: utime and stime, then those of children that ended.
            return Ticks(fields[11..(pid == postmaster ? 15 : 13)]);
        });
    }

    private static double Ticks(string[] fields) => fields.Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;

    private static string[] Stat(string folder)
    {
        try
        {
            var line = File.ReadAllText(folder + "/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
