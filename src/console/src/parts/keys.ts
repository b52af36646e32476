import { computed, onMounted, onUnmounted, shallowReactive } from 'vue';

const SEQUENCE_MILLISECONDS = 1_200;

/** One shortcut: `j`, `Alt+a`, or two letters in a row like `g b`. Help lists those that work where one stands. */
export interface Shortcut {
  key: string;
  says: () => string;
  act: () => void;
  /** Works while somebody is typing, too. */
  always?: boolean;
}

const inForce = shallowReactive(new Set<Shortcut[]>());

/** Every shortcut that works now, those of the page first. */
export const shortcuts = computed(() => [...inForce].reverse().flat());

function nameOf(event: KeyboardEvent): string {
  return event.altKey ? `Alt+${event.key.toLowerCase()}` : event.key;
}

function typing(target: HTMLElement): boolean {
  return target.closest('input, select, textarea, dialog[open], [contenteditable]') !== null;
}

let before = '';
let beforeAt = 0;

/** Out of a field without losing the place: the letters work again from there. */
export function leaveField(field: HTMLElement): void {
  const home = field.closest<HTMLElement>('section, li, main');
  if (!home) return field.blur();
  if (!home.hasAttribute('tabindex')) home.tabIndex = -1;
  home.focus({ preventScroll: true });
}

/** One ear for all: `g t` must not be heard as `t` by another page. Keys of one letter work only while nobody is typing. */
function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  const name = nameOf(event);
  // Enter on a button or link is that button's own.
  if (name === 'Enter' && target.closest('button, a, summary, label')) return;
  const sequence = event.timeStamp - beforeAt < SEQUENCE_MILLISECONDS ? `${before} ${name}` : '';
  const meant = shortcuts.value.find((one) => one.key === sequence) ?? shortcuts.value.find((one) => one.key === name);
  before = typing(target) || meant ? '' : name;
  beforeAt = event.timeStamp;
  if (name === 'Escape' && typing(target) && !target.closest('dialog')) return leaveField(target);
  if (!meant || (!meant.always && typing(target))) return;
  event.preventDefault();
  meant.act();
}

window.addEventListener('keydown', press);

export function useKeys(keys: Shortcut[]): void {
  onMounted(() => inForce.add(keys));
  onUnmounted(() => inForce.delete(keys));
}
