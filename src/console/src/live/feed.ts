import type { Change } from '../http/contract';

export type LineState = 'connecting' | 'connected' | 'polling' | 'lost';

/** Waits between attempts to connect; the last one repeats for ever, a board never gives up. */
const WAITS_MILLISECONDS = [0, 500, 1_000, 2_000, 3_000, 5_000];

export function waitBefore(attempt: number): number {
  return WAITS_MILLISECONDS[Math.min(attempt, WAITS_MILLISECONDS.length - 1)] ?? 0;
}

/** One entry an item: only its newest version matters, since what it says is fetched anyway. */
export function newestOf(changes: readonly Change[]): Change[] {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const key = `${change.kind}/${change.id}`;
    const known = newest.get(key);
    if (!known || known.version <= change.version) newest.set(key, change);
  }
  return [...newest.values()];
}

export interface Answer {
  cursor: string | number;
  changes: Change[];
  more?: boolean;
}

/** Reads on from a cursor until nothing is left; answers where it stands. */
export async function catchUp(
  from: string | number,
  read: (cursor: string | number) => Promise<Answer>,
  tell: (changes: Change[]) => void,
): Promise<string | number> {
  let cursor = from;
  for (;;) {
    const answer = await read(cursor);
    if (answer.changes.length > 0) tell(answer.changes);
    // A server that answers "more" without moving would otherwise keep us here for ever.
    const moved = answer.cursor !== cursor;
    cursor = answer.cursor;
    if (!answer.more || !moved) return cursor;
  }
}
