import { titleOf } from '../cases/workflow';
import type { Assignment } from '../http/contract';
import { named, say, words } from '../words';

export type Kind = 'tasks' | 'transfers';

/** The machine that an assignment of this kind goes through. */
export const MACHINES: Record<Kind, string> = { tasks: 'task', transfers: 'transfer' };

const OVER = ['Closed', 'Cancelled', 'Refused', 'Completed', 'Confirmed', 'Done', 'Withdrawn'];

export function isOver(item: Assignment): boolean {
  return item.open === false || (item.open === undefined && OVER.includes(item.state));
}

export function nameOf(item: Assignment): string {
  const title = say(item.title) || (item.kind ? named(words.value.taskKinds, item.kind) : '');
  return [title, item.number].filter(Boolean).join(' · ') || item.id;
}

export function stateOf(kind: Kind, state: string): string {
  return say(titleOf(MACHINES[kind], state));
}
