import type { Assignment } from '../http/contract';
import { say } from '../words';

/** Where assignments of each kind are read; the inbox's own addresses use the same names. */
const PLACES: Record<Assignment['kind'], string> = { task: 'tasks', transfer: 'transfers', visit: 'visits' };

export const places = Object.values(PLACES);

export const pathOf = (one: Pick<Assignment, 'kind' | 'id'>): string => `/inbox/${PLACES[one.kind]}/${one.id}`;

/** The bodies of these assignments by id: what steps record of them is an id alone. */
export function bodiesOf(all: readonly Assignment[]): Record<string, string> {
  const bodies = all.flatMap((one) => [one.sender, one.receiver]).filter((body) => body !== null && body !== undefined);
  return Object.fromEntries(bodies.map((body) => [body.id, say(body.name)]));
}
