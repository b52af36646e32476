using System.Collections.Immutable;
using Hotline.Cases;
using Hotline.Duty;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Paging;

/// <summary>Somebody who could be rung in another's place.</summary>
public sealed record TargetView(Guid Id, string Name, string Role);

/// <summary>A person ends an attempt that does not get out and has somebody else of the duty rung.</summary>
public sealed class Reassigning(
    StaffDesk staff, OnDuty onDuty, Writer writer, IEventStore store, StreamKinds kinds, PolicyBook policies, IVault vault, IIds ids, IBusinessClock clock)
{
    /// <summary>Two pages may want the same reply code at once: one of them asks again.</summary>
    private const int CodeRacesMax = 8;
    private const int ReasonClass = 2;

    /// <summary>Whoever serves the page's division and can be reached, but for the person whom the attempt does not reach.</summary>
    public async Task<IReadOnlyList<TargetView>> Targets(Guid page, Guid attempt, CancellationToken cancel)
    {
        var file = await new Loader(store, kinds).Load<PageFile>(PageFile.KindName, page, cancel);
        // A drill tries whom it was asked to try, and nobody in their place.
        if (file.Attempt(attempt) is not { } own || file.Started!.Person is not null) return [];
        return [.. (await staff.Reachable(file.Started.Division, cancel)).Where(who => who.Id != own.Person)
            .Select(who => new TargetView(who.Id, who.Name, staff.RungAs(who)!))];
    }

    public async Task Reassign(Guid pageId, Guid attempt, TargetView to, Actor by, string reason, CancellationToken cancel)
    {
        var (refs, rows) = await vault.Seal([new ToSeal(pageId, ReasonClass, reason)], cancel);
        for (var race = 0; race < CodeRacesMax; race++)
        {
            var now = clock.Now;
            if (await onDuty.One(to.Id, pageId, now, race, cancel) is not { } who) return;
            var written = await writer.Write(by.Name, now, async load =>
            {
                var page = await load.Load<PageFile>(PageFile.KindName, pageId, CancellationToken.None);
                return Decide(load.Kind(PageFile.KindName), page, attempt, to, who, new(by, refs[0]), policies.Current.Limits, ids) is Decision.Accepted yes
                    ? yes with { Rows = [.. yes.Rows, .. rows] } : new Decision.Nothing();
            });
            if (written is not Written.Claimed) return;
        }
        throw new InvalidOperationException("No free reply code.");
    }

    /// <summary>Who decided it, and why.</summary>
    public sealed record Order(Actor By, SealedRef Reason);

    /// <summary>An attempt that got out, or ended, meanwhile stays as it is; so does a page that rings no more. The new person is rung by
    /// every channel that works: one has failed already.</summary>
    public static Decision Decide(
        StreamKind kind, PageFile page, Guid attempt, TargetView to, Reachable who, Order order, LimitRules rules, IIds ids)
    {
        if (!page.IsRinging || page.Attempt(attempt) is not { IsSettled: false } old) return new Decision.Nothing();
        var planned = new[] { Channels.Sms, Channels.Call }.Where(who.Can).Select(channel => new AttemptPlanned(
            ids.New(), to.Role, channel, who.Person, ids.Code(Climbing.ReferenceLength), who.Code, old.ValiditySeconds, order.By.Role)).ToImmutableArray();
        return new Decision.Accepted(Writing.To(kind, page.Id, page,
            [new AttemptReassigned(attempt, who.Person, to.Role, order.By, order.Reason), .. planned]))
        {
            Rows = who.CodeRow is { } code ? [code] : [],
            Outbox = [.. planned.Select(p => new OutboxMessage(
                p.Attempt, Topics.Of(p.Channel), AttemptRef.Json(page.Id, p.Attempt), Urgency: Urgency.Of(rules, page)))],
        };
    }
}
