import { shallowReactive } from 'vue';
import { call } from '../http/api';

/** What colleagues are called. Events keep the account; the name is asked for once and shown when it comes. */
const known = shallowReactive(new Map<string, string>());
const wanted = new Set<string>();
const asked = new Set<string>();

const GATHER_MILLISECONDS = 30;
const ASKED_MAX = 100;
let gather: number | undefined;

async function ask(): Promise<void> {
  gather = undefined;
  const users = [...wanted].slice(0, ASKED_MAX);
  users.forEach((user) => wanted.delete(user));
  const query = users.map((user) => `user=${encodeURIComponent(user)}`).join('&');
  try {
    const answer = await call<{ items: { user: string; displayName: string }[] }>(`/api/people?${query}`);
    for (const person of answer.items) known.set(person.user, person.displayName);
  } catch {
    // Without an answer the account stands there, and the next sight of it asks again.
    users.forEach((user) => asked.delete(user));
  }
}

/** The name of an account, or the account while nobody has told its name. */
export function called(user: string | null | undefined): string {
  if (!user) return '';
  const name = known.get(user);
  if (name === undefined && !asked.has(user)) {
    asked.add(user);
    wanted.add(user);
    gather ??= window.setTimeout(() => void ask(), GATHER_MILLISECONDS);
  }
  return name ?? user;
}
