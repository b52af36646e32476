using System.Collections.Immutable;
using Npgsql;

namespace Hotline.Store;

public sealed partial class PostgresStore
{
    /// <summary>How many commands of a batch that failed are tried alone at the same time.</summary>
    private const int AloneAtOnce = 4;

    /// <summary>The statement of many is dearer than the plain one: a command that comes alone goes plain.</summary>
    internal int TogetherFrom { get; init; } = 2;

    /// <summary>Writes commands in one transaction. Whoever the batch did not settle goes again alone: a refusal is named that
    /// way, and of a batch that failed only the culprit fails.</summary>
    internal async Task<ImmutableArray<Task<Appended>>> Together(ImmutableArray<CommandShape> shapes)
    {
        var ends = new Appended?[shapes.Length];
        if (shapes.Length >= TogetherFrom && shapes.All(GroupStatement.Fits)) await SendTogether(shapes, ends);
        if (ends.Any(e => e is Appended.Done)) Tell();
        Task<Appended>?[] all = [.. ends.Select(e => e is null ? null : Task.FromResult(e))];
        var left = Enumerable.Range(0, ends.Length).Where(i => ends[i] is null);
        await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = AloneAtOnce }, async (i, _) =>
        {
            all[i] = Alone(shapes[i], CancellationToken.None);
            await ((Task)all[i]!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        return [.. all.Select(e => e!)];
    }

    private async Task SendTogether(ImmutableArray<CommandShape> shapes, Appended?[] ends)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await source.OpenConnectionAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            Array.Fill(ends, new Appended.RolledBack(e));
            return;
        }
        var sent = new Sent(connection.ProcessID, time.GetTimestamp());
        try
        {
            await using (connection) await ExecuteTogether(shapes, ends, connection);
        }
        catch (PostgresException e) when (!Settlement.LeavesDoubt(e))
        {
            // The database undid all of it: each goes again alone.
            Array.Clear(ends);
        }
        catch (Exception e)
        {
            Array.Clear(ends);
            var settled = await _settlement.Settle(shapes, sent, e);
            for (var i = 0; i < ends.Length; i++)
                if (settled[i] is not Appended.RolledBack) ends[i] = settled[i];
        }
    }

    private static async Task ExecuteTogether(ImmutableArray<CommandShape> shapes, Appended?[] ends, NpgsqlConnection connection)
    {
        await using var command = GroupStatement.Of(shapes).Command(connection);
        var highest = new Dictionary<Guid, long>();
        bool[] ok;
        await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
        {
            await reader.ReadAsync(CancellationToken.None);
            ok = reader.GetFieldValue<bool[]>(0);
            if (!reader.IsDBNull(1))
            {
                var (streams, numbers) = (reader.GetFieldValue<Guid[]>(1), reader.GetFieldValue<long[]>(2));
                for (var i = 0; i < streams.Length; i++) highest[streams[i]] = Math.Max(numbers[i], highest.GetValueOrDefault(streams[i]));
            }
            // The row arrives before the commit; only the end of the answer says that it is durable.
            while (await reader.NextResultAsync(CancellationToken.None)) { }
        }
        for (var i = 0; i < shapes.Length; i++)
            if (ok[i]) ends[i] = new Appended.Done(shapes[i].Streams.Select(s => highest.GetValueOrDefault(s.Stream)).DefaultIfEmpty().Max());
    }
}
