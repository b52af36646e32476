import { ref, shallowRef, type Ref } from 'vue';
import { call } from '../http/api';
import type { Words } from '../http/contract';

interface Opened {
  items: { version: number; fields: { label: Words; value: string | null }[] }[];
}

export interface Look {
  path: () => string;
  reason: Ref<unknown>;
  /** Whether it was opened. */
  look: (why: string) => Promise<boolean>;
  /** A sealed value once it was opened. */
  valueOf: (version: number | undefined, label: Words) => string | undefined;
  /** Something was opened; its labels and values, for whoever shows them apart. */
  opened: Ref<Opened['items']>;
}

/** Opens what a file sealed. Who looks, and why, stays on record; what was opened is forgotten with the page. */
export function useLook(path: () => string): Look {
  const reason = ref<unknown>(null);
  const opened = shallowRef<Opened['items']>([]);
  return {
    path,
    reason,
    opened,
    valueOf: (version, label) =>
      opened.value.find((item) => item.version === version)?.fields.find((field) => field.label.zh === label.zh)
        ?.value ?? undefined,
    async look(why) {
      try {
        opened.value = (await call<Opened>(`${path()}/look`, { body: { why } })).items;
        reason.value = null;
      } catch (no) {
        reason.value = no;
      }
      return reason.value === null;
    },
  };
}
