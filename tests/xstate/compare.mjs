// Replays random trigger sequences in the xstate package and compares every state with the one Hotline.Workflow reached.
//   node compare.mjs FILE   FILE: {machine, guards[], triggers[], states[], runs: [[[trigger, guardBits, state], …], …]}
// Exit 0 when all agree; otherwise the first differences are printed and the exit code is 1.
import { readFileSync } from 'node:fs';
import { createMachine, getInitialSnapshot, getNextSnapshot } from 'xstate';

const { machine: config, guards, triggers, states, runs } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

let bits = 0;
let before = new Map();
let at = '';

const holds = (name) => {
  if (name.startsWith('previous=')) return before.get(at) === name.slice('previous='.length);
  const index = guards.indexOf(name);
  if (index < 0) throw new Error(`guard ${name} is not listed`);
  // Divided, not shifted: a machine may have more guards than a shift has bits.
  return Math.floor(bits / 2 ** index) % 2 === 1;
};

const named = new Map();
const collect = (node) => {
  for (const transitions of Object.values(node.on ?? {}))
    for (const { guard } of transitions) if (guard) named.set(guard, () => guard.split('+').every(holds));
  Object.values(node.states ?? {}).forEach(collect);
};
collect(config);

const machine = createMachine(config, { guards: Object.fromEntries(named) });

const leaf = (value) => {
  while (typeof value !== 'string') value = Object.values(value)[0];
  return value;
};

// Only these triggers need the dearer question which transition would be taken.
const returning = new Set();
const collectReturning = (node) => {
  for (const [trigger, transitions] of Object.entries(node.on ?? {}))
    if (transitions.some(({ guard }) => guard?.includes('previous='))) returning.add(trigger);
  Object.values(node.states ?? {}).forEach(collectReturning);
};
collectReturning(config);

// A transition that returns to "the state before" is not itself remembered as a way in.
const returns = (snapshot, event) => {
  if (!returning.has(event.type)) return false;
  const taken = machine.getTransitionData(snapshot, event);
  return taken.some((transition) => String(transition.guard ?? '').includes('previous='));
};

let steps = 0;
let moves = 0;
const wrong = [];
for (const [run, sequence] of runs.entries()) {
  let snapshot = getInitialSnapshot(machine);
  at = leaf(snapshot.value);
  before = new Map();
  for (const [trigger, held, expected] of sequence) {
    bits = held;
    steps++;
    if (snapshot.status === 'active') {
      const event = { type: triggers[trigger] };
      const isReturn = returns(snapshot, event);
      snapshot = getNextSnapshot(machine, snapshot, event);
      const to = leaf(snapshot.value);
      if (to !== at) {
        moves++;
        if (!isReturn) before.set(to, at);
        at = to;
      }
    }
    if (at !== states[expected]) {
      wrong.push(`run ${run}: ${triggers[trigger]} led xstate to ${at}, ours to ${states[expected]}`);
      break;
    }
  }
}
for (const line of wrong.slice(0, 10)) console.error(line);
console.log(`${config.id}: ${runs.length} sequences, ${steps} triggers, ${moves} moves, ${wrong.length} differences`);
process.exit(wrong.length === 0 ? 0 : 1);
