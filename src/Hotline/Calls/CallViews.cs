using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Calls;

/// <summary>A call as lists show it: no number, no name, nothing that was said.</summary>
public record CallListed
{
    public required Guid Id { get; init; }
    public required string Number { get; init; }
    public required string State { get; init; }
    public required Text StateTitle { get; init; }
    public required long Version { get; init; }
    public required string Division { get; init; }
    public required Text DivisionTitle { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The number was withheld: it cannot be called back.</summary>
    public required bool Withheld { get; init; }

    public required bool Repeat { get; init; }

    /// <summary>Somebody wrote instead of calling.</summary>
    public required bool IsText { get; init; }

    /// <summary>A child's or its household's telephone: no text ever goes there.</summary>
    public required bool Quiet { get; init; }

    public required string? Outcome { get; init; }
    public required int CallBacks { get; init; }
    public required bool Recorded { get; init; }
    public required bool IsOpen { get; init; }
    public required DateTimeOffset? DueAt { get; init; }
    public required IReadOnlyList<ClockView> Clocks { get; init; }

    /// <summary>Report, case or other call that it led to.</summary>
    public required IReadOnlyList<Link> Led { get; init; }

    public required bool Exercise { get; init; }
}

/// <summary>As GET /api/calls/{id} shows it.</summary>
public sealed record CallView : CallListed
{
    public required Actor? TakenBy { get; init; }

    /// <summary>Other calls of the same number, the newest first.</summary>
    public required IReadOnlyList<CallListed> Others { get; init; }

    public required IReadOnlyList<TimelineItem> Trace { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
}

/// <summary>Makes views of calls for a caller.</summary>
public sealed class CallViews(
    IEventStore store, StreamKinds kinds, StepDesk desk, FileQueries files, PolicyBook policies, IBusinessClock clock, DivisionNames places,
    CallNumbers numbers, Permissions permissions)
{
    public async Task<CallListed> Listed(FileListed row, CancellationToken cancel)
    {
        var body = row.Read<CallBody>();
        var pack = policies.At(body.PackVersion, row.Division);
        return new()
        {
            Id = row.Id, Number = row.Number, State = row.State, StateTitle = StateTitle(pack, row.State), Version = row.Version,
            Division = row.Division, DivisionTitle = await places.Of(row.Division, cancel), ReceivedAt = row.OpenedAt, AnsweredAt = body.AnsweredAt,
            Withheld = body.Withheld, Repeat = body.Repeat, IsText = body.IsText, Quiet = body.Quiet, Outcome = body.Outcome, CallBacks = body.CallBacks, Recorded = body.Recorded,
            IsOpen = row.IsOpen, DueAt = row.DueAt, Clocks = ClockView.Open(body.Clocks, pack), Led = body.Led, Exercise = body.Exercise,
        };
    }

    public Task<CallView> Of(Guid id, Caller caller, CancellationToken cancel) => Of(new Loader(store, kinds), id, caller, cancel);

    public async Task<CallView> Of(Loader load, Guid id, Caller caller, CancellationToken cancel)
    {
        var file = await load.Load<CaseFile>(CallFacts.Kind, id, cancel);
        var (pack, call) = (policies.Of(file), file.Call!);
        return new()
        {
            Id = id, Number = file.Number, State = file.State, StateTitle = StateTitle(pack, file.State), Version = file.Version,
            Division = file.Division, DivisionTitle = await places.Of(file.Division, cancel), ReceivedAt = file.OpenedAt, AnsweredAt = call.AnsweredAt,
            Withheld = !call.NumberKnown, Repeat = call.Received.Repeat, IsText = call.Received.IsText, Quiet = file.Fact("quiet") == "true", Outcome = file.Fact("outcome"), CallBacks = call.Backs.Length,
            Recorded = !call.Recordings.IsEmpty, IsOpen = pack.Machines[CallFacts.Kind].Find(file.State) is { Final: false },
            DueAt = AssignmentKind.NextDue(file), Clocks = ClockView.All(file.Clocks.Values, pack), Led = call.Led, Exercise = file.Exercise,
            TakenBy = call.TakenBy, Others = await Others(id, caller, cancel),
            Trace = Timeline.Of((await store.Read(id, 0, cancel)).Select(Codec.Read), CallFacts.Kind, pack),
            Steps = await desk.Offered(load, file, caller, false, clock.Now, cancel),
        };
    }

    private async Task<IReadOnlyList<CallListed>> Others(Guid id, Caller caller, CancellationToken cancel)
    {
        var rows = await files.Many([.. await numbers.Others(id, cancel)], cancel);
        var others = new List<CallListed>();
        foreach (var row in rows.Values.Where(r => permissions.MayRead(caller, r.Subject)).OrderByDescending(r => r.OpenedAt)) others.Add(await Listed(row, cancel));
        return others;
    }

    private static Text StateTitle(Pack pack, string state) => pack.Machines[CallFacts.Kind].Find(state)?.Title ?? new Text(state, state);
}
