using Hotline.Store;
using Npgsql;

namespace Hotline.Hosting;

/// <summary>A database belongs to the demo or to real life from its first start on, and never changes sides.</summary>
internal static class DemoMark
{
    public static async Task Check(NpgsqlDataSource database, bool demo, CancellationToken cancel)
    {
        await using var claim = database.CreateCommand("""
            with claimed as (
                insert into hotline.settings (name, value) values ('mode', to_jsonb($1::text))
                on conflict (name) do nothing returning value)
            select value #>> '{}' from claimed
            union all
            select value #>> '{}' from hotline.settings where name = 'mode'
            """);
        claim.Parameters.Add(new() { Value = demo ? "demo" : "productive" });
        var mode = await claim.ExecuteScalarAsync(cancel) as string;
        if (demo && mode != "demo")
            throw new StartRefusedException("This database has served without the demo: demo data may not be mixed in. Choose another Hotline:DataDirectory.");
        if (!demo && mode != "productive")
            throw new StartRefusedException("This database has held demo data and never turns productive. Choose another database or Hotline:DataDirectory.");
    }
}
