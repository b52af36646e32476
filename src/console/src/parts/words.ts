import { both } from '../words/both';

/** The frame around every page. */
export const parts = {
  nav: {
    board: both('值班台', 'Board'),
    pages: both('呼叫', 'Pages'),
    duty: both('当班', 'On duty'),
    newReport: both('填写报告', 'New report'),
    myReports: both('我的报告', 'My reports'),
    help: both('帮助', 'Help'),
    signOut: both('退出', 'Sign out'),
    look: both('显示', 'Display'),
    skip: both('跳到正文', 'Skip to content'),
    main: both('主导航', 'Main navigation'),
    lookUp: both('查询报告', 'Look up a report'),
    publicReport: both('报告', 'Report'),
    inbox: both('任务与移交', 'Tasks'),
    phones: both('演示电话', 'Phones'),
    signOutSure: both(
      (count: number) => `退出并清除未提交的内容（${count}）`,
      (count) => `Sign out and clear what is unsent (${count})`,
    ),
  },
  looks: {
    auto: both('自动', 'Auto'),
    light: both('浅色', 'Light'),
    dark: both('深色', 'Dark'),
    contrast: both('高对比', 'High contrast'),
  },
  triage: {
    T1: both('立即', 'Immediate'),
    T2: both('紧急', 'Urgent'),
    T3: both('优先', 'Priority'),
    T4: both('一般', 'Routine'),
  },
  help: {
    title: both('快捷键', 'Keys'),
    this: both('显示这个说明', 'Show this help'),
    submit: both('提交正在填写的内容', 'Send what is being filled in'),
    tab: both('依次走过每个按钮和输入框', 'Through every button and field in turn'),
    down: both('下一行', 'Next row'),
    up: both('上一行', 'Previous row'),
    answer: both('应答呼叫', 'Answer the page'),
    mine: both('只看我的', 'Only mine'),
    unanswered: both('只看待应答', 'Only unanswered'),
    steps: both('到步骤', 'To the steps'),
    story: both('到报告内容', 'To the report'),
    back: both('返回', 'Back'),
    colours: both(
      '颜色从不单独说话：每个级别都有文字和形状。',
      'Colour never speaks alone: each level has a word and a shape.',
    ),
  },
};
