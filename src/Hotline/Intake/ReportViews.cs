using System.Text.Json.Nodes;
using Hotline.Cases;
using Hotline.Security;
using Hotline.Store;
using Hotline.Workflow;

namespace Hotline.Intake;

/// <summary>The answer to a filed report.</summary>
public sealed record ReceiptView(
    string ReportNumber, DateTimeOffset ReceivedAt, string Triage, string ContentHash, IReadOnlyList<ReceiptCase> Cases,
    IReadOnlyList<ClockView> Clocks, IReadOnlyList<WarningView> Warnings, string? LookupCode, bool Exercise);

public sealed record ReceiptCase(Guid Id, string Number, int Child);

/// <summary>A field that was kept aside, and what to do about it.</summary>
public sealed record WarningView(string Field, string Code, string Zh, string En);

/// <summary>A report as its reporter sees it: never what was decided about a family.</summary>
public sealed record FeedbackView(
    string ReportNumber, string State, DateTimeOffset ReceivedAt, string ContentHash, IReadOnlyList<MessageView> Instructions,
    IReadOnlyList<FeedbackItem> Feedback, string? PoliceReceiptNo, bool? PoliceNotified, IReadOnlyList<WarningView> Warnings, bool Exercise);

public sealed record FeedbackItem(DateTimeOffset At, string Kind, string Zh, string En, string? Text);

/// <summary>A word on the two-way line.</summary>
public sealed record MessageView(Guid Id, string Kind, bool FromReporter, string? Instruction, string? Text, DateTimeOffset At, DateTimeOffset? ConfirmedAt);

public sealed record AttachmentView(Guid Id, string MediaType, long Bytes, string Sha256, string? Name, DateTimeOffset At);

