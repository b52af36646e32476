import { onScopeDispose, ref, type Ref } from 'vue';
import { call } from '../http/api';
import type { DutyPost, OnDuty } from '../http/contract';
import { words } from '../words';
import { session } from '../security/session';

const AGAIN_MILLISECONDS = 60_000;

export interface Duty {
  posts: Ref<DutyPost[]>;
  reason: Ref<unknown>;
  loaded: Ref<boolean>;
}

/** Who is on duty now and next; asked again each minute, since shifts change by themselves. */
export function useDuty(): Duty {
  const posts = ref<DutyPost[]>([]);
  const reason = ref<unknown>(null);
  const loaded = ref(false);
  async function read(): Promise<void> {
    const division = session.me.value?.division ?? '';
    try {
      posts.value = (await call<{ items: DutyPost[] }>(`/api/duty/now?division=${encodeURIComponent(division)}`)).items;
      reason.value = null;
      loaded.value = true;
    } catch (why) {
      reason.value = why;
    }
  }
  void read();
  const timer = window.setInterval(() => void read(), AGAIN_MILLISECONDS);
  onScopeDispose(() => window.clearInterval(timer));
  return { posts, reason, loaded };
}

export const namesOf = (people: readonly OnDuty[]): string =>
  people.map((person) => person.name).join(words.value.comma);
