using System.Text.Json;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Hosting;
using Hotline.Simulation;
using Hotline.Store;
using Hotline.Store.Embedded;
using Hotline.Store.Sealing;
using Hotline.Telephony;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hotline.Benchmarks.Server;

/// <summary>Many duty officers, each alone on duty in a township of their own. Rosters are put through the API; accounts and
/// telephone numbers have no API, so those go into the database, numbers sealed by the server's own classes.</summary>
internal static class Staff
{
    private const string Role = "DutyOfficer";

    public static string Division(int n) => $"440199{n + 100:000}";

    public static string Number(int n) => $"+1415556{n:0000}";

    public static async Task Hire(ServerUnderLoad server, int people)
    {
        var ids = new SystemIds();
        var (main, keyStore) = EmbeddedPostgres.Running(await DataDirectory.Choose(server.City.Data))!.Value;
        await using var database = NpgsqlDataSource.Create(main);
        await using var keys = NpgsqlDataSource.Create(keyStore);
        var store = new PostgresStore(database, TimeProvider.System);
        using var vault = new PostgresVault(database, keys, MasterKeyFile.ReadOrMake(server.City.Data, keysExist: true), ids, TimeProvider.System, NullLogger.Instance);
        using var lookup = new NumberLookup(database, store, vault, ids, new Now());
        DutyEvents.Register();
        var writer = new Writer(store, new StreamKinds([new StaffKind()]), [], ids, NullLogger<Writer>.Instance);
        var contacts = new Contacts(database, vault, lookup, writer);
        for (var n = 0; n < people; n++)
        {
            var (person, user) = (ids.New(), $"bench-duty-{n}");
            await using (var account = database.CreateCommand(
                "insert into hotline.accounts (id, user_name, display_name, roles, division, organisation_id, demo, created_at) "
                + "select $1, $2, $2, array[$3], $4, organisation_id, true, created_at from hotline.accounts where user_name = 'duty'"))
            {
                foreach (var value in new object[] { person, user, Role, Division(n) }) account.Parameters.Add(new() { Value = value });
                await account.ExecuteNonQueryAsync();
            }
            await contacts.Keep(person, user, Role, Division(n), PhoneNumber.Parse(Number(n))!.Value, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            await DutyDemo.Vouch(writer, (await contacts.Of(person, CancellationToken.None))!, TimeProvider.System.GetUtcNow());
            var always = new { person, days = new[] { 1, 2, 3, 4, 5, 6, 7 }, from = "00:00", to = "00:00" };
            var roster = JsonSerializer.Serialize(new { division = Division(n), role = Role, timeZone = "Asia/Shanghai", shifts = new[] { always } });
            await server.Load.Ask(HttpMethod.Put, $"/api/duty/rosters/{ids.New()}", "supervisor", roster, version: 0);
        }
    }

    private sealed class Now : IBusinessClock
    {
        DateTimeOffset IBusinessClock.Now => TimeProvider.System.GetUtcNow();
    }
}
