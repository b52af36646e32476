import type { HubConnection } from '@microsoft/signalr';
import { readonly, ref } from 'vue';
import { call } from '../http/api';
import type { Change } from '../http/contract';
import { businessNow } from '../time/now';
import { catchUp, newestOf, waitBefore, type Answer, type LineState } from './feed';

export interface Watched {
  kind: 'division' | 'organisation' | 'case' | 'report' | 'mine';
  id: string;
}

type Hear = (changes: Change[]) => void;

const POLL_MILLISECONDS = 3_000;

const state = ref<LineState>('connecting');
const asOf = ref(businessNow());
const hearers = new Set<Hear>();
const alarmHearers = new Set<() => void>();
const watched = new Map<string, Watched>();
const cursors = new Map<string, string | number>();

let hub: HubConnection | undefined;
let poll: number | undefined;
let pulse: number | undefined;
let running = false;
let started: Promise<void> | undefined;

const keyOf = (what: Watched): string => `${what.kind}/${what.id}`;

/** The live line to the server: what changed, whether we still hear, and since when not. */
export const line = {
  state: readonly(state),
  asOf: readonly(asOf),
  onChanges(hear: Hear): () => void {
    hearers.add(hear);
    return () => hearers.delete(hear);
  },
  onAlarm(hear: () => void): () => void {
    alarmHearers.add(hear);
    return () => alarmHearers.delete(hear);
  },
  /** Resolves for everybody once the first attempt to connect is over. */
  start(): Promise<void> {
    started ??= begin().catch(() => {
      started = undefined;
      cut();
    });
    return started;
  },
  async stop(): Promise<void> {
    running = false;
    started = undefined;
    window.clearInterval(pulse);
    window.clearInterval(poll);
    poll = undefined;
    window.removeEventListener('offline', cut);
    window.removeEventListener('online', mend);
    watched.clear();
    cursors.clear();
    await hub?.stop();
    hub = undefined;
  },
  /** Resolves once changes are known to come, so that whoever fetches afterwards misses nothing. */
  async watch(what: Watched): Promise<() => void> {
    watched.set(keyOf(what), what);
    await register(what).catch(() => undefined);
    return () => {
      watched.delete(keyOf(what));
      cursors.delete(keyOf(what));
      if (state.value === 'connected') void hub?.invoke('Unwatch', what).catch(() => undefined);
    };
  },
};

async function begin(): Promise<void> {
  running = true;
  state.value = 'connecting';
  window.clearInterval(pulse);
  pulse = window.setInterval(() => state.value === 'connected' && heard(), 1_000);
  window.addEventListener('offline', cut);
  window.addEventListener('online', mend);
  const { HubConnectionBuilder, LogLevel } = await import('@microsoft/signalr');
  hub = new HubConnectionBuilder()
    .withUrl('/hubs/board')
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: (retry) => waitBefore(retry.previousRetryCount) })
    .configureLogging(LogLevel.None)
    .build();
  hub.on('Changed', (answer: Answer) => take(answer));
  hub.on('Alarm', () => alarmHearers.forEach((hear) => hear()));
  hub.onreconnecting(cut);
  hub.onreconnected(() => void resume());
  await open(0);
}

function heard(): void {
  asOf.value = businessNow();
}

function take(answer: Answer): void {
  heard();
  for (const key of cursors.keys()) cursors.set(key, answer.cursor);
  tell(answer.changes);
}

function tell(changes: Change[]): void {
  const newest = newestOf(changes);
  if (newest.length > 0) hearers.forEach((hear) => hear(newest));
}

async function open(attempt: number): Promise<void> {
  if (!running || !hub) return;
  try {
    await hub.start();
    await resume();
  } catch {
    cut();
    window.setTimeout(() => void open(attempt + 1), waitBefore(attempt + 1));
  }
}

async function register(what: Watched): Promise<void> {
  if (state.value !== 'connected' || !hub) return;
  const answer: unknown = await hub.invoke('Watch', what);
  const cursor = cursorOf(answer);
  if (cursor !== undefined && !cursors.has(keyOf(what))) cursors.set(keyOf(what), cursor);
}

/** Watch answers the bare cursor, or an object that holds it. */
function cursorOf(answer: unknown): string | number | undefined {
  if (typeof answer === 'string' || typeof answer === 'number') return answer;
  if (typeof answer === 'object' && answer !== null && 'cursor' in answer) return cursorOf(answer.cursor);
  return undefined;
}

/** After a loss: watch again first, then read what was missed, so that nothing falls between the two. */
async function resume(): Promise<void> {
  window.clearInterval(poll);
  poll = undefined;
  state.value = 'connected';
  const known = [...cursors.values()];
  for (const what of watched.values()) await register(what).catch(() => undefined);
  const connection = hub;
  if (connection && known[0] !== undefined) {
    const oldest = known.reduce((least, cursor) => (Number(cursor) < Number(least) ? cursor : least));
    const reached = await catchUp(oldest, (cursor) => connection.invoke<Answer>('CatchUp', cursor), tell).catch(
      () => undefined,
    );
    if (reached !== undefined) for (const key of cursors.keys()) cursors.set(key, reached);
  }
  heard();
}

function cut(): void {
  if (state.value !== 'polling') state.value = 'lost';
  if (!running || poll !== undefined) return;
  poll = window.setInterval(() => void ask(), POLL_MILLISECONDS);
  if (navigator.onLine) void ask();
}

function mend(): void {
  if (hub?.state === 'Connected') void resume();
}

/** The poll under the socket: the same feed, by plain requests. */
async function ask(): Promise<void> {
  try {
    for (const what of [...watched.values()]) {
      const from = cursors.get(keyOf(what));
      const query = `/api/changes?kind=${what.kind}&id=${encodeURIComponent(what.id)}`;
      const read = (cursor: string | number): Promise<Answer> =>
        call<Answer>(cursor === '' ? query : `${query}&after=${encodeURIComponent(String(cursor))}`);
      cursors.set(keyOf(what), await catchUp(from ?? '', read, tell));
    }
    if (poll !== undefined) state.value = 'polling';
    heard();
  } catch {
    if (poll !== undefined) state.value = 'lost';
  }
}
