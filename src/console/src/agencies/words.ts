import { both, type Names } from '../words/both';

/** Tasks, hand-overs and visits of other bodies. */
export const agencies = {
  inbox: {
    title: both('任务与移交', 'Tasks and transfers'),
    kinds: {
      task: both('任务', 'Task'),
      transfer: both('交接', 'Hand-over'),
      visit: both('探访', 'Visit'),
    } as Names,
    inboxes: {
      mine: both('给我单位的', 'for my body'),
      sent: both('我单位派出的', 'sent by my body'),
      division: both('辖区内全部', 'all of the division'),
    } as Names,
    inbox: both('哪些', 'Which'),
    receiver: both('承办单位', 'Carried out by'),
    sender: both('派出单位', 'Sent by'),
    sealed: both('内容已封存：写明理由后查看。', 'The content is sealed: give a reason to open it.'),
    empty: both('没有待办的任务、交接或探访。', 'No task, hand-over or visit is waiting.'),
    overToo: both('包括已结束的', 'those that are over, too'),
    payload: both('需要知道的情况', 'What you need to know'),
  },
};
