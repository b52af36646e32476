using System.Globalization;
using Hotline.Benchmarks;
using Hotline.Benchmarks.Server;
using Hotline.Benchmarks.Server.Growth;
using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Migrating;
using Npgsql;

// What the store does, as a ratio to a limit that was measured in the same run on the same cluster. Nothing here is a test:
// figures depend on the machine, ratios much less.
// Usage: ops/bench [SECONDS [ROUNDS [PART …]]], parts as tests/README.md names them
if (args is ["bare-hub", var port, var perSecond, var bytes])
{
    await BareHub.Serve(int.Parse(port, CultureInfo.InvariantCulture), double.Parse(perSecond, CultureInfo.InvariantCulture), int.Parse(bytes, CultureInfo.InvariantCulture));
    return 0;
}
var seconds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
var rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
var only = args.Length > 2 ? args[2] : null;
string[] rows = [.. args.Skip(3)];
long Count(int place, long otherwise) => rows.Length > place ? long.Parse(rows[place], CultureInfo.InvariantCulture) : otherwise;

using var listening = Interruption.Listen();
var folder = Path.Combine(Path.GetTempPath(), "hotline-benchmarks-" + Guid.CreateVersion7().ToString("n"));
var home = await DataDirectory.Choose(folder);
try
{
    await using var cluster = await EmbeddedPostgres.Start(home);
    await using (var once = NpgsqlDataSource.Create(cluster.Database + ";Pooling=false")) await Migrations.Apply(once, Migrations.Main);
    await using var source = StoreConnections.Open(cluster.Database + ";Maximum Pool Size=130");
    var binaries = await PostgresBinaries.Find(null, null, home.RunAs);
    var pgbench = Pgbench.Beside(binaries.Folder, cluster.Database);
    Console.WriteLine($"{Environment.ProcessorCount} cores, PostgreSQL {binaries.Major}, {seconds} s a figure, {rounds} round(s)"
        + (pgbench is null ? "; pgbench is not installed beside pg_ctl, so there is no limit to compare with" : ""));
    Console.WriteLine();
    if (only is null or "append") await new AppendRows(source, pgbench, seconds, rounds).Print();
    if (only is null or "tail") await TailRows.Print(source);
    if (only is null or "server") await ServerRows.Print(binaries, seconds, rounds, rows);
    if (only is "growth") await GrowthRows.Print(binaries, seconds, rounds, Count(0, 10_000_000), Count(1, 1_000_000));
    if (only is "profile") await Profile.Print(binaries, seconds, rows);
    return 0;
}
catch (Exception e)
{
    // Caught, so that the cluster above is stopped rather than left behind.
    await Console.Error.WriteLineAsync(e is OperationCanceledException ? e.Message : e.ToString());
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