/// <summary>A report as whoever works on it sees it.</summary>
public sealed record WorkView
{
    public required Guid Id { get; init; }
    public required string ReportNumber { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string ContentHash { get; init; }
    public required long Version { get; init; }
    public required string Triage { get; init; }
    public required IReadOnlyList<string> TriageWhy { get; init; }
    public required string Division { get; init; }
    public required string DivisionName { get; init; }
    public required Text DivisionTitle { get; init; }
    public required string Channel { get; init; }
    public required string ReportKind { get; init; }
    public required DateTimeOffset? DiscoveredAt { get; init; }
    public required int? LateByMinutes { get; init; }
    public required DateTimeOffset? ChildLeavesAt { get; init; }
    public required bool MyUnitMustNotKnow { get; init; }
    public required bool Anonymous { get; init; }
    public required bool? PoliceNotified { get; init; }
    public required Summary Summary { get; init; }
    public required IReadOnlyDictionary<string, string> Danger { get; init; }
    public required IReadOnlyDictionary<string, string?> Content { get; init; }
    public required IReadOnlyList<MessageView> Messages { get; init; }
    public required IReadOnlyList<AttachmentView> Attachments { get; init; }
    public required IReadOnlyList<MessageView> Instructions { get; init; }
    public required IReadOnlyList<FeedbackItem> Feedback { get; init; }
    public required IReadOnlyList<WarningView> Warnings { get; init; }
    public required IReadOnlyList<ClockView> Clocks { get; init; }
    public required IReadOnlyList<Link> Cases { get; init; }
    public required IReadOnlyList<TaskView> Tasks { get; init; }
    public required IReadOnlyList<DuplicateView> Duplicates { get; init; }
    public required IReadOnlyList<JsonNode> Pages { get; init; }
    public required bool Exercise { get; init; }
    public required IReadOnlyList<StepView> Steps { get; init; }
}

/// <summary>A report that may be about the same matter, and why we think so.</summary>
public sealed record DuplicateView(Guid Report, string ReportNumber, Guid? Case, string? CaseNumber, IReadOnlyList<string> Reasons);

/// <summary>Makes the views of a report. Opening what is sealed leaves an audit row.</summary>
public sealed class ReportViews(
    IEventStore store, StreamKinds kinds, StepDesk desk, CaseViews cases, PolicyBook policies, IBusinessClock clock, IVault vault,
    DivisionNames names, Looks looks, Duplicates duplicates)
{
    /// <summary>Class 4 of a report that its workers need not see: who reported (domain 9.1).</summary>
    private static bool IsReporters(string field) => field.StartsWith("reporter.", StringComparison.Ordinal);

    public async Task<FeedbackView> ForReporter(Guid id, CancellationToken cancel)
    {
        var file = await new Loader(store, kinds).Load<CaseFile>(CaseKind.Report, id, cancel);
        var report = file.Report!;
        var opened = await vault.Open([.. file.Messages.Where(m => m.Sent.Kind == "Instruction").Select(m => m.Sent.Text?.ValueId).OfType<Guid>(),
            .. report.Sealed.Where(s => s.Key == "policeReceiptNo").Select(s => s.Value.ValueId)], cancel);
        return new(
            file.Number, file.State, report.ReportedAt, report.ContentHash, Instructions(file, opened), await Feedback(file, cancel),
            report.Sealed.TryGetValue("policeReceiptNo", out var no) ? opened.GetValueOrDefault(no.ValueId) : null, report.PoliceNotified,
            Warnings(report), file.Exercise);
    }

    public Task<WorkView> ForWorker(Guid id, Caller caller, CancellationToken cancel) => ForWorker(new Loader(store, kinds), id, caller, cancel);

    public async Task<WorkView> ForWorker(Loader load, Guid id, Caller caller, CancellationToken cancel)
    {
        var file = await load.Load<CaseFile>(CaseKind.Report, id, cancel);
        var (report, pack, now) = (file.Report!, policies.Of(file), clock.Now);
        var refs = Content(report).ToList();
        var opened = await vault.Open(
            [.. refs.Select(r => r.Ref.ValueId), .. file.Messages.Select(m => m.Sent.Text?.ValueId).OfType<Guid>(), .. file.Attachments.Select(a => a.Name.ValueId)], cancel);
        await looks.Record(caller, "report", 4, file.Id, "work on the report", now, cancel);
        var place = await names.Of(file.Division, cancel);
        return new()
        {
            Id = id, ReportNumber = file.Number, State = file.State, ReceivedAt = report.ReportedAt, ContentHash = report.ContentHash,
            Version = file.Version, Triage = file.Triage, TriageWhy = report.TriageWhy, Division = file.Division, DivisionName = place.Zh,
            DivisionTitle = place, Channel = report.Channel, ReportKind = report.ReportKind, DiscoveredAt = report.DiscoveredAt, LateByMinutes = report.LateByMinutes,
            ChildLeavesAt = report.ChildLeavesAt, MyUnitMustNotKnow = report.MyUnitMustNotKnow, Anonymous = report.Anonymous,
            PoliceNotified = report.PoliceNotified, Summary = CaseViews.SummaryOf(RowBody.Of(file), place.Zh), Danger = file.Danger,
            Content = refs.ToDictionary(r => r.Field, r => opened.GetValueOrDefault(r.Ref.ValueId)),
            Messages = [.. file.Messages.Select(m => View(m, opened))],
            Attachments = [.. file.Attachments.Select(a => new AttachmentView(a.Id, a.MediaType, a.Bytes, a.Sha256, opened.GetValueOrDefault(a.Name.ValueId), a.At))],
            Instructions = Instructions(file, opened), Feedback = await Feedback(file, cancel), Warnings = Warnings(report),
            Clocks = ClockView.All(file.Clocks.Values, pack), Cases = file.Cases, Tasks = [.. CaseViews.Clarify(file)],
            Duplicates = await duplicates.Of(file, caller, cancel), Pages = await cases.Pages([id], null, caller, cancel),
            Exercise = file.Exercise, Steps = await desk.Offered(load, file, caller, false, now, cancel),
        };
    }

    public static ReceiptView Receipt(CaseFile file, IReadOnlyList<ClockView> clocks, string? lookup) => new(
        file.Number, file.Report!.ReportedAt, file.Triage, file.Report.ContentHash,
        [.. file.Cases.Select((c, i) => new ReceiptCase(c.Id, c.Number, i))], clocks, Warnings(file.Report), lookup, file.Exercise);

    public static IReadOnlyList<WarningView> Warnings(ReportReceived report) => [.. report.Warnings.Select(w => new WarningView(
        w.Field, w.Code,
        w.Code == "exercise" ? "这是演练：其他热线的工单号已封存，不会答复对方。" : $"“{w.Field}”未能识别，已原样封存，工作人员会向您核实。",
        w.Code == "exercise" ? "This is an exercise: the other line's order is kept sealed, and the line gets no answer."
            : $"“{w.Field}” could not be read; it is kept sealed as sent and staff will ask you."))];

    public static MessageView View(LineMessage m, IReadOnlyDictionary<Guid, string?> opened) => new(
        m.Sent.Id, m.Sent.Kind, m.Sent.FromReporter, m.Sent.Instruction, m.Sent.Text is { } text ? opened.GetValueOrDefault(text.ValueId) : null,
        m.Sent.At, m.ConfirmedAt);

    private static IReadOnlyList<MessageView> Instructions(CaseFile file, IReadOnlyDictionary<Guid, string?> opened) =>
        [.. file.Messages.Where(m => m.Sent.Kind == "Instruction").Select(m => View(m, opened))];

    private static IEnumerable<(string Field, SealedRef Ref)> Content(ReportReceived report)
    {
        foreach (var (field, value) in report.Sealed)
            if (!IsReporters(field)) yield return (field, value);
        for (var i = 0; i < report.Children.Length; i++)
            foreach (var (field, value) in report.Children[i].Sealed) yield return ($"children[{i}].{field}", value);
        for (var i = 0; i < report.Suspects.Length; i++)
            foreach (var (field, value) in report.Suspects[i].Sealed) yield return ($"suspects[{i}].{field}", value);
    }

    /// <summary>What the reporter may know of the way of the report: received, taken, accepted, told, closed (domain 3.6 a).</summary>
    private async Task<IReadOnlyList<FeedbackItem>> Feedback(CaseFile file, CancellationToken cancel)
    {
        var steps = (await store.Read(file.Id, 0, cancel)).Select(Codec.Read).Where(e => e.What is StepTaken).Select(e => ((StepTaken)e.What, e.At)).ToList();
        var told = await vault.Open([.. steps.Where(s => s.Item1.Trigger is "GiveFeedback" or "TellHandling").Select(s => s.Item1.Sealed.GetValueOrDefault("text")?.ValueId).OfType<Guid>()], cancel);
        var items = new List<FeedbackItem> { new(file.Report!.ReportedAt, "Received", "报告已收到", "Report received", null) };
        foreach (var (step, at) in steps)
        {
            FeedbackItem? item = step.Trigger switch
            {
                "TakeForScreening" => new(at, "Screening", "值班人员正在处理", "A duty officer is working on it", null),
                "Accept" => new(at, "Accepted", "已受理", "Accepted", null),
                "Merge" => new(at, "Accepted", "已与同一事件的报告合并办理", "Handled together with another report of the same matter", null),
                "Refer" => new(at, "Referred", "已转给有权处理的单位", "Referred to the body in charge", null),
                "DeclineRemit" => new(at, "NotInRemit", "不属本热线受理范围", "Outside this hotline's remit", null),
                "GiveFeedback" or "TellHandling" => new(at, "Feedback", "办理反馈", "Feedback", step.Sealed.TryGetValue("text", out var text) ? told.GetValueOrDefault(text.ValueId) : null),
                "CloseReport" or "CloseInquiry" => new(at, "Closed", "报告已办结", "Report closed", null),
                _ => null,
            };
            if (item is not null) items.Add(item);
        }
        return items;
    }
}
