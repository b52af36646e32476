using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Store;
using Npgsql;

namespace Hotline.Paging;

/// <summary>What people were told, and what waits to be told.</summary>
public interface IBundles
{
    /// <summary>The newest messages of a person by a channel.</summary>
    Task<ImmutableArray<Told>> ToldOf(Guid person, string channel, int limit, CancellationToken cancel);

    /// <summary>What else waits for a person, one attempt of each page that rings.</summary>
    Task<ImmutableArray<Waiting>> WaitingFor(Guid person, string channel, Guid exceptPage, CancellationToken cancel);

    /// <summary>A page that is no exercise rings, and this person was told of it: their telephone is left free.</summary>
    Task<bool> IsRungForReal(Guid person, CancellationToken cancel);

    /// <summary>Other pages that ring for a household.</summary>
    Task<ImmutableArray<Guid>> RingingFor(Guid household, Guid exceptPage, CancellationToken cancel);

    /// <summary>The attempts whose pages one message tells of, the leading one among them; none where it tells of its own page alone.</summary>
    Task<ImmutableArray<Waiting>> Of(Guid lead, CancellationToken cancel);

    /// <summary>The attempt whose message took this one along; null where it waits, or never had to.</summary>
    Task<(Guid Attempt, Guid Page)?> LeadOf(Guid attempt, CancellationToken cancel);
}

/// <summary>Rows of what people were told and of what waits to be told.</summary>
public sealed class Bundles(NpgsqlDataSource database, PolicyBook policies) : IBundles
{
    public static readonly RowSet ToldRows = new(
        "hotline.page_told",
        [
            new("person", "uuid"), new("channel", "text"), new("serial", "bigint"), new("at", "timestamptz"), new("emergency", "boolean"),
            new("attempt", "uuid"), new("code", "bigint"), new("page", "uuid"), new("household", "uuid"), new("triage", "text"),
        ],
        KeyColumns: 3);

    public static readonly RowSet BundleRows = new(
        "hotline.page_bundles",
        [
            new("attempt", "uuid"), new("page", "uuid"), new("person", "uuid"), new("channel", "text"), new("triage", "text"),
            new("planned_at", "timestamptz"), new("lead", "uuid"), new("lead_page", "uuid"),
        ],
        KeyColumns: 1);

    /// <summary>Where an attempt's turns are counted and what goes along with it is looked for: exercises stand in a row of their own, so
    /// that none is told together with a real page, nor holds one up.</summary>
    public static string Lane(PageFile page, PageAttempt attempt) => page.Started!.Exercise ? attempt.Channel + "-exercise" : attempt.Channel;

    /// <summary>A turn: taken by one alone.</summary>
    public static RowChange Turn(Guid person, string lane, Told told) =>
        new(ToldRows, RowOp.Claim, [person, lane, told.Serial, told.At, told.Emergency, told.Attempt, (long?)told.Code, told.Of?.Page, told.Of?.Household, told.Of?.Triage]);

    /// <summary>It waits. A row that a message has just taken stays as it is, unless that message is known to have failed.</summary>
    public static RowChange Waits(PageFile page, PageAttempt attempt, bool again) =>
        new(BundleRows, again ? RowOp.Upsert : RowOp.InsertIfAbsent, [attempt.Id, page.Id, attempt.Person, Lane(page, attempt), page.Started!.Triage, attempt.PlannedAt, null, null]);

    public static RowChange TakenAlong(Waiting one, Guid person, string lane, Waiting lead) =>
        new(BundleRows, RowOp.Upsert, [one.Attempt, one.Page, person, lane, one.Triage, one.PlannedAt, lead.Attempt, lead.Page]);

    /// <summary>Nothing went out: the turn is free for the next.</summary>
    public static RowChange GiveBack(PageFile page, PageAttempt attempt, long serial) =>
        new(ToldRows, RowOp.Delete, [attempt.Person, Lane(page, attempt), serial]);

    public static RowChange WaitsNoMore(Guid attempt) => new(BundleRows, RowOp.Delete, [attempt]);

    public async Task<ImmutableArray<Told>> ToldOf(Guid person, string channel, int limit, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select serial, at, emergency, attempt, code, page, household, triage from hotline.page_told where person = $1 and channel = $2 order by serial desc limit $3");
        ask.Parameters.Add(new() { Value = person });
        ask.Parameters.Add(new() { Value = channel });
        ask.Parameters.Add(new() { Value = limit });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var told = ImmutableArray.CreateBuilder<Told>();
        while (await rows.ReadAsync(cancel))
        {
            told.Add(new(rows.GetInt64(0), rows.GetFieldValue<DateTimeOffset>(1), rows.GetBoolean(2), rows.GetGuid(3), rows.IsDBNull(4) ? null : (int)rows.GetInt64(4))
            {
                Of = rows.IsDBNull(5) ? null : new(rows.GetGuid(5), rows.GetString(7), rows.IsDBNull(6) ? null : rows.GetGuid(6)),
            });
        }
        return told.ToImmutable();
    }

