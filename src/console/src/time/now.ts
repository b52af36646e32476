import { onScopeDispose, ref, type Ref } from 'vue';

/**
 * Business time as the server tells it. The demo's clock may run ahead of this machine's, and a desk's clock may be
 * wrong: every answer that carries the server's time corrects the difference.
 */
const JITTER_MILLISECONDS = 1_500;

let ahead = 0;

export function learnServerTime(now: string | number): void {
  const at = typeof now === 'string' ? Date.parse(now) : now;
  // The way of an answer takes a moment: a difference smaller than that is none.
  if (!Number.isNaN(at) && Math.abs(at - businessNow()) > JITTER_MILLISECONDS) ahead = at - Date.now();
}

/** A moment that has certainly passed on the server: business time cannot be before it. */
export function learnPassed(at: string | null | undefined): void {
  const moment = Date.parse(at ?? '');
  if (!Number.isNaN(moment) && moment > businessNow()) ahead = moment - Date.now();
}

export function businessNow(): number {
  return Date.now() + ahead;
}

const now = ref(businessNow());
let users = 0;
let timer: number | undefined;

/** One shared second hand for every clock on the screen. */
export function useNow(): Ref<number> {
  users += 1;
  timer ??= window.setInterval(() => (now.value = businessNow()), 1000);
  now.value = businessNow();
  onScopeDispose(() => {
    users -= 1;
    if (users > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  });
  return now;
}
