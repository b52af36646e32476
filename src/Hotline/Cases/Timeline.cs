using System.Collections.Immutable;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>What happened, in the reader's words: events and the pack's titles, without any sealed value.</summary>
public static class Timeline
{
    public static IReadOnlyList<TimelineItem> Of(IEnumerable<Recorded> events, string kind, Pack pack) =>
        [.. events.Select(e => Item(e, kind, pack)).OfType<TimelineItem>()];

    private static TimelineItem? Item(Recorded recorded, string kind, Pack pack)
    {
        var (title, by, fields) = recorded.What switch
        {
            StepTaken e => (StepTitle(e, pack), e.By, StepFields(e, pack)),
            ReportReceived e => (new Text("收到报告", "Report received"), null, [Plain("级别", "Level", e.Triage), Plain("类别", "Category", e.Category), .. e.Order is { } order ? [Plain("外部工单", "Work order", $"{order.Line} {order.Number}")] : ImmutableArray<FieldView>.Empty]),
            CaseOpened e => (new Text("自动立案", "Case opened"), null, [Plain("来源报告", "From report", e.ReportNumber)]),
            CaseLinked e => (new Text("关联案件", "Case linked"), null, [Plain("案件", "Case", e.OtherNumber), Plain("关系", "Relation", e.Kind)]),
            ReportLinked e => (new Text("关联报告", "Report linked"), null, [Plain("报告", "Report", e.Number)]),
            CaseAttached e => (new Text("已立案", "Case attached"), null, [Plain("案件", "Case", e.Number)]),
            CaseUnlinked e => (new Text("并入的案件已分出", "A merged case was split off"), null, [Plain("案件", "Case", e.OtherNumber)]),
            ReportUnlinked e => (new Text("报告已分出", "Report no longer linked"), null, [Plain("报告", "Report", e.Number)]),
            CaseDetached e => (new Text("不再属于案件", "No longer belongs to the case"), null, [Plain("案件", "Case", e.Number)]),
            AssignmentOpened e => (new Text("派出", "Opened"), null, [Plain("编号", "Number", e.Number)]),
            AssignmentAttached e => (Attached(e.Kind), e.By, [Plain("编号", "Number", e.Number)]),
            AssignmentReleased e => (new Text("随拆分的个案移回", "Went back with the case that was split off"), null, [Plain("编号", "Number", e.Number)]),
            AssignmentEcho e => (Echoed(e), null, [Plain("编号", "Number", e.Number), Plain("状态", "State", e.State)]),
            OwnerSet e => (new Text("案件有人负责", "Somebody has the case"), e.Owner, []),
            LevelChanged e => (new Text("级别变更", "Level changed"), e.By, [Plain("由", "From", e.From), Plain("改为", "To", e.To), Plain("原因", "Why", e.Why)]),
            FactEchoed e => (new Text("联动记录", "Recorded from a linked file"), (Actor?)null, [Plain(e.Name, e.Name, e.Value)]),
            ClockStarted e => (new Text("期限开始", "Clock started"), null, Clock(e.Code, pack, e.DueAt)),
            ClockMet e => (new Text("期限已满足", "Clock met"), null, Clock(e.Code, pack, null)),
            ClockPaused e => (new Text("期限暂停", "Clock paused"), null, Clock(e.Code, pack, null)),
            ClockResumed e => (new Text("期限恢复", "Clock resumed"), null, Clock(e.Code, pack, e.DueAt)),
            ClockBreached e => (new Text("期限已超", "Clock breached"), null, Clock(e.Code, pack, e.DueAt)),
            MessageSent e => (MessageTitle(e), e.By, e.Instruction is null ? [] : [Plain("指示", "Instruction", e.Instruction)]),
            InstructionConfirmed e => (new Text("报告人已看到指示", "Reporter has seen the instruction"), e.By, []),
            AttachmentAdded e => (new Text("收到附件", "Attachment added"), e.By, [Plain("指纹", "SHA-256", e.Sha256)]),
            CallReceived e => (new Text("来电", "Call"), null, [Plain("号码", "Number", e.Caller is null ? "隐藏 / withheld" : "已密封 / sealed"), Plain("反复来电", "Rang before", YesNo(e.Repeat))]),
            CallHeard e => (new Text("话务事件", "The telephone"), null, [Plain("事件", "Event", CallWords.Of(e.What)), .. e.At is { } told ? [Plain("对方时间", "Their time", told.ToUniversalTime().ToString("O"))] : ImmutableArray<FieldView>.Empty]),
            CallTaken e => (new Text("有人接手来电", "Somebody has the call"), e.By, []),
            CallWritten => (new Text("来信内容", "What was written"), null, [new FieldView(new Text("来信", "Text"), null, true)]),
            CallRecorded e => (new Text("有录音（仅存引用）", "Recorded; only the reference is kept"), null, [Plain("已告知来电人", "Announced", YesNo(e.Announced))]),
            CallBackFared e => (new Text("回拨情况", "Call-back"), null, [Plain("情况", "How", CallWords.Of(e.How))]),
            CallLed e => (new Text("来电去向", "What it led to"), null, [Plain("编号", "Number", e.Number)]),
            CallTold e => (new Text("来电补充情况", "Told by a caller"), e.By, [Plain("来电", "Call", e.Number), .. e.Text is null ? ImmutableArray<FieldView>.Empty : [new FieldView(new Text("来电所述", "What the caller said"), null, true)]]),
            Foreign e => (new Text($"外部事件 {e.Type}", $"Event of another writer: {e.Type}"), null, ImmutableArray<FieldView>.Empty),
            _ => (new Text("", ""), null, ImmutableArray<FieldView>.Empty),
        };
        if (title.Zh.Length == 0) return null;
        var rule = recorded.What is StepTaken step ? Rule(step, pack) : null;
        return new(recorded.Version, recorded.At, Codec.NameOf(recorded.What), title,
            by is null ? null : new(by.Name, by.Role, pack.Roles.GetValueOrDefault(by.Role)?.Title ?? new Text(by.IsHuman ? by.Role : "系统", by.IsHuman ? by.Role : "System")),
            rule, fields, kind);
    }

