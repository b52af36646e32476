using System.Globalization;
using Npgsql;

namespace Hotline.Cases;

/// <summary>Case numbers, e.g. 440199-26-000123: division, year, running number. Taken from a sequence in blocks, so that no
/// report waits for one; a block left unused makes a gap, never a double.</summary>
public sealed class CaseNumbers(NpgsqlDataSource database)
{
    private const int Block = 20;
    private readonly SemaphoreSlim turn = new(1, 1);
    private long next;
    private int left;

    public async Task<string> Next(string division, DateTimeOffset now, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (left == 0)
            {
                await using var command = database.CreateCommand("select nextval('hotline.case_numbers')");
                next = (long)(await command.ExecuteScalarAsync(cancel))!;
                left = Block;
            }
            left--;
            var year = now.ToOffset(TimeSpan.FromHours(8)).Year % 100;
            return string.Create(CultureInfo.InvariantCulture, $"{division[..6]}-{year:00}-{next++:000000}");
        }
        finally
        {
            turn.Release();
        }
    }
}
