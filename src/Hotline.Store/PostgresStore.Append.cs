using System.Collections.Immutable;
using Npgsql;

namespace Hotline.Store;

public sealed partial class PostgresStore
{
    /// <summary>How often a command is sent again after it certainly was not committed: a deadlock, a dead connection.</summary>
    public const int SendsMax = 4;

    public Task<Appended> Append(StoreCommand command, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        var shape = CommandShape.Of(command);
        return _queue?.Append(shape) ?? Alone(shape, cancel);
    }

    /// <summary>One command, one statement, one commit.</summary>
    private async Task<Appended> Alone(CommandShape shape, CancellationToken cancel)
    {
        var sql = AppendStatement.Of(shape);
        Appended end = new Appended.RolledBack(new InvalidOperationException("Never sent."));
        for (var send = 1; send <= SendsMax; send++)
        {
            (end, var again) = await Send(shape, send == 1 ? sql : AppendStatement.Of(shape), cancel);
            if (!again) break;
        }
        if (end is Appended.Done) Tell();
        return end;
    }

    /// <summary>One try. <c>Again</c>: certainly not committed, and worth another try.</summary>
    private async Task<(Appended End, bool Again)> Send(CommandShape shape, Sql sql, CancellationToken cancel)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await source.OpenConnectionAsync(cancel);
        }
        catch (NpgsqlException e)
        {
            return (new Appended.RolledBack(e), false);
        }
        var sent = new Sent(connection.ProcessID, time.GetTimestamp());
        try
        {
            await using (connection) return await Execute(shape, sql, connection, cancel);
        }
        catch (PostgresException e) when (!Settlement.LeavesDoubt(e))
        {
            return await After(shape, e, cancel);
        }
        catch (Exception e)
        {
            // Whatever the driver died of (not all of it is an NpgsqlException), the command may stand.
            var end = (await _settlement.Settle([shape], sent, e))[0];
            // A connection that broke deserves another try; a statement that ran out of time had its chance.
            return (end, end is Appended.RolledBack && e is not TimeoutException and not { InnerException: TimeoutException });
        }
    }

    private async Task<(Appended, bool)> Execute(CommandShape shape, Sql sql, NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = sql.Command(connection);
        bool streams, claims;
        long highest;
        // From here on nothing is cancelled: whoever hangs up has still reported.
        await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            await reader.ReadAsync(CancellationToken.None);
            (streams, claims) = (reader.GetBoolean(0), reader.GetBoolean(1));
            highest = reader.IsDBNull(2) ? 0 : reader.GetInt64(2);
            // The row arrives before the commit; only the end of the answer says that it is durable.
            while (await reader.NextResultAsync(CancellationToken.None)) { }
        }
        if (streams && claims) return (new Appended.Done(highest), false);
        return await Refusal(shape, connection, cancel) is { } refusal
            ? (refusal, false)
            : (new Appended.RolledBack(new InvalidOperationException("What stood in the way went away while it was named.")), true);
    }

    /// <summary>The database undid the statement. Which of the known reasons was it?</summary>
    private async Task<(Appended, bool)> After(CommandShape shape, PostgresException why, CancellationToken cancel)
    {
        if (why.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            return (new Appended.RolledBack(why), true);
        // 23505: a writer who is not ours put in the same version. 22012: the statement's own guard (AppendStatement).
        var ofStreams = why.SqlState == PostgresErrorCodes.UniqueViolation && why.TableName is "mt_events" or "mt_streams";
        if (why.SqlState != PostgresErrorCodes.DivisionByZero && !ofStreams) return (new Appended.RolledBack(why), false);
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await Refusal(shape, connection, cancel) is { } refusal ? (refusal, false) : (new Appended.RolledBack(why), true);
    }

    /// <summary>Names what refused the command: a key that is taken comes before a version that moved, since a repeated
    /// request finds both and is owed its first answer.</summary>
    private static async Task<Appended?> Refusal(CommandShape shape, NpgsqlConnection connection, CancellationToken cancel)
    {
        foreach (var claim in shape.Claims)
        {
            var sql = new Sql();
            var keys = claim.Set.Columns[..claim.Set.KeyColumns];
            var match = keys.Select((k, i) => $"\"{k.Name}\" = {sql.Value(claim.Values[i], ColumnTypes.Of(k))}");
            await using var taken = sql.Add($"select 1 from {claim.Set.Table} where {string.Join(" and ", match)}").Command(connection);
            if (await taken.ExecuteScalarAsync(cancel) is not null)
                return new Appended.KeyTaken(claim.Set.Table, claim.Values[..claim.Set.KeyColumns]);
        }
        foreach (var write in shape.Streams)
        {
            var sql = new Sql();
            var id = sql.Uuid(write.Stream);
            await using var look = sql.Add("select greatest((select version from public.mt_streams where id = "
                + $"{id}), (select max(version) from public.mt_events where stream_id = {id}), 0), "
                + $"(select is_archived from public.mt_streams where id = {id})").Command(connection);
            await using var reader = await look.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            var actual = reader.GetInt64(0);
            if (actual != write.Expected) return new Appended.VersionMoved(write.Stream, actual);
            if (!reader.IsDBNull(1) && reader.GetBoolean(1))
                return new Appended.RolledBack(new InvalidOperationException($"Stream {write.Stream} is archived."));
        }
        return null;
    }
}
