import { computed, reactive, ref, shallowReactive, watch } from 'vue';
import { all, call, Refused } from '../http/api';
import type { CaseFile, CaseRow, Change, Person, WaitingReport } from '../http/contract';
import { oneAtATime, soonAfter } from '../live/gather';
import { line } from '../live/line';
import { session } from '../security/session';
import { learnPassed } from '../time/now';
import { inOrder, ofCase, ofReport, unanswered, type BoardRow } from './rows';

/** Changes are gathered this long before anything is fetched. */
const GATHER_MILLISECONDS = 150;
/** More changed cases than this, and reading the whole board again is cheaper. */
const SINGLE_FETCHES_MAX = 8;
const GLOW_MILLISECONDS = 2_500;
const MISTRUST_MILLISECONDS = 60_000;

const rows = shallowReactive(new Map<string, BoardRow>());
const glowing = reactive(new Set<string>());
const loaded = ref(false);
const reason = ref<unknown>(null);
const pending = new Map<string, Change>();

let net: number | undefined;
let stops: (() => void)[] = [];

/** The board's rows, kept current; one for the whole console, since the alarm must ring on every page. */
export const board = {
  rows: computed(() => inOrder([...rows.values()])),
  ringing: computed(() => inOrder([...rows.values()].filter((row) => row.triage === 'T1' && unanswered(row)))),
  glowing,
  loaded,
  /** Why the board could not be read last time. */
  reason,
  reload,
  retry: () => void reload().catch(() => undefined),

  async start(): Promise<void> {
    if (stops.length > 0) return;
    stops = [line.onChanges(hear), line.onAlarm(() => afresh.call())];
    await line.start();
    // A board that could not be read is read as soon as somebody answers again.
    stops.push(watch(line.state, (state) => state !== 'lost' && reason.value && board.retry()));
    const division = session.me.value?.division ?? '';
    stops.push(await line.watch({ kind: 'division', id: division }));
    await reload().catch(() => undefined);
    // A change we never heard of must not stay unseen: now and then the whole board is read again.
    net = window.setInterval(() => void reload().catch(() => undefined), MISTRUST_MILLISECONDS);
  },
  stop(): void {
    stops.forEach((stop) => stop());
    stops = [];
    window.clearInterval(net);
    afresh.stop();
    changed.stop();
    rows.clear();
    loaded.value = false;
  },
};

let holders = new Map<string, Person | null>();

function held(row: BoardRow): BoardRow {
  return row.owner ? row : { ...row, owner: holders.get(row.reportNumber ?? '') ?? null };
}

const read = oneAtATime(async () => {
  try {
    await readAll();
    reason.value = null;
  } catch (why) {
    reason.value = why;
    throw why;
  }
});

function reload(): Promise<void> {
  return read();
}

const afresh = soonAfter(GATHER_MILLISECONDS, reload);
const changed = soonAfter(GATHER_MILLISECONDS, fetchPending);

async function readAll(): Promise<void> {
  const [cases, reports] = await Promise.all([
    all<CaseRow>('/api/cases'),
    all<WaitingReport>('/api/reports?open=true').catch(() => [] as WaitingReport[]),
  ]);
  // Who screens the report has the case in hand until it gets an owner of its own.
  holders = new Map(reports.map((report) => [report.reportNumber, report.owner ?? null]));
  const fresh = [...cases.map(ofCase).map(held), ...reports.filter((report) => !report.cases?.length).map(ofReport)];
  const keys = new Set(fresh.map((row) => row.key));
  for (const key of rows.keys()) if (!keys.has(key)) rows.delete(key);
  for (const row of fresh) put(row);
  loaded.value = true;
}

function put(row: BoardRow): void {
  learnPassed(row.at);
  const known = rows.get(row.key);
  const changed = known ? JSON.stringify(known) !== JSON.stringify(row) : loaded.value;
  if (known && !changed) return;
  rows.set(row.key, row);
  if (changed) glow(row.key);
}

function glow(key: string): void {
  glowing.add(key);
  window.setTimeout(() => glowing.delete(key), GLOW_MILLISECONDS);
}

function hear(changes: Change[]): void {
  for (const change of changes) pending.set(`${change.kind}/${change.id}`, change);
  changed.call();
}

async function fetchPending(): Promise<void> {
  const changes = [...pending.values()];
  pending.clear();
  const cases = changes.filter((change) => change.kind === 'case' && rows.has(`case/${change.id}`));
  // New rows, reports and pages come with the lists, which hold what a single answer does not.
  if (cases.length < changes.length || cases.length > SINGLE_FETCHES_MAX) return reload();
  await Promise.all(cases.map((change) => refetch(change.id)));
}

async function refetch(id: string): Promise<void> {
  try {
    const file = await call<CaseFile>(`/api/cases/${id}`);
    const known = rows.get(`case/${id}`);
    const fresh = ofCase(file);
    const reportNumber = fresh.reportNumber ?? file.reports?.[0]?.number ?? known?.reportNumber ?? null;
    put(held({ ...fresh, reportNumber }));
  } catch (reason) {
    if (reason instanceof Refused && reason.status === 404) rows.delete(`case/${id}`);
    else throw reason;
  }
}
