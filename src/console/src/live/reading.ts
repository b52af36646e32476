import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { Change } from '../http/contract';
import { oneAtATime, soonAfter } from './gather';
import { line, type Watched } from './line';

/** Changes are gathered this long before anything is read again. */
const GATHER_MILLISECONDS = 200;

export interface Reading {
  /** Why it could not be read last time. */
  reason: Ref<unknown>;
  loaded: Ref<boolean>;
  read: () => Promise<void>;
}

/** Something read from the server, one reading at a time. */
export function useReading(act: () => Promise<void>): Reading {
  const reason = ref<unknown>(null);
  const loaded = ref(false);
  const read = oneAtATime(async () => {
    try {
      await act();
      reason.value = null;
      loaded.value = true;
    } catch (why) {
      reason.value = why;
    }
  });
  return { reason, loaded, read };
}

/** Read at once, and again whenever something it concerns changed, or the line is back after a failure. */
export function useLive(
  act: () => Promise<void>,
  watched: () => Watched | null,
  concerns: (change: Change) => boolean,
): Reading {
  const reading = useReading(act);
  const soon = soonAfter(GATHER_MILLISECONDS, reading.read);
  const stop = line.onChanges((changes) => changes.some(concerns) && soon.call());
  watch(line.state, (state) => state !== 'lost' && reading.reason.value && void reading.read());
  watch(
    watched,
    async (what, _before, onCleanup) => {
      let over = false;
      let unwatch: (() => void) | undefined;
      onCleanup(() => {
        over = true;
        unwatch?.();
      });
      // Nobody waits for the line to see what there is; once it stands, what came between is read.
      if (line.state.value !== 'connected') void reading.read();
      await line.start();
      if (what && !over) unwatch = await line.watch(what);
      if (over) unwatch?.();
      else await reading.read();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
    soon.stop();
  });
  return reading;
}
