import { describe, expect, it } from 'vitest';
import { drawn } from '../src/cases/drawing';
import type { Procedure } from '../src/cases/workflow';

const title = { zh: '步', en: 'step' };
const machine: Procedure = {
  name: 'case',
  initial: 'Opened',
  states: [
    { name: 'Open' },
    { name: 'Opened', parent: 'Open' },
    { name: 'Triage', parent: 'Open' },
    { name: 'Assessment', parent: 'Open' },
    { name: 'Closed', final: true },
  ],
  steps: [
    { trigger: 'Start', title, from: ['Opened'], to: 'Triage' },
    { trigger: 'Route', title, from: ['Triage'], to: 'Assessment' },
    { trigger: 'Close', title, from: ['Open'], to: 'Closed' },
    { trigger: 'Note', title, from: ['Open'], to: null },
  ],
};

describe('the drawing of a machine', () => {
  it('goes from the beginning to the ends, without superstates', () => {
    const { states } = drawn(machine, 'Triage');
    expect(states.map((state) => [state.name, state.column])).toEqual([
      ['Opened', 0],
      ['Triage', 1],
      ['Assessment', 2],
      ['Closed', 2],
    ]);
  });

  it('shows what a superstate lends only where the file stands', () => {
    const ways = drawn(machine, 'Triage').ways.map((way) => `${way.from}>${way.to}${way.now ? '!' : ''}`);
    expect(ways.sort()).toEqual(['Opened>Triage', 'Triage>Assessment!', 'Triage>Closed!']);
  });

  it('is drawn for a state that the machine does not know, too', () => {
    expect(drawn(machine, 'Unknown').states).toHaveLength(4);
  });
});
