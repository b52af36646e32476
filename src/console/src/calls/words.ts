import { both, type Names } from '../words/both';

/** Calls to the hotline. */
export const calls = {
  calls: {
    title: both('来电', 'Calls'),
    one: both('来电', 'Call'),
    owed: both('待办', 'owed something'),
    overToo: both('已办结的', 'those that are done'),
    empty: both('没有待办的来电。', 'No call is owed anything.'),
    withheld: both('隐藏号码', 'number withheld'),
    text: both('短信来信', 'a text'),
    quiet: both('不可发短信', 'no texts to this number'),
    repeat: both('反复来电', 'rang before'),
    recorded: both('有录音', 'recorded'),
    backs: both(
      (count: number) => `已回拨 ${count} 次`,
      (count: number) => `called back ${count} ${count === 1 ? 'time' : 'times'}`,
    ),
    answered: both('接听', 'answered'),
    received: both('来电时间', 'rang'),
    takenBy: both('接听人', 'taken by'),
    nobody: both('无人接听', 'nobody'),
    callBack: both('回拨', 'Call back'),
    callBackSays: both(
      '您的电话会先响，按 1 后接通来电人；号码不会显示。',
      'Your own telephone rings first; press 1 to be joined with the caller. No number is shown.',
    ),
    ringing: both('正在呼叫您的电话。', 'Your telephone is being rung.'),
    led: both('去向', 'What it led to'),
    others: both('同一号码的其他来电', 'Other calls of this number'),
    fullReport: both('用完整表单录入报告', 'Write the report in the full form'),
    fullReportSays: both('提交后在此“关联已录入的报告”。', 'Then link it here by “Link the report that was filed”.'),
  },
  callOutcomes: {
    NewReport: both('新报告', 'new report'),
    CaseUpdate: both('补充个案', 'update of a case'),
    Counselling: both('咨询', 'counselling'),
    WrongNumber: both('拨错', 'wrong number'),
    Silent: both('无声', 'silent'),
    Abusive: both('骚扰', 'abusive'),
    Safe: both('已核实平安', 'found safe'),
    ReachedElsewhere: both('已在另一通联系上', 'reached in another call'),
    Stopped: both('停止回拨', 'no longer called back'),
    Examined: both('已研判', 'examined'),
  } as Names,
};
