using Npgsql;

namespace Hotline.Store.Tests.Contract;

/// <summary>The contract on PostgreSQL, one statement a command.</summary>
public sealed class A_store_on_PostgreSQL(PostgresFixture postgres)
    : PostgresContract(postgres, new PostgresStore(postgres.Source, TimeProvider.System));

/// <summary>The contract where commands that arrive together are written together.</summary>
public sealed class A_store_on_PostgreSQL_that_groups_appends(PostgresFixture postgres)
    : PostgresContract(postgres, new PostgresStore(postgres.Source, TimeProvider.System, grouped: true));

/// <summary>The same, where even a command that comes alone takes the statement of many.</summary>
public sealed class A_store_on_PostgreSQL_that_groups_whatever_comes(PostgresFixture postgres)
    : PostgresContract(postgres, new PostgresStore(postgres.Source, TimeProvider.System, grouped: true) { TogetherFrom = 1 });

public abstract class PostgresContract(PostgresFixture postgres, PostgresStore store)
    : StoreContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    protected override IEventStore Store => store;

    protected override DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => await Run("""
        create schema if not exists contract;
        create table if not exists contract.board (id uuid primary key, version bigint, title text, body jsonb, due_at timestamptz);
        create table if not exists contract.keys (scope text, key text, hash bytea, primary key (scope, key));
        """);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The database's clock cannot be moved, so what was noted by it moves back instead.</summary>
    protected override Task LetPass(TimeSpan time) => Run(string.Join("", new[]
    {
        "update hotline.outbox set lease_until = lease_until - $, ready_at = ready_at - $;",
        "update hotline.timers set lease_until = lease_until - $;",
        "update hotline.leases set until = until - $;",
    }).Replace("$", $"interval '{time.TotalMilliseconds} milliseconds'", StringComparison.Ordinal));

    protected override async Task<object?[]?> Row(RowSet set, params object[] key)
    {
        var match = string.Join(" and ", key.Select((_, i) => $"\"{set.Columns[i].Name}\" = ${i + 1}"));
        await using var command = postgres.Source.CreateCommand(
            $"select {string.Join(", ", set.Columns.Select(c => $"\"{c.Name}\""))} from {set.Table} where {match}");
        foreach (var part in key) command.Parameters.Add(new NpgsqlParameter { Value = part });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return null;
        return [.. set.Columns.Select((c, i) => reader.IsDBNull(i) ? null
            : c.Type == "timestamptz" ? reader.GetFieldValue<DateTimeOffset>(i) : reader.GetValue(i))];
    }

    private async Task Run(string sql)
    {
        await using var command = postgres.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
