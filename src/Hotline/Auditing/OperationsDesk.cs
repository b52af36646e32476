using Hotline.Cases;
using Hotline.Paging;
using Hotline.Security;

namespace Hotline.Auditing;

/// <summary>How the house itself does. Counts for everybody who may watch it; which deliveries wait, for those who may stop pages there.</summary>
/// <param name="LookedAt">When it was last looked; null before the first look after a start.</param>
/// <param name="Alarms">Who was rung how often, of the people whose pages the caller may read.</param>
/// <param name="AllWell">Null until it has been looked twice.</param>
public sealed record OperationsView(
    DateTimeOffset? LookedAt, bool? AllWell, IReadOnlyList<OverdueCount> Overdue, OutsideView Outside, IReadOnlyList<DeliveryView> Deliveries, BudgetView Alarms);

/// <summary>Whether somebody outside watches us, and when they last heard that all is well.</summary>
public sealed record OutsideView(bool Configured, DateTimeOffset? HeardAt);

/// <summary>What a person sees of the house, and which deliveries are theirs to act on.</summary>
public sealed class OperationsDesk(Auditor auditor, DeadMan outside, Deliveries deliveries, AlarmBudget budget, Permissions permissions)
{
    private const string StopPages = "stop-pages";

    public async Task<OperationsView> View(Caller caller, CancellationToken cancel)
    {
        var waiting = (await deliveries.Waiting(cancel)).Where(d => MayAct(caller, d));
        var last = auditor.Last;
        return new(
            last?.At, last is null or { AllWell: false, Overdue.IsEmpty: true } ? null : last.AllWell, last?.Counts ?? [],
            new(outside.IsConfigured, outside.HeardAt), [.. waiting], await budget.Of(division => Reads(caller, division), cancel));
    }

    /// <summary>The delivery and the attempt it carries; null where it is none, or not the caller's to act on.</summary>
    public async Task<(DeliveryView Delivery, Guid Attempt)?> Find(string id, Caller caller, CancellationToken cancel) =>
        Guid.TryParse(id, out var guid) && await deliveries.Find(guid, cancel) is var (delivery, attempt) && MayAct(caller, delivery)
            ? (delivery, attempt) : null;

    /// <summary>The caller in the role that lets them act here.</summary>
    public Actor Actor(Caller caller) => new(caller.Id, caller.User, permissions.RoleWith(caller, StopPages)!);

    private bool MayAct(Caller caller, DeliveryView delivery) => permissions.Has(caller, StopPages) && Reads(caller, delivery.Division);

    private bool Reads(Caller caller, string division) => permissions.MayRead(caller, new(PageFile.KindName, division, null, null));
}
