import type { Assignment } from '../http/contract';

/** Where assignments of each kind are read; the inbox's own addresses use the same names. */
const PLACES: Record<Assignment['kind'], string> = { task: 'tasks', transfer: 'transfers', visit: 'visits' };

export const places = Object.values(PLACES);

export const pathOf = (one: Pick<Assignment, 'kind' | 'id'>): string => `/inbox/${PLACES[one.kind]}/${one.id}`;
