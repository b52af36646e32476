using Npgsql;

namespace Hotline.Store.Tests.Faults;

/// <summary>The driver prepares a statement on its second use. Where the database refuses that use before it runs (a value that is no
/// JSON fails while it is bound), the driver forgets what the statement answers: its third use dies of an exception that is no error of
/// the database's, with the connection, when the command may have been committed. The store looks it up and goes on.</summary>
public sealed class A_statement_that_failed_while_it_was_prepared(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static StoreCommand Begin(Guid stream, string data = "{}") => new()
    {
        Id = Guid.CreateVersion7(), At = new(2026, 11, 21, 8, 55, 0, TimeSpan.Zero),
        Streams = [new(stream, "case", 0, [new(Guid.CreateVersion7(), "noted", data)])],
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task serves_the_next_command_all_the_same(int brokenAt)
    {
        var one = new NpgsqlConnectionStringBuilder(StoreConnections.Tuned(postgres.Database)) { MaxPoolSize = 1 };
        await using var source = NpgsqlDataSource.Create(one.ConnectionString);
        var store = new PostgresStore(source, TimeProvider.System);
        for (var use = 1; use <= 6; use++)
        {
            var born = Guid.CreateVersion7();
            var end = await store.Append(Begin(born, use == brokenAt ? "{" : "{}"));
            if (use == brokenAt) end.ShouldBeOfType<Appended.RolledBack>();
            else end.ShouldBeOfType<Appended.Done>();
            (await store.Read(born)).Count.ShouldBe(use == brokenAt ? 0 : 1);
        }
    }
}
