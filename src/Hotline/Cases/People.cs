using Dapper;
using Hotline.Http;
using Hotline.Security;
using Npgsql;

namespace Hotline.Cases;

/// <summary>What a colleague is called. Events and rows keep the account alone; its name is looked up where it is shown.</summary>
public sealed record PersonView(string User, string DisplayName);

/// <summary>/api/people: names of accounts that the caller has met in a file or a timeline.</summary>
public static class People
{
    private const int AskedMax = 100;

    public static void MapPeople(this WebApplication app) => app.MapGet("/api/people", Named).WithTags("Security").WithName("NamePeople");

    private static async Task<IResult> Named(
        HttpContext http, Caller caller, Permissions permissions, NpgsqlDataSource database, CancellationToken cancel)
    {
        if (!permissions.Has(caller, Permissions.AcknowledgePages)) return new Problem(403, "forbidden");
        var users = http.Request.Query["user"].OfType<string>().Take(AskedMax).Select(Account.Fold).Distinct().ToArray();
        await using var connection = await database.OpenConnectionAsync(cancel);
        var people = await connection.QueryAsync<PersonView>(new CommandDefinition(
            """select user_name as "User", display_name as "DisplayName" from hotline.accounts where user_name = any(@users) order by 1""",
            new { users }, cancellationToken: cancel));
        return TypedResults.Json(Listing.Of(people, null), Codec.Json);
    }
}
