import { onMounted, onUnmounted } from 'vue';

const SEQUENCE_MILLISECONDS = 1_200;

/** Keys of one letter work only while nobody is typing; `g b` is two letters in a row. */
export function useKeys(keys: Record<string, () => void>): void {
  let before = '';
  let beforeAt = 0;
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, select, textarea, dialog[open], [contenteditable]')) return;
    // Enter on a button or link is that button's own.
    if (event.key === 'Enter' && target.closest('button, a, summary')) return;
    const sequence = event.timeStamp - beforeAt < SEQUENCE_MILLISECONDS ? `${before} ${event.key}` : '';
    const act = keys[sequence] ?? keys[event.key];
    before = event.key;
    beforeAt = event.timeStamp;
    if (!act) return;
    event.preventDefault();
    act();
  }
  onMounted(() => window.addEventListener('keydown', press));
  onUnmounted(() => window.removeEventListener('keydown', press));
}