    public async Task<long?> TurnOf(Guid attempt, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select serial from hotline.page_told where attempt = $1");
        ask.Parameters.Add(new() { Value = attempt });
        return await ask.ExecuteScalarAsync(cancel) as long?;
    }

    public async Task<ImmutableArray<Waiting>> WaitingFor(Guid person, string channel, Guid exceptPage, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            """
            select distinct on (b.page) b.attempt, b.page, b.triage, b.planned_at from hotline.page_bundles b
            join hotline.files f on f.id = b.page and f.is_open
            where b.person = $1 and b.channel = $2 and b.lead is null and b.page <> $3 order by b.page, b.planned_at desc
            """);
        ask.Parameters.Add(new() { Value = person });
        ask.Parameters.Add(new() { Value = channel });
        ask.Parameters.Add(new() { Value = exceptPage });
        return await Read(ask, cancel);
    }

    public async Task<bool> IsRungForReal(Guid person, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select exists(select 1 from hotline.page_told t join hotline.files f on f.id = t.page where t.person = $1 and f.kind = 'page' and f.is_open "
            + "and not coalesce((f.body->>'exercise')::boolean, false))");
        ask.Parameters.Add(new() { Value = person });
        return (bool)(await ask.ExecuteScalarAsync(cancel))!;
    }

    public async Task<ImmutableArray<Guid>> RingingFor(Guid household, Guid exceptPage, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select id from hotline.files where kind = 'page' and is_open and danger < '1' and body->>'household' = $1 and id <> $2 limit 50");
        ask.Parameters.Add(new() { Value = household.ToString() });
        ask.Parameters.Add(new() { Value = exceptPage });
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var pages = ImmutableArray.CreateBuilder<Guid>();
        while (await rows.ReadAsync(cancel)) pages.Add(rows.GetGuid(0));
        return pages.ToImmutable();
    }

    public async Task<ImmutableArray<Waiting>> Of(Guid lead, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand(
            "select attempt, page, triage, planned_at from hotline.page_bundles where lead = $1 order by triage, planned_at desc");
        ask.Parameters.Add(new() { Value = lead });
        return await Read(ask, cancel);
    }

    public async Task<(Guid Attempt, Guid Page)?> LeadOf(Guid attempt, CancellationToken cancel)
    {
        await using var ask = database.CreateCommand("select lead, lead_page from hotline.page_bundles where attempt = $1 and lead is not null");
        ask.Parameters.Add(new() { Value = attempt });
        await using var row = await ask.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel) ? (row.GetGuid(0), row.GetGuid(1)) : null;
    }

    /// <summary>Those of a message's attempts that are not the leading one, each as an order to look at it again.</summary>
    public async Task<ImmutableArray<OutboxMessage>> Others(PageAttempt lead, string topic, IIds ids, CancellationToken cancel) =>
        [.. (await Of(lead.Id, cancel)).Where(w => w.Attempt != lead.Id).Select(w => Look(w, topic, ids))];

    /// <summary>Orders to look again at everything that waits for the person of an attempt, a later attempt of its own page too.</summary>
    public async Task<ImmutableArray<OutboxMessage>> WakeAll(PageFile page, PageAttempt attempt, string topic, IIds ids, CancellationToken cancel) =>
        [.. (await WaitingFor(attempt.Person, Lane(page, attempt), Guid.Empty, cancel)).Where(w => w.Attempt != attempt.Id).Select(w => Look(w, topic, ids))];

    private OutboxMessage Look(Waiting one, string topic, IIds ids) =>
        new(ids.New(), topic, AttemptRef.Json(one.Page, one.Attempt), Urgency: Urgency.Of(policies.Current.Limits, one.Triage));

    private static async Task<ImmutableArray<Waiting>> Read(NpgsqlCommand ask, CancellationToken cancel)
    {
        await using var rows = await ask.ExecuteReaderAsync(cancel);
        var found = ImmutableArray.CreateBuilder<Waiting>();
        while (await rows.ReadAsync(cancel))
            found.Add(new(rows.GetGuid(0), rows.GetGuid(1), rows.GetString(2), rows.GetFieldValue<DateTimeOffset>(3)));
        return found.ToImmutable();
    }
}

/// <summary>What an attempt learns of the message that took it along. Pure.</summary>
public static class Following
{
    public static ImmutableArray<Happening> Of(PageAttempt own, PageAttempt lead)
    {
        var events = ImmutableArray.CreateBuilder<Happening>();
        if (own.SentAt is null && lead.SentAt is not null) events.Add(new AttemptSent(own.Id, lead.MaybeDouble, lead.Gateway, lead.Bundled ?? 1, TakenAlong: true));
        if (lead.ProviderStatus is { } said && Statuses.IsFinal(said) && Statuses.Advances(own.ProviderStatus, said)) events.Add(new AttemptReported(own.Id, said));
        if (own.AnsweredAt is null && lead.WhyNot is { } why && lead.SentAt is not null && own.WhyNot != why) events.Add(new AttemptFailed(own.Id, why, lead.MovedOn));
        return events.ToImmutable();
    }
}
