using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>A guard by name: what is missing when it does not hold, and what to do about it.</summary>
/// <param name="Negates">The guard it is the opposite of; loading uses it to see that two steps exclude each other.</param>
public sealed record Guard(string Name, Text Why, string? Negates = null);

/// <summary>The closed list of guards a pack may use. The comment on each says which facts it reads; "fact x" is a value set by
/// some step's <see cref="Step.Sets"/> on the same file, unset = does not hold. The server answers them by name.</summary>
public static class Guards
{
    public static readonly ImmutableArray<Guard> All =
    [
        // ---- report ----
        // The body or file holds some text, a ground or a danger answer (domain R1).
        new("something-reportable", new("报告还没有任何内容：请写下经过、情形或险情回答",
            "Nothing is reported yet: write what happened, a ground or a danger answer")),
        // The caller stands on the duty roster of the file's division now (or is a supervisor on shift).
        new("on-shift", new("您此刻不在班：请由当班人员办理，或先登记顶班", "You are not on shift: let the person on duty do it, or take the shift first")),
        // For every child of the report: birth date unknown, or under 18 at the time of the event; age estimate < 18 or unknown.
        new("under-18-or-unknown", new("报告所涉人员事发时均已成年：请走“不属受理范围”",
            "Everybody named was an adult at the time: decline the remit instead")),
        // locationDivision unknown, or covered by the division of the file; or triage is T1 or T2 (emergency first, transfer later).
        new("in-jurisdiction-or-emergency", new("事发地不在本辖区且不紧急：请转介", "It happened elsewhere and is no emergency: refer it")),
        // The report has at least one case that is not in a final state.
        new("has-open-case", new("该报告没有未结的个案", "The report has no open case")),
        // Opposite of has-open-case.
        new("no-open-case", new("该报告已有未结个案：请受理、并案，或由两人认定不属受理范围",
            "The report already has an open case: accept it, merge it, or let two people decline it"), "has-open-case"),
        // Report merged: the case it was merged into (fact mergeInto of the report) is not in a final state.
        new("merged-case-open", new("并入的个案已结案，不能再撤销并案", "The case it was merged into is closed: the merge can no longer be undone")),
        // Fact feedbackDelivered of the report is "Delivered" or "Impossible".
        new("feedback-delivered-or-impossible", new("尚未记录反馈是否送达：请先记录送达情况",
            "Delivery of the feedback is not recorded: record it first")),
        // ---- two people ----
        // The trigger named by Step.Confirms was taken on this file since it entered its present state, by another person than
        // the caller, and not since overtaken by the confirming step itself. (by and at of the last such event)
        new("second-person", new("须由另一人先提出，且提出人不能自己确认：请先提出，或请同事确认",
            "Another person must propose it first, and nobody confirms an own proposal: propose it, or ask a colleague to confirm")),
        // ---- case: danger and level ----
        // Always true on a case that was opened from a received report (every case is).
        new("report-received", new("没有已收到的报告", "There is no received report")),
        // File's triage is T1 or T2.
        new("urgent-level", new("分级不是一级或二级", "The level is neither T1 nor T2")),
        // All seven danger questions of the case answered yes or no: none unknown, none absent (report's answers, then those of
        // AnswerDangerQuestions, the later one wins).
        new("danger-answered", new("险情问题尚有未答或“不清楚”：请补齐七个问题",
            "Danger questions are open or unknown: answer all seven")),
        // At least one danger answer is yes.
        new("danger-sign", new("没有险情迹象", "There is no danger sign")),
        // Opposite of danger-sign.
        new("no-danger-sign", new("有险情迹象：请宣布应急，或更正险情回答",
            "A danger sign is recorded: declare the emergency, or correct the answer"), "danger-sign"),
        // triage is not T1 (there is a higher level to choose).
        new("level-can-rise", new("已是最高级", "It stands at the highest level already")),
        // triage is not T4.
        new("level-can-fall", new("已是最低级", "It stands at the lowest level already")),
        // ---- case: emergency ----
        // Fact childSeen is "true".
        new("child-seen", new("尚未有具名人员见到孩子：请记录见面", "No named person has seen the child: record who saw the child and when")),
        // The placement region stands at a place, and fact safePlace is "true" (somebody said since the danger was declared that the
        // child is safe there). Under a pack without that region: the fact alone.
        new("safe-place", new("孩子未在已核实的安全住处：请记录安置去向，或确认现住处安全",
            "The child is at no place known to be safe: record where the child was placed, or confirm that the present place is safe")),
        // Fact medicalNeed is "true" (treated, admitted or ruled out; which of them is sealed).
        new("medical-settled", new("医疗需要尚未处理：请记录已治疗、已住院或已排除",
            "The medical need is open: record treated, admitted or ruled out")),
        // The police region has left NotSent and fact policeState was set since the danger was declared; or the fact is "NotNeeded".
        new("police-recorded", new("公安尚未获知：请通报公安，或写明为何无需报警",
            "The police have not been told: notify them, or record why they need not be")),
        // The police region is in NotFiled.
        new("police-not-filed", new("公安没有作出不予立案决定", "The police have not declined to file the case")),
        // State is not EmergencyResponse, or child-seen and safe-place and police-recorded hold. On a report: each of its open
        // cases fulfils that; true when it has none.
        new("danger-measures-done", new("应急措施未完成：须见到孩子、有安全住处并记录公安状态",
            "Emergency measures are open: the child must be seen, in a safe place, and the police state recorded")),
        // Fact childSeen is "true", or fact identityMistaken is "true".
        new("seen-or-mistaken", new("须先见到孩子，或证明身份有误", "See the child first, or prove that the identity was mistaken")),
        // ---- case: assessment, plan, follow-up ----
        // Fact assessmentSigned is "true" (second signature given).
        new("assessment-signed", new("评估须两人签署：请签署并由另一人会签", "The assessment needs two signatures: sign it and have it countersigned")),
        // Fact childHeard is "true" (heard, or not able with a reason; which of them is sealed).
        new("child-heard", new("尚未听取孩子意见：请听取，或说明为何不能", "The child was not heard: hear the child, or say why not possible")),
        // Fact planComplete is "true".
        new("plan-complete", new("帮扶方案不完整：请写明服务、责任人和日期", "The plan is incomplete: record services, owner and dates")),
        // Fact tasksSettled is "true" and no linked task is open.
        new("tasks-settled", new("任务未结清：对方报完成的请确认；另有口头交办的，请记录结果并注明全部任务均已有结果", "Tasks are not settled: confirm what agencies report done, and record the outcome of whatever was agreed otherwise, saying that every task has one")),
        // now >= fact followUpStartedAt + period follow-up-minimum (natural months, Clock.DueAt(Span, …)).
        new("follow-up-period-over", new("最短随访期未满", "The minimum follow-up period is not over")),
        // Fact riskLevel is "Low" and the last two visits both said so: facts lastVisitRisk and visitRiskBefore are both "Low".
        new("risk-low", new("最近两次复核的风险须均为低", "The risk must be low in the last two reviews")),
        // Fact seenAtLastVisit is "true".
        new("seen-at-last-review", new("最近一次随访未见到孩子", "The child was not seen at the last visit")),
        // Fact reporterFedBack is "true" (echo of the report's GiveFeedback; all linked reports), or the case has no report with
        // somebody to answer to.
        new("reporter-fed-back", new("尚未向报告人反馈：请在报告中反馈", "The reporter was not told: give feedback on the report")),
        // Guardianship region is in None, or in a final state: Returned, GuardianAppointed, LongTermActive, Restored, Adopted, Ended.
        new("guardianship-final", new("监护干预尚未终结", "The guardianship intervention is not settled")),
        // No clock of the case is Breached-and-unsettled or Running, except the ones the step itself meets (follow-up-visit).
        new("no-open-clock", new("尚有未结期限：请先办结", "A clock is still open: settle it first")),
        // Birth date of the child known and the child is 18 or older now.
        new("child-is-adult", new("孩子未满十八岁或出生日期不明", "The child is under 18, or the birth date is unknown")),
        // Fact adultHandoverDone is "true".
        new("adult-handover-done", new("尚未与成人服务交接", "The hand-over to adult services is not done")),
        // ---- placement and guardianship ----
        // Guardianship region is in None, GuidanceGiven, ReturnPlanned or a final state: nobody hands the child back before the
        // conference has concluded so (GIO art. 20).
        new("return-permitted", new("监护干预尚未得出可以返回的结论：请先会商并制定返回安排",
            "The guardianship intervention has not concluded that the child may return: hold the conference and plan the return first")),
        // On a hand-over to the guardian or the outflow county: return-permitted holds for its case.
        new("home-may-return", new("监护干预尚未得出可以返回的结论：请先会商并制定返回安排",
            "The guardianship intervention has not concluded that the child may return: hold the conference and plan the return first")),
        // Fact guardianAble is "Able": the guardian was assessed anew (MPL art. 93).
        new("guardian-able", new("监护人尚未经评估认定能够履行监护职责：请先评估", "The guardian was not found able to take care again: assess the guardian first")),
        // Fact candidateFit is "Fit": whoever is to be guardian or to adopt was assessed.
        new("candidate-fit", new("拟任监护人或收养人尚未经评估合格：请先评估", "Whoever is to be guardian or to adopt was not assessed as fit: assess first")),
        // Fact guardianEducated is "true": the police admonished or warned the guardian before.
        new("guardian-educated", new("没有公安对监护人的教育记录", "There is no record that the police educated the guardian")),
        // Fact restorationBarred is not "true".
        new("restoration-not-barred", new("判决时认定依法不得恢复监护人资格", "The judgment found that guardianship may not be restored by law")),
        // Fact revokedAt is unset, or a period adoption-after-revocation lies behind it, or fact restorationBarred is "true" (the exception).
        new("adoption-wait-over", new("撤销判决后的等待期未满", "The waiting time after the judgment of revocation is not over")),
        // ---- case: merge, transfer, reopen ----
        // Fact mergedInto is set, and that case is not in a final state.
        new("merged-away", new("该个案未并入其他未结个案", "The case was not merged into another open case")),
        // Fact mergedInto is unset (a file merged away is split, not reopened).
        new("not-merged", new("该个案已并案：请撤销并案，而非重启", "The case was merged: split it, do not reopen it")),
        // Fact mergeInto names a case that is not in a final state.
        new("merge-target-open", new("拟并入的个案已结案：请另行提出并案", "The case to merge into has ended meanwhile: propose another")),
        // Fact transferAnswer is "Refused".
        new("transfer-refused", new("接收方未拒绝", "The receiver has not refused")),
        // Fact transferAnswer is unset or "false".
        new("transfer-unanswered", new("接收方已答复", "The receiver has answered already")),
        // now <= fact closedAt + period reopen-window.
        new("within-reopen-window", new("已超过自动重启期限", "The time for reopening by itself is over")),
        // Opposite of urgent-level.
        new("not-urgent-level", new("紧急任务不得拒绝：请先行处置，再转交", "An emergency task cannot be refused: act first, then hand it on"), "urgent-level"),
        // ---- tasks, hand-overs, visits ----
        // The case is not in a final state.
        new("case-open", new("个案已结", "The case is not open")),
        // No hand-over of the case's child, and none of the case itself, is under way.
        new("no-open-transfer", new("已有一项交接正在进行：请先完成或撤回", "A hand-over is under way: finish or withdraw it first")),
        // Every task, hand-over and visit of the case has ended.
        new("nothing-outstanding", new("尚有未结的任务、交接或探访", "A task, a hand-over or a visit is still open")),
        // Hand-over: fact kind is "Jurisdiction" (the case itself passes to another county).
        new("case-handover", new("这是孩子的交接，不是案件移交", "This hands over the child, not the case")),
        // Opposite of case-handover.
        new("child-handover", new("这是案件移交，不是孩子的交接", "This hands over the case, not the child"), "case-handover"),
        // Hand-over: kind is not PoliceToCivil, or fact checksDone or checksPending is "true".
        new("checks-done-or-pending", new("公安移交前须完成体检和DNA采集：请记录，或说明紧急理由后补",
            "Medical check and DNA entry come before the hand-over by the police: record them, or say why it cannot wait")),
        // Hand-over: kind is not ToOutflowCounty, or fact returnPlan is "true".
        new("return-plan-made", new("送返流出地须有回归稳固方案：请先记录", "A return to the outflow county needs a plan: record it first")),
        // Hand-over: its clock transfer-answer is breached.
        new("answer-overdue", new("接收方答复期限未到", "The receiver's time to answer is not over")),
        // ---- exercise ----
        // The file is no exercise: what happens here is told outside the hotline's own people.
        new("not-an-exercise", new("这是演练：不向110、120、公安和其他热线通报。须了结通报公安时，请记录“无需报警”",
            "This is an exercise: 110, 120, the police and other lines are not told. Where the police are owed word, record that they are not needed")),
        // ---- call ----
        // The caller's number is known (and lies sealed).
        new("number-known", new("来电隐藏了号码，无法回拨", "The number was withheld: the call cannot be called back")),
        // Opposite of number-known.
        new("number-withheld", new("来电号码已知：请回拨", "The number is known: call back"), "number-known"),
        // Whoever wrote instead of calling has a safe way to be reached: fact safeContact is "true". Always so for a call.
        new("safe-to-call", new("对方是发短信来的：先确认安全的联系方式，再联系", "This was a text: confirm a safe way to reach the person first")),
        // The same number rang within the period call-repeat-window before this call.
        new("repeat-call", new("不是反复来电", "The caller rang for the first time")),
        // Opposite of repeat-call.
        new("first-call", new("该号码反复来电：须回拨核实", "The caller rang before: call back"), "repeat-call"),
        // ---- people on the spot ----
        // Triage is T1 or T2, or fact twoPeople is "true": nobody goes alone.
        new("two-must-go", new("本次可以一人前往", "One person may go")),
        // Opposite of two-must-go.
        new("one-may-go", new("须两人同行：请登记同行人", "Two must go: say who came along"), "two-must-go"),
        // Fact fieldState is "OnScene" or "HelpNeeded".
        new("on-scene", new("尚未登记到达现场", "Nobody is recorded as being there")),
        // Fact fieldState is "HelpNeeded".
        new("help-called", new("没有人求助", "Nobody called for help")),
        // ---- page ----
        // The page's file is still in need: nobody worked on it since the page was acknowledged.
        new("still-idle", new("已有人处理", "Somebody works on it")),
    ];

    public static readonly ImmutableDictionary<string, Guard> ByName = All.ToImmutableDictionary(guard => guard.Name);

    public static Text Why(string name) => ByName.TryGetValue(name, out var guard) ? guard.Why : new(name, name);

    /// <summary>The guard whose truth decides this one, and whether it is turned round.</summary>
    public static (string Name, bool Turned) Basis(string name) =>
        ByName.TryGetValue(name, out var guard) && guard.Negates is { } other ? (other, true) : (name, false);
}
