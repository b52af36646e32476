import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { board } from '../dashboards/board';
import type { Change, Clock, Step, Triage } from '../http/contract';
import { useCurrent, type Current } from '../live/current';
import { line, type Watched } from '../live/line';
import { useKeys, type Shortcut } from '../parts/keys';
import { session } from '../security/session';
import { words } from '../words';
import type { Values } from './schema';

/** What a case, a report and an assignment have in common. */
export interface MatterFile {
  exercise?: boolean;
  triage?: Triage;
  steps?: Step[];
  clocks?: Clock[];
}

/** A file with a page of its own. */
export interface Matter<T> extends Current<T> {
  path: () => string;
  /** The line is lost: what is shown may be old. */
  stale: ComputedRef<boolean>;
  stepPath: (step: Step) => string;
  /** The step the address asks for, and what it fills in. */
  wanted: ComputedRef<string | undefined>;
  filled: ComputedRef<Values | undefined>;
  /** Somebody here changed it: it is read again, and so is the board. */
  changed: () => void;
}

export function focusOn(selector: string): void {
  document.querySelector<HTMLElement>(selector)?.focus();
}

export function useMatter<T extends MatterFile>(
  path: () => string,
  watched: () => Watched,
  concerns: (change: Change) => boolean,
  keys: (matter: Matter<T>) => Shortcut[] = () => [],
): Matter<T> {
  const route = useRoute();
  const router = useRouter();
  const current = useCurrent<T>(path, watched, concerns);
  const asked = (name: string): string | undefined =>
    typeof route.query[name] === 'string' ? route.query[name] : undefined;
  const matter: Matter<T> = {
    ...current,
    path,
    stale: computed(() => line.state.value === 'lost'),
    stepPath: (step) => `${path()}/steps/${encodeURIComponent(step.step)}`,
    wanted: computed(() => asked('step')),
    filled: computed(() => (asked('into') ? { intoCase: asked('into') } : undefined)),
    changed() {
      void current.read();
      if (session.seesBoard.value) void board.reload().catch(() => undefined);
    },
  };
  useKeys([
    ...keys(matter),
    { key: 't', says: () => words.value.caseFile.timeline, act: () => focusOn('.timeline') },
    { key: 'Escape', says: () => words.value.help.back, act: () => router.back() },
  ]);
  return matter;
}
