import { computed, onScopeDispose, ref, type ComputedRef, type Ref } from 'vue';
import { call } from '../http/api';
import type { DutyNow, DutyPost } from '../http/contract';
import { session } from '../security/session';

const AGAIN_MILLISECONDS = 60_000;

export interface Duty {
  now: ComputedRef<DutyPost[]>;
  next: ComputedRef<DutyPost[]>;
  gaps: ComputedRef<{ from: string; to: string }[]>;
  reason: Ref<unknown>;
  loaded: Ref<boolean>;
}

/** Who is on duty now and next; asked again each minute, since shifts change by themselves. */
export function useDuty(): Duty {
  const answer = ref<DutyNow>({});
  const reason = ref<unknown>(null);
  const loaded = ref(false);
  async function read(): Promise<void> {
    const division = session.me.value?.division ?? '';
    try {
      answer.value = await call<DutyNow>(`/api/duty/now?division=${encodeURIComponent(division)}`);
      reason.value = null;
      loaded.value = true;
    } catch (why) {
      reason.value = why;
    }
  }
  void read();
  const timer = window.setInterval(() => void read(), AGAIN_MILLISECONDS);
  onScopeDispose(() => window.clearInterval(timer));
  return {
    now: computed(() => answer.value.now ?? answer.value.items ?? []),
    next: computed(() => answer.value.next ?? []),
    gaps: computed(() => answer.value.gaps ?? []),
    reason,
    loaded,
  };
}

export const nameOf = (post: DutyPost): string => post.name ?? post.person?.name ?? '';
export const untilOf = (post: DutyPost): string | undefined => post.until ?? post.to;
