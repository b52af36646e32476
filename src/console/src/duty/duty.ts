import { onScopeDispose, ref, type Ref } from 'vue';
import { call } from '../http/api';
import type { DutyPost, OnDuty } from '../http/contract';
import { useReading, type Reading } from '../live/reading';
import { session } from '../security/session';
import { words } from '../words';

const AGAIN_MILLISECONDS = 60_000;

/** Who is on duty now and next; asked again each minute, since shifts change by themselves. */
export function useDuty(): Pick<Reading, 'reason' | 'loaded' | 'read'> & { posts: Ref<DutyPost[]> } {
  const posts = ref<DutyPost[]>([]);
  const { reason, loaded, read } = useReading(async () => {
    const division = session.me.value?.division ?? '';
    posts.value = (await call<{ items: DutyPost[] }>(`/api/duty/now?division=${encodeURIComponent(division)}`)).items;
  });
  void read();
  const timer = window.setInterval(() => void read(), AGAIN_MILLISECONDS);
  onScopeDispose(() => window.clearInterval(timer));
  return { posts, reason, loaded, read };
}

export const namesOf = (people: readonly OnDuty[]): string =>
  people.map((person) => person.name).join(words.value.comma);
