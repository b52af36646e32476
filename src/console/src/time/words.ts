import { both } from '../words/both';

/** Clocks. */
export const time = {
  clock: {
    running: both('余', 'left'),
    warn: both('余', 'left'),
    breached: both('超', 'over'),
    paused: both('已暂停', 'paused'),
    met: both('已满足', 'met'),
    noClock: both('无时限', 'no deadline'),
    due: both('应于', 'due'),
  },
};
