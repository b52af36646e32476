using System.Collections.Immutable;
using Hotline.Cases;
using Npgsql;

namespace Hotline.Auditing;

/// <summary>Asks the database what is overdue. It trusts no loop of ours: it compares what stands in the tables with the time.</summary>
public sealed class Debts(NpgsqlDataSource database, PolicyBook policies)
{
    /// <summary>Later than this is late. Timers fire within a second, and two looks must see it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>So often a delivery may fail before somebody should look at it: by then it waits half a minute between tries.</summary>
    public const int TriesBeforeStuck = 8;

    // danger begins with 0 on what is open and has an index: years of what is done with are not read.
    private const string Ask = """
        select 'timer-late', key, due_at from hotline.timers where due_at < $1
        union all
        select 'page-still', page.id::text, page.opened_at from hotline.files as page
        where page.kind = 'page' and page.danger < '1'
            and not exists (select 1 from hotline.timers where key = 'page:' || replace(page.id::text, '-', '') || ':climb')
        union all
        select case clock ->> 'state' when 'Running' then 'clock-unheard' else 'breach-untold' end,
            file.id || ':' || (clock ->> 'code'), (clock ->> 'dueAt')::timestamptz
        from hotline.files as file cross join lateral jsonb_array_elements(file.body -> 'clocks') as clock
        where file.kind in ('report', 'case', 'task', 'transfer', 'visit', 'call', 'debrief') and file.danger < '1' and file.due_at < $1 and jsonb_typeof(file.body -> 'clocks') = 'array'
            and (clock ->> 'dueAt')::timestamptz < $1
            and (clock ->> 'state' = 'Running' and not exists (
                    select 1 from hotline.timers where key = 'clock:' || replace(file.id::text, '-', '') || ':' || (clock ->> 'code') || ':due')
                or clock ->> 'state' = 'Breached' and clock ->> 'code' = any($2) and not exists (
                    select 1 from hotline.files as page where page.kind = 'page'
                        and (page.case_id = coalesce(file.case_id, file.id) or page.report = coalesce(file.report, file.id))))
        union all
        select case when attempts < $3 then 'delivery-late' else 'delivery-stuck' end, id::text, coalesce(ready_at, now())
        from hotline.outbox
        where attempts >= $3 or (coalesce(ready_at, '-infinity') < now() - $4 and coalesce(lease_until, '-infinity') < now())
        limit 1000
        """;

    /// <param name="now">Business time: deadlines are in it. Deliveries are judged by the database's clock, as their leases are.</param>
    public async Task<ImmutableArray<Overdue>> Owed(DateTimeOffset now, CancellationToken cancel)
    {
        var pack = policies.Current;
        await using var ask = database.CreateCommand(Ask);
        ask.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = (now - Grace).ToUniversalTime() });
        ask.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. pack.Clocks.Where(c => pack.Escalations.ContainsKey(c.Value.BreachPages)).Select(c => c.Key)] });
        ask.Parameters.Add(new NpgsqlParameter<int> { TypedValue = TriesBeforeStuck });
        ask.Parameters.Add(new NpgsqlParameter<TimeSpan> { TypedValue = Grace });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var owed = ImmutableArray.CreateBuilder<Overdue>();
        while (await rows.ReadAsync(cancel)) owed.Add(new(rows.GetString(0), rows.GetString(1), rows.GetFieldValue<DateTimeOffset>(2)));
        return owed.ToImmutable();
    }
}
