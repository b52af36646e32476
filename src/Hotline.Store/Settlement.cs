using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;

namespace Hotline.Store;

/// <summary>Whom a command was sent to, and when (a timestamp of the time provider).</summary>
internal readonly record struct Sent(int Backend, long At);

/// <summary>Settles what became of a command whose answer never came. First it makes sure that the database process which
/// had the command is gone, ending it if need be; only then is a look-up final: events that are not there now will never
/// come. That also makes a further try safe.</summary>
/// <param name="source">Where to ask.</param>
/// <param name="time">Machine time.</param>
/// <param name="within">How long to try before the outcome is left unknown.</param>
internal sealed class Settlement(NpgsqlDataSource source, TimeProvider time, TimeSpan within)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LookUpWithin = TimeSpan.FromSeconds(2);

    /// <summary>A session that was ended may have committed just before. An error of the statement itself never has.</summary>
    public static bool LeavesDoubt(PostgresException e) =>
        e.InvariantSeverity is "FATAL" or "PANIC" || e.SqlState.StartsWith("08", StringComparison.Ordinal);

    /// <returns>For each command that was sent: Done, RolledBack (proven), or Unknown.</returns>
    public async Task<ImmutableArray<Appended>> Settle(ImmutableArray<CommandShape> shapes, Sent sent, Exception why)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < within)
        {
            try
            {
                using var limit = new CancellationTokenSource(LookUpWithin, time);
                await using var connection = await source.OpenConnectionAsync(limit.Token);
                if (await BackendIsGone(connection, sent, limit.Token))
                {
                    var ends = ImmutableArray.CreateBuilder<Appended>(shapes.Length);
                    foreach (var shape in shapes) ends.Add(await LookUp(connection, shape, why, limit.Token));
                    return ends.MoveToImmutable();
                }
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
            {
                why = new AggregateException(why, e);
            }
            await Task.Delay(Pause, time, CancellationToken.None);
        }
        return [.. shapes.Select(_ => new Appended.Unknown(why))];
    }

    private async Task<bool> BackendIsGone(NpgsqlConnection connection, Sent sent, CancellationToken cancel)
    {
        // A process that began after the command was sent only bears the same number.
        await using var command = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and usename = current_user "
            + "and pid <> pg_backend_pid() and backend_start <= clock_timestamp() - $2", connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = sent.Backend });
        command.Parameters.Add(new NpgsqlParameter<TimeSpan>
        {
            TypedValue = time.GetElapsedTime(sent.At),
            NpgsqlDbType = NpgsqlDbType.Interval,
        });
        return await command.ExecuteScalarAsync(cancel) is null;
    }

    private static async Task<Appended> LookUp(NpgsqlConnection connection, CommandShape shape, Exception why, CancellationToken cancel)
    {
        var last = shape.Streams.Where(s => s.Events.Length > 0)
            .Select(s => (s.Stream, Version: s.Expected + s.Events.Length, s.Events[^1].Id)).ToArray();
        // Without an event there is nothing to look for: an outbox row may be done and deleted by now.
        if (last.Length == 0) return new Appended.Unknown(why);
        var sql = new Sql();
        var (ids, streams) = (sql.Many(last.Select(l => l.Id), NpgsqlDbType.Uuid), sql.Many(last.Select(l => l.Stream), NpgsqlDbType.Uuid));
        var versions = sql.Many(last.Select(l => l.Version), NpgsqlDbType.Bigint);
        await using var command = sql.Add($"select max(e.seq_id) from unnest({ids}, {streams}, {versions}) as x(id, stream, version) "
            + "join public.mt_events as e on e.stream_id = x.stream and e.version = x.version and e.id = x.id "
            + $"where e.causation_id = {sql.Text(shape.Command.Id.ToString())}").Command(connection);
        return await command.ExecuteScalarAsync(cancel) is long seq ? new Appended.Done(seq) : new Appended.RolledBack(why);
    }
}
