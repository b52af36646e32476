using Hotline.Cases;
using Hotline.Effects;
using Hotline.Paging;
using Hotline.Store;

namespace Hotline.Tests.Year;

/// <summary>The providers and the air between us and a telephone: refuses for a while, takes a request and does not say so, loses
/// callbacks. What the server does about it follows its own delivery, attempt by attempt.</summary>
internal sealed class Carrier(YearWorld world)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private readonly Dictionary<Guid, string> taken = [];
    private readonly HashSet<Guid> noted = [];
    private DateTimeOffset awayUntil = DateTimeOffset.MinValue;

    /// <summary>Whatever reached a telephone: to whom, when, and about whom.</summary>
    public List<(Guid Person, DateTimeOffset At, Guid Household)> Rang { get; } = [];

    /// <summary>Requests made while their page did not ring any more.</summary>
    public int AfterTheEnd { get; private set; }

    public void Away(TimeSpan length) => awayUntil = world.Time.Now + length;

    /// <returns>Null when the node died while it was at it.</returns>
    public async Task<OutboxEnd?> Deliver(OutboxItem item, Func<bool> dies)
    {
        var (pageId, attemptId) = AttemptRef.Of(item);
        var page = await world.Load<PageFile>(PageFile.KindName, pageId);
        if (item.Topic == Topics.EndCall) return new OutboxEnd.Done();
        if (page.Attempt(attemptId) is not { } attempt) return new OutboxEnd.Done();
        if (item.Topic == Topics.Ask) return await Asked(page, attempt);
        if (item.Topic == Topics.Follow) return await new FollowDelivery(world.Writer, world.Bundles, world.Time).Deliver(item, default);
        if (attempt.IsSettled) return new OutboxEnd.Done();
        // An earlier request that ended unclear is looked for before it is repeated.
        if (noted.Contains(attemptId) && taken.ContainsKey(attemptId) && world.Random.NextDouble() < 0.9) return await Sent(page, attempt, maybeDouble: false);
        if (!page.IsRinging) return await Fail(page, attempt, "answered-first");
        if (page.Overtook(attempt)) return await Fail(page, attempt, "overtaken");
        switch (await world.Turns.Take(page, attempt, new(attempt.Person, "", attempt.Role, "", Guid.Empty, attempt.Person.ToByteArray(), null, null), default))
        {
            case Turn.Later later:
                return await Write(page, [Bundles.Waits(page, attempt, later.WasTaken)], [], new AttemptDelayed(attemptId, later.Held.Until, later.Held.Why));
            case Turn.TakenAlong along:
                return along.Sent is { } lead && Following.Of(attempt, lead) is { IsEmpty: false } told ? await Write(page, [], [], [.. told]) : new OutboxEnd.Done();
        }
        var repeated = !noted.Add(attemptId);
        if (world.Time.Now < awayUntil)
        {
            if (!repeated) noted.Remove(attemptId);
            return new OutboxEnd.Again(TimeSpan.FromSeconds(Math.Min(WaitMax.TotalSeconds, Math.Pow(2, Math.Min(item.Attempt, 6) - 1))), "not processed");
        }
        if (!(await world.Load<PageFile>(PageFile.KindName, pageId)).IsRinging) AfterTheEnd++;
        taken[attemptId] = "sent";
        Rang.Add((attempt.Person, world.Time.Now, page.Started!.Household ?? pageId));
        world.People.Ring(page, attempt);
        if (dies()) return null;
        if (world.Random.NextDouble() < 0.01) return new OutboxEnd.Again(TimeSpan.FromSeconds(1), "outcome unknown");
        return await Sent(page, attempt, repeated);
    }

    private async Task<OutboxEnd> Sent(PageFile page, PageAttempt attempt, bool maybeDouble)
    {
        var others = (await world.Bundles.Of(attempt.Id, default)).Where(w => w.Attempt != attempt.Id).ToList();
        await Write(page, [], [.. others.Select(w => Order(Topics.Follow, w))], new AttemptSent(attempt.Id, maybeDouble, Bundled: others.Count == 0 ? null : others.Count + 1));
        var fate = world.Random.NextDouble();
        var final = attempt.Channel == Channels.Sms ? fate < 0.95 ? "delivered" : "undelivered" : fate < 0.7 ? "completed" : "no-answer";
        taken[attempt.Id] = final;
        if (world.Random.NextDouble() < 0.9) world.Agenda.At(world.Time.Now.AddSeconds(world.Random.Next(2, 40)), () => Callback(page.Id, attempt.Id, final));
        return new OutboxEnd.Done();
    }

    private async Task<OutboxEnd> Asked(PageFile page, PageAttempt attempt)
    {
        if (attempt.AskAt is not null) await Callback(page.Id, attempt.Id, taken[attempt.Id]);
        return new OutboxEnd.Done();
    }

    private async Task Callback(Guid pageId, Guid attemptId, string status)
    {
        var page = await world.Load<PageFile>(PageFile.KindName, pageId);
        var attempt = page.Attempt(attemptId)!;
        if (!Statuses.Advances(attempt.ProviderStatus, status)) return;
        var failed = Statuses.Failure(attemptId, attempt.Channel, status, null);
        await Write(page, [], [], failed is null ? [new AttemptReported(attemptId, status)] : [new AttemptReported(attemptId, status), failed]);
    }

    /// <summary>Nothing goes out: whatever was to go along goes by itself, and who waits for its turn need not.</summary>
    private async Task<OutboxEnd> Fail(PageFile page, PageAttempt attempt, string why)
    {
        var others = (await world.Bundles.Of(attempt.Id, default)).Where(w => w.Attempt != attempt.Id);
        var turn = world.Bundles.TurnOf(attempt.Id);
        if (turn is not null) others = others.Concat(await world.Bundles.WaitingFor(attempt.Person, Bundles.Lane(page, attempt), page.Id, default));
        return await Write(
            page, [.. turn is { } serial ? [Bundles.GiveBack(page, attempt, serial)] : Array.Empty<RowChange>(), Bundles.WaitsNoMore(attempt.Id)],
            [.. others.Select(w => Order(Topics.Of(attempt.Channel), w))], new AttemptFailed(attempt.Id, why, MoveOn: false));
    }

    private OutboxMessage Order(string topic, Waiting one) => new(world.Ids.New(), topic, AttemptRef.Json(one.Page, one.Attempt));

    private async Task<OutboxEnd> Write(PageFile page, RowChange[] rows, OutboxMessage[] outbox, params Happening[] events)
    {
        await world.Writer.Write(null, world.Time.Now, async load =>
            new Decision.Accepted(Writing.To(world.Kinds[PageFile.KindName], page.Id, await load.Load<PageFile>(PageFile.KindName, page.Id, default), [.. events]))
            {
                Rows = [.. rows], Outbox = [.. outbox],
            });
        return new OutboxEnd.Done();
    }
}
