import { computed, ref } from 'vue';
import { call, Refused, whenSignedOut } from '../http/api';
import type { Me } from '../http/contract';
import { line } from '../live/line';
import { drafts } from '../parts/drafts';
import { learnServerTime } from '../time/now';

type State = 'unknown' | 'out' | 'in' | 'expired';

const state = ref<State>('unknown');
const me = ref<Me | null>(null);

const DESK = ['DutyOfficer', 'DutySupervisor', 'CountyOfficer', 'CitySupervisor'];
const BOARD = [...DESK, 'SecondApprover', 'ChildSupervisor', 'ChildDirector', 'PoliceLiaison'];
/** They answer pages and work on what is sent to them, but read no case. */
const CALLED = ['InstitutionStaff', 'WelfareStaff'];

function has(roles: readonly string[]): boolean {
  return me.value?.roles.some((role) => roles.includes(role)) ?? false;
}

/** Who is signed in. Roles only choose what to draw first; what may be done comes with each answer's steps. */
export const session = {
  state,
  me,
  worksDesk: computed(() => has(DESK)),
  seesBoard: computed(() => has(BOARD)),
  answersPages: computed(() => has(BOARD) || has(CALLED)),
  files: computed(
    () =>
      has(['Reporter', ...CALLED]) || has(BOARD.filter((role) => !['SecondApprover', 'CitySupervisor'].includes(role))),
  ),
  reports: computed(() => has(['Reporter'])),
  takesCalls: computed(() => has(['DutyOfficer', 'DutySupervisor', 'CountyOfficer', 'ContractedOperator'])),
  /** Gets tasks, hand-overs or visits to carry out. */
  hasInbox: computed(() => has(BOARD) || has(CALLED) || has(['AgencyStaff'])),
  stopsPages: computed(() => has(['DutySupervisor', 'CitySupervisor'])),
  /** Keeps the rosters. */
  keepsDuty: computed(() => has(['DutySupervisor'])),
  /** Looks back with the duty room. */
  readsDebriefs: computed(() => has(['DutyOfficer', 'DutySupervisor', 'CitySupervisor', 'Auditor'])),
  /** Is told whether the house itself does what it should. */
  watchesHouse: computed(() => has(['DutySupervisor', 'CitySupervisor', 'SystemAdministrator', 'Auditor'])),
  administers: computed(() => has(['SystemAdministrator'])),

  async resume(): Promise<void> {
    try {
      take(await call<Me>('/api/me'));
    } catch (reason) {
      // Without a line the cookie may still be good: the report form must open all the same.
      state.value = reason instanceof Refused ? 'out' : 'unknown';
    }
  },
  async signIn(user: string, password: string): Promise<void> {
    await call('/api/sessions?cookie=true', { body: { user, password } });
    take(await call<Me>('/api/me'));
  },
  async signOut(): Promise<void> {
    await call('/api/sessions', { method: 'DELETE' }).catch(() => undefined);
    await line.stop();
    drafts.clear();
    me.value = null;
    state.value = 'out';
  },
};

function take(who: Me): void {
  me.value = who;
  drafts.use(who.user);
  state.value = 'in';
  if (who.now) learnServerTime(who.now);
}

// What is on the screen stays there: signing in again goes on where it stopped.
whenSignedOut(() => {
  if (state.value === 'in') state.value = 'expired';
});
