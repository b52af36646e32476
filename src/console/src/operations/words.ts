import { both, type Names } from '../words/both';

/** How the house itself does. */
export const operations = {
  operations: {
    title: both('运行情况', 'Operations'),
    allWell: both('一切按时，没有遗漏。', 'Everything is on time; nothing is overdue.'),
    notYet: both('刚启动，一两分钟后给出结论。', 'Just started: in a minute or two this can be said.'),
    overdue: both('有事项逾期而无人得知', 'Overdue, and nobody was told'),
    since: both('最早自', 'oldest since'),
    lookedAt: both('上次检查', 'Last looked'),
    outside: both('外部看护', 'Watcher outside'),
    outsideNone: both(
      '未设置：本机整体失灵时不会有人得知（Hotline:DeadManUrl）。',
      'None set: if this machine fails as a whole, nobody hears of it (Hotline:DeadManUrl).',
    ),
    outsideHeard: both('上次得知一切正常', 'last heard that all is well'),
    outsideNever: both('已设置，尚未联系上。', 'set, and not reached yet.'),
    alarms: both('谁的电话响了多少次', 'Whose telephone rang how often'),
    alarmsNone: both('最近没有人被呼叫。', 'Nobody was rung lately.'),
    alarmsBudget: both(
      (alarms: number, minutes: number) => `每人 ${minutes} 分钟约 ${alarms} 次为宜；同一家庭的合为一条。`,
      (alarms, minutes) =>
        `About ${alarms} in ${minutes} minutes is what a person can take; a household's go together.`,
    ),
    alarmsPerson: both('人员', 'Person'),
    alarmsIn: both(
      (minutes: number) => `${minutes} 分钟内`,
      (minutes) => `in ${minutes} min`,
    ),
    alarmsOverrun: both('过多，请安排他人分担', 'too many for too long: let somebody else take over'),
    alarmsWarning: both('有人被呼叫过多', 'Somebody is rung too often'),
    deliveries: both('发不出去的通知', 'Messages that do not get out'),
    deliveriesNone: both('没有。', 'None.'),
    deliveriesHint: both(
      '系统会一直重试，呼叫也会按方案找下一个人。',
      'The system keeps trying, and the page goes on to the next person.',
    ),
    tries: both(
      (count: number) => `已试 ${count} 次`,
      (count: number) => `${count} tries`,
    ),
    retryAt: both('下次重试', 'next try'),
    retry: both('立即重试', 'Try now'),
    reassign: both('改呼他人', 'Ring somebody else'),
    person: both('改呼', 'Ring'),
    nobody: both('没有其他能联系上的值班人员。', 'Nobody else of the duty can be reached.'),
    close: both('不再发送', 'Give this one up'),
    reason: both('理由', 'Reason'),
    kinds: {
      'timer-late': both('定时未触发', 'timers not fired'),
      'page-still': both('呼叫停滞', 'pages that stand still'),
      'clock-unheard': both('期限已到而无定时', 'clocks that ran out unheard'),
      'breach-untold': both('超期而未呼叫任何人', 'breaches that rang nobody'),
      'delivery-late': both('待发而无人处理', 'messages nobody has taken in hand'),
      'delivery-stuck': both('多次发送失败', 'messages that failed again and again'),
    } as Names,
  },
};
