using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Npgsql;

namespace Hotline.Paging;

/// <summary>How many messages and calls somebody got lately.</summary>
/// <param name="Recent">Within the budget's own time.</param>
/// <param name="Longer">Within the time after which an overrun is shown.</param>
/// <param name="Overrun">More than the budget allows, for too long: somebody else should take over.</param>
public sealed record AlarmsView(Guid Person, string Name, string Role, string Division, int Recent, int Longer, bool Overrun);

/// <summary>The budget and who was rung within it.</summary>
public sealed record BudgetView(int Alarms, int WithinMinutes, int OverrunMinutes, IReadOnlyList<AlarmsView> People);

/// <summary>Counts what rang whose telephone, from the rows that turns leave.</summary>
public sealed class AlarmBudget(NpgsqlDataSource database, PolicyBook policies, IBusinessClock clock)
{
    private const int CountedMax = 200;

    /// <summary>Everybody who was rung lately and whose division the reader may see, the most first.</summary>
    public async Task<BudgetView> Of(Func<string, bool> mayRead, CancellationToken cancel)
    {
        var (budget, now) = (policies.Current.Limits.Budget, clock.Now);
        await using var ask = database.CreateCommand($"""
            select c.person, a.display_name, c.role, c.division, count(*) filter (where t.at > $1), count(*)
            from hotline.contacts c join hotline.accounts a on a.id = c.person cross join (values ('sms'), ('call')) as by (channel)
                cross join lateral (
                    select at from hotline.page_told where person = c.person and channel = by.channel order by serial desc limit {CountedMax}) t
            where t.at > $2 group by c.person, a.display_name, c.role, c.division order by count(*) desc, a.display_name
            """);
        ask.Parameters.Add(new() { Value = (now - budget.Within).ToUniversalTime() });
        ask.Parameters.Add(new() { Value = (now - budget.OverrunFor).ToUniversalTime() });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var people = ImmutableArray.CreateBuilder<AlarmsView>();
        while (await rows.ReadAsync(cancel))
        {
            var (recent, longer) = ((int)rows.GetInt64(4), (int)rows.GetInt64(5));
            if (mayRead(rows.GetString(3)))
                people.Add(new(rows.GetGuid(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), recent, longer, longer > budget.Most));
        }
        return new(budget.Alarms, (int)budget.Within.TotalMinutes, (int)budget.OverrunFor.TotalMinutes, people.ToImmutable());
    }
}