    private static Step? StepOf(StepTaken e, Pack pack) =>
        pack.Machines.GetValueOrDefault(e.Machine)?.Steps.FirstOrDefault(s => s.Event == e.Event || s.Trigger == e.Trigger);

    private static Text StepTitle(StepTaken e, Pack pack) => StepOf(e, pack)?.Title ?? new Text(e.Trigger, e.Trigger);

    private static RuleView? Rule(StepTaken e, Pack pack) =>
        StepOf(e, pack) is { } step ? new(e.Machine, e.Trigger, step.Law.Ref, Marks.Word(step.Law.Mark)) : null;

    private static ImmutableArray<FieldView> StepFields(StepTaken e, Pack pack)
    {
        return
        [
            .. e.Fields.Select(f => new FieldView(Label(e, f.Key, pack), f.Value, false)),
            .. e.Sealed.Select(f => new FieldView(Label(e, f.Key, pack), null, true)),
        ];
    }

    public static Text Label(StepTaken e, string field, Pack pack) =>
        StepOf(e, pack)?.Form.FirstOrDefault(f => f.Name == field)?.Label ?? new Text(field, field);

    private static string YesNo(bool yes) => yes ? "是 / yes" : "否 / no";

    private static Text MessageTitle(MessageSent e) => e.Kind switch
    {
        "Instruction" => new Text("向报告人发出指示", "Instruction to the reporter"),
        "Supplement" => new Text("报告人补充情况", "Reporter added facts"),
        _ when e.FromReporter => new Text("报告人来信", "Message from the reporter"),
        _ => new Text("致报告人", "Message to the reporter"),
    };

    private static Text Attached(string kind) => kind switch
    {
        Assigning.Task => new("派出协同任务", "Task given to an agency"),
        Assigning.Transfer => new("提出交接", "Hand-over proposed"),
        _ => new("安排探访", "Visit planned"),
    };

    private static Text Echoed(AssignmentEcho e) => e switch
    {
        TaskClosed => new("协同任务已结", "Task closed"),
        TransferAccepted => new("接收方同意接收", "Hand-over accepted"),
        TransferRefused => new("接收方拒绝接收", "Hand-over refused"),
        TransferEnded => new("交接已结", "Hand-over ended"),
        _ => new("探访已结", "Visit ended"),
    };

    private static ImmutableArray<FieldView> Clock(string code, Pack pack, DateTimeOffset? due)
    {
        var name = pack.Clocks.GetValueOrDefault(code)?.Name ?? new Text(code, code);
        FieldView what = new(new Text("期限", "Clock"), $"{name.Zh} / {name.En}", false);
        return due is { } at ? [what, Plain("到期", "Due", at.ToUniversalTime().ToString("O"))] : [what];
    }

    private static FieldView Plain(string zh, string en, string value) => new(new Text(zh, en), value, false);
}
