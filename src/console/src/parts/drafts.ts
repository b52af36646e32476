import { computed, onScopeDispose, reactive, ref, toRaw, watch, type UnwrapNestedRefs } from 'vue';

/**
 * What is being typed, kept on this device until it was received: a reload, a lost line, a dead server or a sign-in that
 * ended take nothing away. Each account keeps its own; signing out clears it.
 */
const PREFIX = 'hotline.typed.';
const WRITE_AFTER_MILLISECONDS = 150;
/** As long as a session may last. */
const KEPT_HOURS = 12;

interface Entry<T> {
  at: number;
  value: T;
}

let account = '';
const count = ref(0);

function mine(): string[] {
  const prefix = `${PREFIX}${account}.`;
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
}

function recount(): void {
  count.value = mine().length;
}

export const drafts = {
  /** How many unsent texts of this account lie on the device. */
  count: computed(() => count.value),
  use(name: string): void {
    account = name;
    const oldest = Date.now() - KEPT_HOURS * 3_600_000;
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && (parsed(key)?.at ?? 0) < oldest) localStorage.removeItem(key);
    }
    recount();
  },
  clear(): void {
    mine().forEach((key) => localStorage.removeItem(key));
    recount();
  },
};

function parsed<T>(key: string): Entry<T> | undefined {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as Entry<T> | undefined;
  } catch {
    return undefined;
  }
}

/** What lies there under a name, without opening it for typing. */
export function typedBefore<T>(name: string): T | undefined {
  return parsed<T>(`${PREFIX}${account}.${name}`)?.value;
}

export interface Draft<T extends object> {
  value: UnwrapNestedRefs<T>;
  /** It was received, or given up: nothing is kept any more. */
  done: () => void;
}

/** A reactive value that survives the page. Nothing is written while it says nothing. */
export function useTyped<T extends object>(name: string, empty: () => T, says: (value: T) => boolean): Draft<T> {
  const key = `${PREFIX}${account}.${name}`;
  const value = reactive({ ...empty(), ...parsed<T>(key)?.value }) as UnwrapNestedRefs<T>;
  let timer: number | undefined;
  function write(): void {
    window.clearTimeout(timer);
    const raw = toRaw(value) as T;
    if (says(raw)) localStorage.setItem(key, JSON.stringify({ at: Date.now(), value: raw }));
    else localStorage.removeItem(key);
    recount();
  }
  const stop = watch(
    value,
    () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(write, WRITE_AFTER_MILLISECONDS);
    },
    { deep: true },
  );
  window.addEventListener('pagehide', write);
  onScopeDispose(() => {
    stop();
    window.removeEventListener('pagehide', write);
    write();
  });
  return {
    value,
    done() {
      for (const field of Object.keys(value)) Reflect.deleteProperty(value, field);
      Object.assign(value, empty());
      write();
    },
  };
}
