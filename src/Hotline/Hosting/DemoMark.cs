using Hotline.Store;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>A database belongs to the demo or to real life from its first start on, and never changes sides.</summary>
internal static class DemoMark
{
    private const string Demo = "demo", Productive = "productive";

    public static async Task Check(NpgsqlDataSource database, bool demo, CancellationToken cancel)
    {
        var ours = demo ? Demo : Productive;
        await using var claim = database.CreateCommand("""
            insert into hotline.settings (name, value) values ('mode', to_jsonb($1::text)) on conflict (name) do nothing
            """);
        claim.Parameters.Add(new() { Value = ours });
        await claim.ExecuteNonQueryAsync(cancel);

        // A statement of its own: nodes that start together must see whose claim stood.
        await using var read = database.CreateCommand("select value #>> '{}' from hotline.settings where name = 'mode'");
        if (await read.ExecuteScalarAsync(cancel) as string == ours) return;
        throw new StartRefusedException(demo
            ? "This database has served without the demo, and demo data may not be mixed in: "
                + "choose another Hotline:DataDirectory."
            : "This database has held demo data and never turns productive: "
                + "choose another Hotline:Database or Hotline:DataDirectory.");
    }
}
