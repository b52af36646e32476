import { both, type Names } from '../words/both';

/** The board, its alarm and the clock of a demo. */
export const dashboards = {
  board: {
    title: both('值班台', 'Board'),
    narrow: both('只看', 'Show only'),
    shows: {
      unanswered: both('待应答', 'Unanswered'),
      T1: both('T1', 'T1'),
      T2: both('T2', 'T2'),
      T3: both('T3', 'T3'),
      T4: both('T4', 'T4'),
      dueSoon: both('即将超时', 'Due soon'),
      overdue: both('已超时', 'Overdue'),
      unclaimed: both('未认领', 'Unclaimed'),
    } as Names,
    search: both('搜索', 'Search'),
    searchHint: both('编号、地点、负责人', 'Number, place, owner'),
    division: both('辖区', 'Division'),
    allDivisions: both('全部辖区', 'All divisions'),
    state: both('状态', 'State'),
    allStates: both('全部状态', 'All states'),
    mine: both('我的', 'Mine'),
    empty: both(
      (at: string) => `没有等待的事项。最近一次更新 ${at}`,
      (at) => `Nothing is waiting. Last update ${at}`,
    ),
    filteredEmpty: both('没有符合条件的事项。', 'Nothing matches the filters.'),
    clearFilters: both('清除条件', 'Clear filters'),
    owner: both('负责', 'Owner'),
    unclaimed: both('未认领', 'unclaimed'),
    claim: both('认领', 'Claim'),
    answer: both('应答', 'Answer'),
    open: both('打开', 'Open'),
    report: both('报告', 'Report'),
    age: both(
      (age: number) => (age < 1 ? '不满1岁' : `约${age}岁`),
      (age) => (age < 1 ? 'under 1' : `about ${age}`),
    ),
    sexUnknown: both('性别不详', 'sex not known'),
    attempt: both(
      (count: number) => `第${count}次`,
      (count) => `attempt ${count}`,
    ),
    noPage: both('无呼叫', 'no page'),
    onDuty: both('值班', 'On duty'),
    until: both(
      (at: string) => `至 ${at}`,
      (at) => `until ${at}`,
    ),
    listLabel: both('等待处理的案件和报告，最危险的在前', 'Waiting cases and reports, most dangerous first'),
    changed: both('有更新', 'changed'),
    waiting: both('断线期间不能操作，恢复后继续。', 'Disconnected: actions wait until the line is back.'),
    unread: both(
      '没有读到：网络中断或服务器未响应。正在重试。',
      'Not read: no connection, or the server does not answer. Trying again.',
    ),
  },
  alarm: {
    title: both('新的立即级报告', 'New immediate report'),
    count: both(
      (count: number) => `${count} 起立即级事项待应答`,
      (count) => (count === 1 ? '1 immediate matter unanswered' : `${count} immediate matters unanswered`),
    ),
    answer: both('应答', 'Answer'),
    open: both('打开', 'Open'),
    tab: both('▲ 待应答', '▲ Unanswered'),
    mute: both('静音 60 秒', 'Mute for 60 s'),
    answerKey: both('应答最急的警报（打字时也可用）', 'Answer the most urgent alarm (works while typing, too)'),
    blocked: both('浏览器没有让警报出声。', 'The browser keeps the alarm silent.'),
    silent: both('警报还不能出声。', 'The alarm cannot sound yet.'),
    allowHow: both(
      '按右边的按钮，或按任意键。仍无声时：点地址栏左侧的图标 → 网站设置 → 声音 → 允许。',
      'Press the button beside this, or any key. Still silent: the icon left of the address → site settings → sound → allow.',
    ),
    allow: both('允许声音并试听', 'Allow sound and test it'),
  },
  demo: {
    bar: both('演示 · 时间可以往前拨', 'Demo · time can be moved forward'),
    now: both('演示时间', 'Demo time'),
    plus: {
      PT1M: both('+1 分', '+1 min'),
      PT5M: both('+5 分', '+5 min'),
      PT30M: both('+30 分', '+30 min'),
      P1D: both('+1 天', '+1 day'),
    } as Names,
  },
};
