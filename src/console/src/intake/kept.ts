import { onScopeDispose, reactive, ref, watch, type Ref } from 'vue';
import { businessNow } from '../time/now';
import { begun, emptyDraft, type Draft } from './draft';

const WRITE_AFTER_MILLISECONDS = 200;

export interface Kept {
  draft: Draft;
  /** There was something from last time. */
  resumed: Ref<boolean>;
  savedAt: Ref<number | null>;
  discard: () => void;
}

/** The draft on this device: written as it is typed, gone when sent or discarded. */
export function useDraft(name: string): Kept {
  const under = `hotline.draft.${name}`;
  const draft = reactive<Draft>({ ...emptyDraft(), ...read(under) });
  const resumed = ref(begun(draft));
  const savedAt = ref<number | null>(null);
  let timer: number | undefined;

  function save(): void {
    if (!begun(draft)) return;
    localStorage.setItem(under, JSON.stringify(draft));
    savedAt.value = businessNow();
  }
  watch(
    draft,
    () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, WRITE_AFTER_MILLISECONDS);
    },
    { deep: true },
  );
  window.addEventListener('pagehide', save);
  onScopeDispose(() => {
    window.clearTimeout(timer);
    window.removeEventListener('pagehide', save);
    save();
  });
  return {
    draft,
    resumed,
    savedAt,
    discard() {
      window.clearTimeout(timer);
      localStorage.removeItem(under);
      Object.assign(draft, emptyDraft());
      resumed.value = false;
      savedAt.value = null;
    },
  };
}

function read(under: string): Partial<Draft> {
  try {
    return JSON.parse(localStorage.getItem(under) ?? '{}') as Partial<Draft>;
  } catch {
    return {};
  }
}
