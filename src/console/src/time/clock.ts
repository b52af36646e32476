import type { Clock } from '../http/contract';

/** What a clock shows; word, shape and colour come from the same judgement. */
export type Face = 'running' | 'warn' | 'breached' | 'paused' | 'met';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function faceOf(clock: Clock, now: number): Face {
  if (clock.state === 'Met') return 'met';
  if (clock.state === 'Paused') return 'paused';
  const due = Date.parse(clock.dueAt ?? '');
  // A clock that ran out is shown as breached at once; the server's own event follows within a second.
  if (clock.state === 'Breached' || (!Number.isNaN(due) && due <= now)) return 'breached';
  const warn = Date.parse(clock.warnAt ?? '');
  return !Number.isNaN(warn) && warn <= now ? 'warn' : 'running';
}

/** Minutes and seconds below an hour, hours and minutes below a day, then days: `12:04`, `3:07:22`, `2d 4h`. */
export function span(milliseconds: number, dayWord: string, hourWord: string): string {
  const left = Math.max(0, Math.floor(Math.abs(milliseconds) / 1000) * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = two(Math.floor((left % HOUR) / MINUTE));
  const seconds = two(Math.floor((left % MINUTE) / 1000));
  if (left < HOUR) return `${minutes}:${seconds}`;
  if (left < DAY) return `${Math.floor(left / HOUR)}:${minutes}:${seconds}`;
  return `${Math.floor(left / DAY)}${dayWord} ${Math.floor((left % DAY) / HOUR)}${hourWord}`;
}

/** When the clock asks for attention; met and paused clocks never do. */
export function urgencyOf(clock: Clock): number {
  if (clock.state === 'Met' || clock.state === 'Paused') return Number.POSITIVE_INFINITY;
  const due = Date.parse(clock.dueAt ?? '');
  return Number.isNaN(due) ? Number.POSITIVE_INFINITY : due;
}

/** The clock a row shows: the nearest that still runs or is over, else any. */
export function nearest(clocks: readonly Clock[] | undefined): Clock | undefined {
  return [...(clocks ?? [])].sort((a, b) => urgencyOf(a) - urgencyOf(b))[0];
}
