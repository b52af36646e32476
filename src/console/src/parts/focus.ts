import { onMounted, onUnmounted } from 'vue';

/** Marks what may take the focus when something inside it vanishes. */
const FOCUSABLE = 'a[href], button:not([disabled]), input, select, textarea, [tabindex]';

/**
 * A live update may take away the very thing that has the focus: an answered page loses its button, a finished form goes.
 * The focus then stays as near as it can, at the nearest surviving place around it, and never falls back to the top.
 */
export function useSteadyFocus(): void {
  let around: HTMLElement[] = [];
  function remember(event: FocusEvent): void {
    around = [];
    for (let at = event.target as HTMLElement | null; at && at !== document.body; at = at.parentElement)
      around.push(at);
  }
  function lost(): boolean {
    const [last] = around;
    const now = document.activeElement;
    return last !== undefined && (now === null || now === document.body) && !usable(last);
  }
  function usable(element: HTMLElement): boolean {
    return element.isConnected && !(element instanceof HTMLButtonElement && element.disabled);
  }
  function mend(): void {
    if (!lost()) return;
    const home = around.find((element) => element.isConnected && element.matches('section, li, form, main, dialog'));
    if (!home) return;
    if (!home.matches(FOCUSABLE)) home.tabIndex = -1;
    home.focus({ preventScroll: true });
  }
  // Whoever moves the focus on purpose has done so by then.
  const watcher = new MutationObserver(() => window.setTimeout(mend, 0));
  onMounted(() => {
    document.addEventListener('focusin', remember);
    watcher.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
  });
  onUnmounted(() => {
    document.removeEventListener('focusin', remember);
    watcher.disconnect();
  });
}
