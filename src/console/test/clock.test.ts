import { describe, expect, it } from 'vitest';
import type { Clock } from '../src/http/contract';
import { faceOf, nearest, span } from '../src/time/clock';

const NOW = Date.parse('2026-11-21T09:00:00+08:00');
const MINUTE = 60_000;
const after = (minutes: number): string => new Date(NOW + minutes * MINUTE).toISOString();

function clock(changes: Partial<Clock>): Clock {
  return {
    code: 'child-seen',
    name: { zh: '见到儿童', en: 'Child seen' },
    startedAt: after(-60),
    state: 'Running',
    ...changes,
  };
}

describe('a clock', () => {
  it('runs, warns and is breached as its times pass', () => {
    expect(faceOf(clock({ dueAt: after(30), warnAt: after(20) }), NOW)).toBe('running');
    expect(faceOf(clock({ dueAt: after(5), warnAt: after(-5) }), NOW)).toBe('warn');
    expect(faceOf(clock({ dueAt: after(0) }), NOW)).toBe('breached');
  });

  it('shows what the server says even before its time', () => {
    expect(faceOf(clock({ state: 'Breached', dueAt: after(30) }), NOW)).toBe('breached');
    expect(faceOf(clock({ state: 'Met', dueAt: after(-30) }), NOW)).toBe('met');
    expect(faceOf(clock({ state: 'Paused', dueAt: after(-30) }), NOW)).toBe('paused');
  });

  it('reads minutes, hours and days', () => {
    expect(span(12 * MINUTE + 4_000, '天', '小时')).toBe('12:04');
    expect(span(-41_000, '天', '小时')).toBe('00:41');
    expect(span(3 * 60 * MINUTE + 7 * MINUTE + 22_000, '天', '小时')).toBe('3:07:22');
    expect(span(52 * 60 * MINUTE, '天', '小时')).toBe('2天 4小时');
  });

  it('of several shows the nearest that still asks for something', () => {
    const met = clock({ code: 'first-contact', state: 'Met', dueAt: after(-50) });
    const near = clock({ code: 'child-seen', dueAt: after(10) });
    const far = clock({ code: 'review', dueAt: after(600) });
    expect(nearest([far, met, near])?.code).toBe('child-seen');
    expect(nearest([])).toBeUndefined();
  });
});
