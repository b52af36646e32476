import { around, leaves, type Procedure } from './workflow';

/** Where a state stands in the drawing: columns from the beginning on, rows within a column. */
export interface Placed {
  name: string;
  column: number;
  row: number;
}

export interface Way {
  from: string;
  to: string;
  /** It leaves the state the file is in now. */
  now: boolean;
  triggers: string[];
}

export interface Drawing {
  states: Placed[];
  ways: Way[];
  columns: number;
  rows: number;
}

/**
 * A machine laid out from left to right: each state one column behind the nearest from which its own steps lead to it.
 * Steps that a superstate lends would cross everything from everywhere: they are drawn for the present state alone.
 */
export function drawn(machine: Procedure, present: string): Drawing {
  const names = leaves(machine).map((state) => state.name);
  const own = waysOf(machine, names, (step, name) => step.from.includes(name));
  const mine = waysOf(machine, names, (step, name) =>
    name === present ? around(machine, name).some((one) => step.from.includes(one)) : false,
  );
  const lent = waysOf(machine, names, (step, name) => around(machine, name).some((one) => step.from.includes(one)));
  const column = columnsOf(machine, names, own, lent);
  const taken = new Map<number, number>();
  const states = names.map((name) => {
    const at = column.get(name) ?? 0;
    const row = taken.get(at) ?? 0;
    taken.set(at, row + 1);
    return { name, column: at, row };
  });
  const ways = own.filter((way) => way.from !== present).map((way) => ({ ...way, now: false }));
  return {
    states,
    ways: [...ways, ...mine.map((way) => ({ ...way, now: true }))],
    columns: Math.max(0, ...column.values()) + 1,
    rows: Math.max(1, ...taken.values()),
  };
}

type Leads = (step: Procedure['steps'][number], name: string) => boolean;

function waysOf(machine: Procedure, names: string[], leads: Leads): Omit<Way, 'now'>[] {
  const ways = new Map<string, Omit<Way, 'now'>>();
  for (const from of names) {
    for (const step of machine.steps) {
      const to = step.to ?? '';
      if (to === from || !names.includes(to) || !leads(step, from)) continue;
      const key = `${from}/${to}`;
      const way = ways.get(key) ?? { from, to, triggers: [] };
      ways.set(key, { ...way, triggers: [...new Set([...way.triggers, step.trigger])] });
    }
  }
  return [...ways.values()];
}

/** Breadth first along the states' own steps, then along lent ones; ends stand last, since that is where they are looked for. */
function columnsOf(
  machine: Procedure,
  names: string[],
  own: { from: string; to: string }[],
  lent: typeof own,
): Map<string, number> {
  const column = new Map([[machine.initial, 0]]);
  for (const ways of [own, lent]) {
    for (let grew = true; grew;) {
      grew = false;
      for (const way of ways) {
        const from = column.get(way.from);
        if (from === undefined || column.has(way.to)) continue;
        column.set(way.to, from + 1);
        grew = true;
      }
    }
  }
  const last = Math.max(0, ...column.values());
  for (const name of names) {
    const final = machine.states.find((state) => state.name === name)?.final;
    if (!column.has(name)) column.set(name, final ? last : 0);
    else if (final) column.set(name, Math.max(last, column.get(name) ?? 0));
  }
  const used = [...new Set(column.values())].sort((a, b) => a - b);
  return new Map([...column].map(([name, at]) => [name, used.indexOf(at)]));
}
