using System.Text.Json;
using Hotline.Cases;
using Hotline.Paging;
using Hotline.Store;
using Npgsql;

namespace Hotline.Auditing;

/// <summary>An attempt that does not get out, as the desk shows it.</summary>
/// <param name="Why">The last thing that went wrong, in the relay's words.</param>
/// <param name="RetryAt">When it is tried again by itself; machine time.</param>
public sealed record DeliveryView(
    Guid Id, string Channel, int Attempts, string? Why, DateTimeOffset? RetryAt, Guid Page, string? ReportNumber, string PageState, string Division, bool Exercise);

/// <summary>What waits to leave the house and cannot: the relay never gives it up, and here a person looks at it, hurries it,
/// gives it to somebody else or closes it with a reason.</summary>
public sealed class Deliveries(NpgsqlDataSource database, IEventStore store, Writer writer, IVault vault, IBusinessClock clock)
{

    /// <summary>Shown from here on: once or twice is an ordinary day of a network.</summary>
    private const int TriesBeforeShown = 3;

    private const int ListMax = 200;
    private const int ReasonClass = 2;

    private const string Select = """
        select o.id, o.topic, o.attempts, o.last_error, o.ready_at, page.id, page.body ->> 'reportNumber', page.state, page.division, o.payload, coalesce((page.body ->> 'exercise')::boolean, false)
        from hotline.outbox as o join hotline.files as page on page.kind = 'page' and page.id = (o.payload::jsonb ->> 'page')::uuid
        where o.topic in ('telephone.sms', 'telephone.call')
        """;

    public async Task<IReadOnlyList<DeliveryView>> Waiting(CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"{Select} and o.attempts >= {TriesBeforeShown} order by o.position limit {ListMax}");
        return [.. (await Read(ask, cancel)).Select(d => d.View)];
    }

    /// <summary>The delivery and the attempt it carries; null when it has ended meanwhile.</summary>
    public async Task<(DeliveryView View, Guid Attempt)?> Find(Guid id, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand($"{Select} and o.id = $1");
        ask.Parameters.Add(new() { Value = id });
        return (await Read(ask, cancel)) is [var one] ? one : null;
    }

    /// <summary>The attempt is over by a person's decision; the page goes on with its plan. The relay finds it settled and lets go.</summary>
    public async Task Close(DeliveryView delivery, Guid attempt, Actor by, string reason, CancellationToken cancel)
    {
        var (refs, rows) = await vault.Seal([new ToSeal(delivery.Page, ReasonClass, reason)], cancel);
        await writer.Write(by.Name, clock.Now, async load =>
        {
            var page = await load.Load<PageFile>(PageFile.KindName, delivery.Page, CancellationToken.None);
            return Pages.Close(load.Kind(PageFile.KindName), page, attempt, by, refs[0], rows);
        });
        await Hurry(delivery, cancel);
    }

    /// <summary>One that is being tried just now needs no hurry.</summary>
    public Task Hurry(DeliveryView delivery, CancellationToken cancel) => store.HurryOutbox(delivery.Id, cancel);

    private static async Task<List<(DeliveryView View, Guid Attempt)>> Read(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = new List<(DeliveryView, Guid)>();
        while (await rows.ReadAsync(cancel))
        {
            var carries = JsonSerializer.Deserialize<AttemptRef>(rows.GetString(9), Codec.Json)!;
            found.Add((
                new(rows.GetGuid(0), rows.GetString(1) == Topics.Sms ? Channels.Sms : Channels.Call, rows.GetInt32(2), Text(rows, 3),
                    rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4), rows.GetGuid(5), Text(rows, 6), rows.GetString(7), rows.GetString(8), rows.GetBoolean(10)),
                carries.Attempt));
        }
        return found;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
