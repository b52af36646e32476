import { both } from '../words/both';

/** Who is on duty. */
export const duty = {
  duty: {
    title: both('现在谁在当班', 'Who is on duty now'),
    next: both('接班', 'Next'),
    gaps: both('无人当班的时段', 'Hours nobody covers'),
    empty: both('没有排班。', 'No roster.'),
    nobody: both('无人当班', 'nobody on duty'),
  },
};
