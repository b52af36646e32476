import { both } from './both';

/** The words of every room. */
export const general = {
  exercise: both('演练', 'Exercise'),
  product: both('儿童保护热线', 'Child Protection Hotline'),
  emergencyLine: both('如有生命危险，请立即拨打 110、120。', 'If a life is in danger, call 110 or 120 now.'),
  languageOther: both('EN', '中文'),
  languageOtherName: both('切换到英文', 'Switch to Chinese'),
  colon: both('：', ': '),
  comma: both('、', ', '),
  inside: both(
    (text: string) => `（${text}）`,
    (text) => ` (${text})`,
  ),
  unknown: both('不详', 'not known'),
  none: both('无', 'none'),
  yes: both('是', 'Yes'),
  no: both('否', 'No'),
  day: both('天', 'd'),
  hour: both('小时', 'h'),
  optional: both('可不填', 'optional'),
  close: both('关闭', 'Close'),
  cancel: both('取消', 'Cancel'),
  back: both('返回', 'Back'),
  next: both('下一步', 'Next'),
  more: both('显示更早的', 'Show earlier'),
  loading: both('正在读取', 'Loading'),
  retry: both('重试', 'Try again'),
  version: both('版本', 'version'),
  print: both('打印', 'Print'),
  justNow: both('刚刚', 'just now'),
  minutesAgo: both(
    (minutes: number) => `${minutes} 分钟前`,
    (minutes) => `${minutes} min ago`,
  ),
  problem: {
    offline: both('网络不通。', 'No connection.'),
    generic: both('没有成功。', 'That did not work.'),
  },
};
