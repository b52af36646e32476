import { reactive, ref, watch, type Ref } from 'vue';
import type { DutyPerson, Roster, Rotation, Watch, WeeklyShift } from '../http/contract';

/** What the editor changes of a roster: only the plan itself. */
export interface Plan {
  timeZone: string;
  shifts: WeeklyShift[];
  rotations: Rotation[];
}

export interface Preview {
  items: Watch[];
  gaps: Watch[];
}

export const CHINA = 'Asia/Shanghai';
export const DAYS = [1, 2, 3, 4, 5, 6, 7];
const TIME = /^([01]?\d|2[0-3]):[0-5]\d$|^24:00$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function planOf(roster?: Roster): Plan {
  return {
    timeZone: roster?.timeZone ?? CHINA,
    shifts: (roster?.shifts ?? []).map((one) => ({ ...one, days: [...one.days], ...timesOf(one) })),
    rotations: (roster?.rotations ?? []).map((one) => ({ ...one, people: [...one.people], ...timesOf(one) })),
  };
}

const timesOf = (one: {
  from: string;
  to: string;
  only?: string | null;
}): { from: string; to: string; only: string } => ({
  from: one.from.slice(0, 5),
  to: one.to.slice(0, 5),
  only: one.only ?? '',
});

/** As the server reads it. */
export function bodyOf(plan: Plan): Plan {
  return {
    timeZone: plan.timeZone,
    shifts: plan.shifts.map((one) => ({ ...one, ...sent(one) })),
    rotations: plan.rotations.map((one) => ({ ...one, ...sent(one), daysEach: Number(one.daysEach) })),
  };
}

const sent = (one: {
  from: string;
  to: string;
  only?: string | null;
}): { from: string; to: string; only: string | null } => ({
  from: one.from.padStart(5, '0'),
  to: one.to.padStart(5, '0'),
  only: one.only || null,
});

/** A line that somebody is still writing is shown to nobody and sent nowhere. */
export function isComplete(plan: Plan): boolean {
  const timed = (one: { from: string; to: string }): boolean => TIME.test(one.from) && TIME.test(one.to);
  return (
    plan.shifts.every((one) => one.person && one.days.length && timed(one)) &&
    plan.rotations.every(
      (one) =>
        one.people.length > 0 &&
        one.people.every(Boolean) &&
        DAY.test(one.starts) &&
        Number(one.daysEach) > 0 &&
        timed(one),
    )
  );
}

/** Only trained people whose telephone is verified may be put on duty. */
export const isFit = (one: DutyPerson): boolean => one.hasNumber && one.verified && one.trained;

/** A plan that is being changed, each change one that can be taken back. */
export function useEditing(): {
  plan: Plan;
  past: Ref<string[]>;
  begin: (from: Plan) => void;
  undo: () => void;
  isChanged: () => boolean;
} {
  const plan = reactive<Plan>(planOf());
  const past = ref<string[]>([]);
  let saved = '';
  let last = '';
  watch(
    () => JSON.stringify(plan),
    (now) => {
      if (now === last) return;
      past.value.push(last);
      last = now;
    },
    { flush: 'sync' },
  );
  const put = (text: string): void => {
    last = text;
    // All at once: the parts in between are no changes of anybody.
    const whole = JSON.parse(text) as Plan;
    const before = past.value.length;
    Object.assign(plan, whole);
    past.value.splice(before);
    last = text;
  };
  return {
    plan,
    past,
    begin(from) {
      put(JSON.stringify(from));
      saved = JSON.stringify(plan);
      past.value = [];
    },
    undo() {
      const before = past.value.pop();
      if (before) put(before);
    },
    isChanged: () => JSON.stringify(plan) !== saved,
  };
}
