import { ref, type Ref } from 'vue';
import { call, Refused } from '../http/api';
import type { DutyPerson, Roster, Watch } from '../http/contract';
import { session } from '../security/session';
import { typed } from '../time/moment';

const WEEK_DAYS = 7;
const DAY_MILLISECONDS = 86_400_000;

/** Midnight in China of the day of a moment. */
export function dayOf(at: number): number {
  return Date.parse(`${typed(at).slice(0, 10)}T00:00:00+08:00`);
}

/** A watch as far as it lies on one day. */
export interface DayPart {
  key: string;
  day: string;
  from: string;
  until: string;
  watch: Watch;
}

/** Watches cut at midnight, a line each, as a week's table shows them. */
export function byDay(watches: readonly Watch[]): DayPart[] {
  return watches.flatMap((watch) => {
    const parts: DayPart[] = [];
    const end = Date.parse(watch.until);
    for (let at = Date.parse(watch.from); at < end;) {
      const midnight = dayOf(at) + DAY_MILLISECONDS;
      const until = Math.min(midnight, end);
      const last = typed(until).slice(11);
      parts.push({
        key: `${at}`,
        day: typed(at).slice(0, 10),
        from: typed(at).slice(11),
        until: until === midnight ? '24:00' : last,
        watch,
      });
      at = until;
    }
    return parts;
  });
}

const inDivision = (path: string): string => `${path}?division=${encodeURIComponent(session.me.value?.division ?? '')}`;

export const readRosters = async (): Promise<Roster[]> =>
  (await call<{ items: Roster[] }>(inDivision('/api/duty/rosters'))).items;

export const readPeople = async (): Promise<DutyPerson[]> =>
  (await call<{ items: DutyPerson[] }>(inDivision('/api/duty/people'))).items;

export async function readWeek(roster: string, from: number): Promise<Watch[]> {
  const query = `from=${encodeURIComponent(new Date(from).toISOString())}&days=${WEEK_DAYS}`;
  return (await call<{ items: Watch[] }>(`/api/duty/rosters/${roster}/watches?${query}`)).items;
}

/** One sending at a time, and what became of it. */
export function useSending(done: () => void | Promise<void>): {
  busy: Ref<boolean>;
  reason: Ref<unknown>;
  said: Ref<boolean>;
  send: (act: () => Promise<unknown>) => Promise<boolean>;
} {
  const busy = ref(false);
  const reason = ref<unknown>(null);
  const said = ref(false);
  const send = async (act: () => Promise<unknown>): Promise<boolean> => {
    busy.value = true;
    reason.value = null;
    said.value = false;
    try {
      await act();
      said.value = true;
      await done();
      return true;
    } catch (why) {
      reason.value = why;
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, reason, said, send };
}

/** The fields' own words of a refusal, both languages as the server gives them. */
export function linesOf(reason: unknown): string[] {
  if (!(reason instanceof Refused) || typeof reason.problem.errors !== 'object' || !reason.problem.errors) return [];
  return Object.values(reason.problem.errors as Record<string, string[]>).flat();
}

export const leavesGaps = (reason: unknown): reason is Refused =>
  reason instanceof Refused && reason.problem.type === 'urn:hotline:roster-has-gaps';
