import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { call, Refused } from '../http/api';
import type { Change } from '../http/contract';
import { oneAtATime, soonAfter } from '../live/gather';
import { line, type Watched } from '../live/line';
import { learnPassed } from '../time/now';

const GATHER_MILLISECONDS = 200;

export interface Current<T> {
  file: ShallowRef<T | null>;
  reason: Ref<unknown>;
  gone: Ref<boolean>;
  read: () => Promise<void>;
}

/** One object of the server, read again whenever something about it changed. */
export function useCurrent<T>(
  path: Ref<string>,
  watched: Ref<Watched | null>,
  concerns: (change: Change) => boolean,
): Current<T> {
  const file = shallowRef<T | null>(null);
  const reason = ref<unknown>(null);
  const gone = ref(false);
  let unwatch: (() => void) | undefined;

  const read = oneAtATime(async () => {
    const asked = path.value;
    try {
      const answer = await call<T & { openedAt?: string; receivedAt?: string }>(asked);
      if (asked !== path.value) return;
      learnPassed(answer.openedAt ?? answer.receivedAt);
      file.value = answer;
      reason.value = null;
    } catch (why) {
      gone.value = why instanceof Refused && [404, 403].includes(why.status);
      reason.value = gone.value ? null : why;
    }
  });
  const soon = soonAfter(GATHER_MILLISECONDS, read);

  const stop = line.onChanges((changes) => {
    if (changes.some(concerns)) soon.call();
  });
  watch(
    watched,
    async (what) => {
      unwatch?.();
      unwatch = undefined;
      await line.start();
      if (what) unwatch = await line.watch(what);
      await read();
    },
    { immediate: true },
  );
  const again = watch(line.state, (state) => state !== 'lost' && reason.value && void read());
  onScopeDispose(() => {
    again();
    stop();
    unwatch?.();
    soon.stop();
  });
  return { file, reason, gone, read };
}
