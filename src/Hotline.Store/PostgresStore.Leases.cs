using Npgsql;

namespace Hotline.Store;

public sealed partial class PostgresStore
{
    public async Task<IReadOnlyList<OutboxItem>> LeaseOutbox(
        string holder, TimeSpan lease, int limit, bool urgentOnly = false, CancellationToken cancel = default) =>
        await List(LeaseOutboxStatement(holder, lease, limit, urgentOnly), row => new OutboxItem(
            row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetBoolean(4)), cancel);

    /// <summary>Claims what is ready. The rows are found again by an array of their ids: a join is planned anew as a walk over the whole
    /// table once that was seen empty, and the plan stays while the table grows.</summary>
    internal static Sql LeaseOutboxStatement(string holder, TimeSpan lease, int limit, bool urgentOnly)
    {
        var (sql, urgent, order) = (new Sql(), urgentOnly ? "and urgency > 0 " : "", urgentOnly ? "urgency desc, position" : "position");
        return sql.Add("with ready as (select id, urgency, position, lease_holder is not null as taken_over from hotline.outbox "
            + "where (ready_at is null or ready_at <= clock_timestamp()) and (lease_until is null or lease_until < clock_timestamp()) "
            + $"{urgent}order by {order} limit {sql.Bigint(limit)} for update skip locked), leased as (update hotline.outbox as o "
            + $"set attempts = o.attempts + 1, lease_holder = {sql.Text(holder)}, lease_until = clock_timestamp() + {Lease(sql, lease)} "
            + "where o.id = any(array(select id from ready)) returning o.id, o.topic, o.payload, o.attempts) "
            + $"select id, topic, payload, attempts, taken_over from leased join ready using (id) order by {order}");
    }

    public async Task<bool> CompleteOutbox(Guid id, string holder, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add($"delete from hotline.outbox where id = {sql.Uuid(id)} and lease_holder = {sql.Text(holder)}");
        return await Changed(sql, cancel);
    }

    public async Task<bool> RetryOutbox(Guid id, string holder, TimeSpan wait, string why, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add($"update hotline.outbox set lease_holder = null, lease_until = null, ready_at = clock_timestamp() + {Lease(sql, wait)}, "
            + $"last_error = {sql.Text(why)} where id = {sql.Uuid(id)} and lease_holder = {sql.Text(holder)}");
        return await Changed(sql, cancel);
    }

    public async Task<bool> HurryOutbox(Guid id, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add($"update hotline.outbox set ready_at = null where id = {sql.Uuid(id)} and (lease_until is null or lease_until < clock_timestamp())");
        var hurried = await Changed(sql, cancel);
        if (hurried) Tell();
        return hurried;
    }

    public async Task<IReadOnlyList<TimerItem>> LeaseTimers(
        string holder, DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel = default)
    {
        var sql = LeaseTimersStatement(holder, now, lease, limit);
        return await List(sql, row => new TimerItem(row.GetString(0), row.GetString(1), row.GetGuid(2),
            row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetString(4)), cancel);
    }

    internal static Sql LeaseTimersStatement(string holder, DateTimeOffset now, TimeSpan lease, int limit)
    {
        var sql = new Sql();
        return sql.Add($"with due as (select key from hotline.timers where due_at <= {sql.Moment(now)} "
            + $"and (lease_until is null or lease_until < clock_timestamp()) order by due_at, key limit {sql.Bigint(limit)} "
            + $"for update skip locked), leased as (update hotline.timers as t set lease_holder = {sql.Text(holder)}, "
            + $"lease_until = clock_timestamp() + {Lease(sql, lease)} where t.key = any(array(select key from due)) "
            + "returning t.key, t.kind, t.stream, t.due_at, t.payload) "
            + "select key, kind, stream, due_at, payload from leased order by due_at, key");
    }

    public async Task ReleaseTimer(string key, string holder, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add("update hotline.timers set lease_holder = null, lease_until = null "
            + $"where key = {sql.Text(key)} and lease_holder = {sql.Text(holder)}");
        if (await Changed(sql, cancel)) _signal.Set();
    }

    public async Task<bool> HoldLease(string name, string holder, TimeSpan lease, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add("insert into hotline.leases as l (name, holder, until) values "
            + $"({sql.Text(name)}, {sql.Text(holder)}, clock_timestamp() + {Lease(sql, lease)}) on conflict (name) do update "
            + "set holder = excluded.holder, until = excluded.until where l.holder = excluded.holder or l.until < clock_timestamp()");
        return await Changed(sql, cancel);
    }

    public async Task ReleaseLease(string name, string holder, CancellationToken cancel = default)
    {
        var sql = new Sql();
        sql.Add($"delete from hotline.leases where name = {sql.Text(name)} and holder = {sql.Text(holder)}");
        await Changed(sql, cancel);
    }

    private static string Lease(Sql sql, TimeSpan lease) => sql.Typed(lease, NpgsqlTypes.NpgsqlDbType.Interval);

    private async Task<bool> Changed(Sql sql, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var command = sql.Command(connection);
        return await command.ExecuteNonQueryAsync(cancel) > 0;
    }

    private async Task<List<T>> List<T>(Sql sql, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var command = sql.Command(connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var items = new List<T>();
        while (await reader.ReadAsync(cancel)) items.Add(read(reader));
        return items;
    }
}
