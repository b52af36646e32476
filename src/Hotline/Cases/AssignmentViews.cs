using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What the row of a task, hand-over or visit shows. No names, no addresses, no free text.</summary>
public sealed record AssignmentBody(
    string? What, string CaseNumber, IReadOnlyList<ClockState> Clocks, string PackVersion, DateTimeOffset ChangedAt, bool Exercise)
{
    public static AssignmentBody Of(CaseFile file) => new(
        file.Fact("kind"), file.Assignment!.CaseNumber, [.. file.Clocks.Values], file.PackVersion, file.ChangedAt, file.Exercise);
}

public sealed record OrganisationView(Guid Id, Text Name);

/// <summary>A task, hand-over or visit as lists show it.</summary>
public record AssignmentListed
{
    public required Guid Id { get; init; }

    /// <summary>task, transfer, visit.</summary>
    public required string Kind { get; init; }

    public required string Number { get; init; }
    public required string State { get; init; }
    public required Text StateTitle { get; init; }
    public required long Version { get; init; }
    public required string Triage { get; init; }
    public required string Division { get; init; }
    public required string DivisionName { get; init; }
    public required Text DivisionTitle { get; init; }

    /// <summary>What kind of work, hand-over or visit: the pack's identifier and its words.</summary>
    public required string? What { get; init; }
    public required Text WhatTitle { get; init; }

    public required OrganisationView? Sender { get; init; }
    public required OrganisationView? Receiver { get; init; }
    public required bool IsOpen { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    public required IReadOnlyList<ClockView> Clocks { get; init; }

    /// <summary>Only for those who may read the case.</summary>
    public required Guid? CaseId { get; init; }
    public required bool Exercise { get; init; }
}

/// <summary>As GET /api/tasks/{id}, /api/transfers/{id}, /api/visits/{id} show it: what is asked and no more of the case.</summary>
public sealed record AssignmentView : AssignmentListed
{
    /// <summary>What the opening step said; sealed values are opened by a look with a reason.</summary>
    public required IReadOnlyList<FieldView> Payload { get; init; }

    public required string? ChildSex { get; init; }
    public required int? ChildAge { get; init; }
    public required IReadOnlyList<TimelineItem> History { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
}

/// <summary>Makes views of tasks, hand-overs and visits for a caller.</summary>
public sealed class AssignmentViews(
    IEventStore store, StreamKinds kinds, StepDesk desk, PolicyBook policies, IBusinessClock clock, DivisionNames places,
    IOrganisations organisations, Permissions permissions)
{
    public async Task<AssignmentListed> Listed(FileListed row, Caller caller, CancellationToken cancel)
    {
        var body = row.Read<AssignmentBody>();
        var pack = policies.At(body.PackVersion, row.Division);
        var place = await places.Of(row.Division, cancel);
        return new()
        {
            Id = row.Id, Kind = row.Kind, Number = row.Number, State = row.State, StateTitle = StateTitle(pack, row.Kind, row.State),
            Version = row.Version, Triage = row.Triage!, Division = row.Division, DivisionName = place.Zh, DivisionTitle = place,
            What = body.What, WhatTitle = WhatTitle(pack, row.Kind, body.What), Sender = await Named(row.Sender, cancel),
            Receiver = await Named(row.Organisation, cancel), IsOpen = row.IsOpen, OpenedAt = row.OpenedAt, DueAt = row.DueAt,
            Clocks = ClockView.Open(body.Clocks, pack),
            CaseId = MayReadCase(caller, row.Division) ? row.CaseId : null, Exercise = body.Exercise,
        };
    }

    public Task<AssignmentView> Of(string kind, Guid id, Caller caller, CancellationToken cancel) =>
        Of(new Loader(store, kinds), kind, id, caller, cancel);

    public async Task<AssignmentView> Of(Loader load, string kind, Guid id, Caller caller, CancellationToken cancel)
    {
        var file = await load.Load<CaseFile>(kind, id, cancel);
        var (pack, opened) = (policies.Of(file), file.Assignment!);
        var history = Timeline.Of((await store.Read(id, 0, cancel)).Select(Codec.Read), kind, pack);
        var what = file.Fact("kind");
        var place = await places.Of(file.Division, cancel);
        return new()
        {
            Id = id, Kind = kind, Number = file.Number, State = file.State, StateTitle = StateTitle(pack, kind, file.State), Version = file.Version,
            Triage = file.Triage, Division = file.Division, DivisionName = place.Zh, DivisionTitle = place, What = what,
            WhatTitle = WhatTitle(pack, kind, what), Sender = await Named(file.Sender, cancel),
            Receiver = await Named(file.Receiver, cancel), IsOpen = pack.Machines[kind].Find(file.State) is { Final: false },
            OpenedAt = file.OpenedAt, DueAt = AssignmentKind.NextDue(file),
            Clocks = ClockView.All(file.Clocks.Values, pack),
            CaseId = MayReadCase(caller, file.Division) ? opened.Case : null, Exercise = file.Exercise,
            Payload = history.FirstOrDefault(h => h.Rule is not null)?.Fields ?? [], ChildSex = opened.Child.Sex, ChildAge = opened.Child.AgeEstimate,
            History = history, Steps = await desk.Offered(load, file, caller, false, clock.Now, cancel),
        };
    }

    private bool MayReadCase(Caller caller, string division) => permissions.MayRead(caller, new(CaseKind.Case, division, null, null));

    private async ValueTask<OrganisationView?> Named(Guid? id, CancellationToken cancel) => id is not { } asked ? null
        : new(asked, (await organisations.All(cancel)).FirstOrDefault(o => o.Id == asked)?.Name ?? new(asked.ToString(), asked.ToString()));

    private static Text StateTitle(Pack pack, string machine, string state) =>
        pack.Machines[machine].Find(state)?.Title ?? new Text(state, state);

    private static Text WhatTitle(Pack pack, string machine, string? what) =>
        pack.Machines[machine].Steps.SelectMany(s => s.Form).Where(f => f.Name == "kind").SelectMany(f => f.Options)
            .FirstOrDefault(o => o.Value == what)?.Label ?? (what == Assigning.Jurisdiction ? new("案件移交", "Transfer of the case") : new(what ?? "", what ?? ""));
}
