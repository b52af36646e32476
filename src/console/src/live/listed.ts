import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { call, onward } from '../http/api';
import type { Listed } from '../http/contract';
import { useReading, type Reading } from './reading';

export interface List<T> extends Reading {
  items: ShallowRef<T[]>;
  /** There is more than what was read. */
  cursor: Ref<string | null>;
  more: () => Promise<void>;
}

/** A list read from its start, and further on request; `reading` says when it is read again by itself. */
export function useListed<T>(path: () => string, reading: (act: () => Promise<void>) => Reading = useReading): List<T> {
  const items = shallowRef<T[]>([]);
  const cursor = ref<string | null>(null);
  async function take(from: string | null): Promise<void> {
    const answer = await call<Listed<T>>(onward(path(), from));
    items.value = from ? [...items.value, ...answer.items] : answer.items;
    cursor.value = answer.items.length ? (answer.cursor ?? null) : null;
  }
  const first = reading(() => take(null));
  return {
    ...first,
    items,
    cursor,
    more: () => take(cursor.value).catch((why: unknown) => void (first.reason.value = why)),
  };
}
