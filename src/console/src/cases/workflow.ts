import { shallowReactive } from 'vue';
import { call } from '../http/api';
import type { Said } from '../http/contract';

/** A procedure as the policy pack tells it, no more of it than a screen draws. */
export interface Procedure {
  name: string;
  states: { name: string; title?: Said; parent?: string | null; final?: boolean }[];
}

const known = shallowReactive(new Map<string, Procedure>());
const asked = new Set<string>();

/** Answers what is known now and asks for it once; the screen fills in when it comes. */
export function procedure(machine: string): Procedure | undefined {
  if (!asked.has(machine)) {
    asked.add(machine);
    call<Partial<Procedure>>(`/api/workflows/${encodeURIComponent(machine)}?format=json`)
      .then((answer) => known.set(machine, { name: machine, states: answer.states ?? [] }))
      .catch(() => asked.delete(machine));
  }
  return known.get(machine);
}

/** Superstates only lend their steps; a file is never in one. */
export function leaves(of: Procedure): Procedure['states'] {
  const parents = new Set(of.states.map((state) => state.parent));
  return of.states.filter((state) => !parents.has(state.name));
}

export function titleOf(machine: string, state: string): Said | undefined {
  return procedure(machine)?.states.find((one) => one.name === state)?.title;
}
