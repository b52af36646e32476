import { describe, expect, it } from 'vitest';
import { catchUp, newestOf, waitBefore, type Answer } from '../src/live/feed';
import type { Change } from '../src/http/contract';

const change = (id: string, version: number): Change => ({ kind: 'case', id, version });

describe('the live line', () => {
  it('waits longer each time and never gives up', () => {
    expect(waitBefore(0)).toBe(0);
    expect(waitBefore(3)).toBeGreaterThan(waitBefore(1));
    expect(waitBefore(10_000)).toBe(5_000);
  });

  it('keeps the newest version of each item', () => {
    expect(newestOf([change('a', 1), change('b', 4), change('a', 3), change('a', 2)])).toEqual([
      change('a', 3),
      change('b', 4),
    ]);
  });

  it('reads on from its cursor until nothing is left', async () => {
    const answers: Record<string, Answer> = {
      '5': { cursor: '7', changes: [change('a', 1)], more: true },
      '7': { cursor: '9', changes: [change('b', 1)], more: false },
    };
    const heard: string[] = [];
    const reached = await catchUp(
      '5',
      async (cursor) => answers[cursor] as Answer,
      (changes) => heard.push(...changes.map((one) => one.id)),
    );
    expect(reached).toBe('9');
    expect(heard).toEqual(['a', 'b']);
  });

  it('does not hang on a server that says more without moving', async () => {
    let asked = 0;
    const stuck = async (): Promise<Answer> => ({ cursor: '5', changes: (asked++, []), more: true });
    expect(await catchUp('5', stuck, () => undefined)).toBe('5');
    expect(asked).toBe(1);
  });
});
