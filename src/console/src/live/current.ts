import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { call, Refused } from '../http/api';
import type { Change } from '../http/contract';
import { learnPassed } from '../time/now';
import type { Watched } from './line';
import { useLive } from './reading';

export interface Current<T> {
  file: ShallowRef<T | null>;
  reason: Ref<unknown>;
  gone: Ref<boolean>;
  read: () => Promise<void>;
}

/** One object of the server, read again whenever something about it changed. */
export function useCurrent<T>(
  path: () => string,
  watched: () => Watched,
  concerns: (change: Change) => boolean,
): Current<T> {
  const file = shallowRef<T | null>(null);
  const gone = ref(false);
  const { reason, read } = useLive(
    async () => {
      const asked = path();
      try {
        const answer = await call<T & { openedAt?: string; receivedAt?: string }>(asked);
        if (asked !== path()) return;
        learnPassed(answer.openedAt ?? answer.receivedAt);
        file.value = answer;
        gone.value = false;
      } catch (why) {
        gone.value = why instanceof Refused && [404, 403].includes(why.status);
        if (!gone.value) throw why;
      }
    },
    watched,
    concerns,
  );
  return { file, reason, gone, read };
}
