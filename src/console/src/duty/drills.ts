import { call, newKey } from '../http/api';
import type { Drill, DrillReport, Drilled } from '../http/contract';
import { session } from '../security/session';
import { toIso } from '../time/moment';
import { named, words } from '../words';

/** What a supervisor chooses before a drill. */
export interface DrillChoice {
  /** `all`, `role:…` or `roster:…`. */
  whom: string;
  onDuty: boolean;
  sms: boolean;
  call: boolean;
  at: string;
  repeat: boolean;
}

export const NEW_DRILL: DrillChoice = { whom: 'all', onDuty: false, sms: true, call: true, at: '', repeat: false };

export async function readDrills(): Promise<{ items: Drill[]; mayRun: boolean }> {
  const division = encodeURIComponent(session.me.value?.division ?? '');
  return call(`/api/drills?division=${division}`);
}

export const readDrill = (id: string): Promise<DrillReport> => call(`/api/drills/${id}`);

/** What the server is asked for; a time nobody can read goes along as it was typed, and is refused in words. */
export function bodyOf(choice: DrillChoice): Record<string, unknown> {
  const [kind, chosen] = choice.whom.split(':');
  return {
    ...(kind === 'role' ? { role: chosen } : {}),
    ...(kind === 'roster' ? { roster: chosen } : {}),
    who: choice.onDuty ? 'OnDuty' : 'Everyone',
    channels: [choice.sms ? 'sms' : '', choice.call ? 'call' : ''].filter(Boolean),
    ...(choice.at.trim() ? { at: toIso(choice.at) ?? choice.at } : {}),
    repeat: choice.repeat,
  };
}

export const begin = (choice: DrillChoice, key = newKey()): Promise<DrillReport> =>
  call('/api/drills', { body: bodyOf(choice), key });

/** Whom it is for, in words. */
export function whomOf(drill: Drill): string {
  const told = words.value.drill;
  const whom = drill.roster ? told.oneRoster : drill.role ? named(words.value.roles, drill.role) : told.everybody;
  return [
    whom,
    drill.onDuty ? told.onDuty : '',
    drill.channels.map((one) => named(words.value.page.channels, one)).join('+'),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Those who need a look first: not reached, then only delivered, then those who answered. */
const ORDER = ['not-reached', 'not-rung', 'delivered', 'waiting', 'answered'];

export const inOrder = (people: readonly Drilled[]): Drilled[] =>
  [...people].sort(
    (a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) || a.person.name.localeCompare(b.person.name, 'zh'),
  );

/** `3′05″` */
export function lasting(seconds: number): string {
  return `${Math.floor(seconds / 60)}′${String(seconds % 60).padStart(2, '0')}″`;
}
