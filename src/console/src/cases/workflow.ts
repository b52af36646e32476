import { shallowReactive } from 'vue';
import { call, Refused } from '../http/api';
import type { Said, Words } from '../http/contract';

/** A procedure as the policy pack tells it, no more of it than a screen draws. */
export interface Procedure {
  name: string;
  title?: Words;
  initial: string;
  states: ProcedureState[];
  steps: ProcedureStep[];
}

export interface ProcedureState {
  name: string;
  title?: Said;
  parent?: string | null;
  final?: boolean;
}

export interface ProcedureStep {
  trigger: string;
  title: Words;
  from: string[];
  to?: string | null;
  form?: { label: Words; options?: { value: string; label: Words }[] }[];
}

const known = shallowReactive(new Map<string, Procedure>());
const asked = new Set<string>();

/** Answers what is known now and asks for it once; the screen fills in when it comes. */
export function procedure(machine: string): Procedure | undefined {
  if (!asked.has(machine)) {
    asked.add(machine);
    call<Partial<Procedure>>(`/api/workflows/${encodeURIComponent(machine)}?format=json`)
      .then((answer) =>
        known.set(machine, {
          name: machine,
          title: answer.title,
          initial: answer.initial ?? '',
          states: answer.states ?? [],
          steps: answer.steps ?? [],
        }),
      )
      // A machine that the pack does not know is not asked for again; a lost line is.
      .catch((why) => why instanceof Refused || asked.delete(machine));
  }
  return known.get(machine);
}

/** Superstates only lend their steps; a file is never in one. */
export function leaves(of: Procedure): ProcedureState[] {
  const parents = new Set(of.states.map((state) => state.parent));
  return of.states.filter((state) => !parents.has(state.name));
}

/** The state itself and every superstate around it. */
export function around(of: Procedure, name: string): string[] {
  const state = of.states.find((one) => one.name === name);
  return state ? [name, ...(state.parent ? around(of, state.parent) : [])] : [name];
}

/** What an option that was chosen in a step's form is called. */
export function optionOf(machine: string, trigger: string, field: Words, value: unknown): Words | undefined {
  const forms = procedure(machine)?.steps.filter((step) => step.trigger === trigger) ?? [];
  const asked = forms.flatMap((step) => step.form ?? []).find((one) => one.label.zh === field.zh);
  return asked?.options?.find((option) => option.value === value)?.label;
}

export function titleOf(machine: string, state: string): Said | undefined {
  return procedure(machine)?.states.find((one) => one.name === state)?.title;
}

/** What clocks are called, for pages that say which of them ran out. */
const clocks = shallowReactive(new Map<string, Words>());
let clocksAsked = false;

export function clockName(code: string): Words | undefined {
  if (!clocksAsked) {
    clocksAsked = true;
    call<{ clocks?: { code: string; name: Words }[] }>('/api/workflows')
      .then((answer) => answer.clocks?.forEach((clock) => clocks.set(clock.code, clock.name)))
      .catch(() => (clocksAsked = false));
  }
  return clocks.get(code);
}
