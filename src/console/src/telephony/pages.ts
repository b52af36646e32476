import type { Page } from '../http/contract';

/** Nobody has answered it yet, or whoever did has done nothing since. */
export function ringing(page: Page): boolean {
  return /ring|idle/i.test(page.state);
}
