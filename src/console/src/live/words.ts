import { both } from '../words/both';

/** The line to the server. */
export const live = {
  live: {
    connected: both('已连接', 'Connected'),
    connecting: both('正在连接', 'Connecting'),
    polling: both('轮询中', 'Polling'),
    lost: both('已断线', 'Disconnected'),
    asOf: both('截至', 'as of'),
    stale: both(
      (at: string) => `已断线 · 数据截至 ${at} · 正在重连`,
      (at) => `Disconnected · data as of ${at} · reconnecting`,
    ),
    pollingLong: both('实时通道不通，每 3 秒查询一次。', 'The live channel is down; asking every 3 seconds.'),
  },
};
