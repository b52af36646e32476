import { describe, expect, it } from 'vitest';
import { byDay } from '../src/duty/rosters';

const ling = { id: '1', name: '凌' };

describe('a week of a roster', () => {
  it('cuts a watch at midnight in China, and a day that ends there says 24:00', () => {
    const lines = byDay([
      { from: '2026-11-21T12:00:00Z', until: '2026-11-23T00:00:00Z', people: [ling] },
      { from: '2026-11-23T00:00:00Z', until: '2026-11-23T16:00:00Z', people: [] },
    ]);
    expect(lines.map((line) => `${line.day} ${line.from}-${line.until} ${line.watch.people.length}`)).toEqual([
      '2026-11-21 20:00-24:00 1',
      '2026-11-22 00:00-24:00 1',
      '2026-11-23 00:00-08:00 1',
      '2026-11-23 08:00-24:00 0',
    ]);
  });
});
