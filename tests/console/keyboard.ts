import { expect, type Page } from '@playwright/test';

const PRESSES_MAX = 150;

/** Walks on with the Tab key until it stands on what the selector names. */
export async function tabTo(page: Page, selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    await page.keyboard.press(key);
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
  }
  throw new Error(`The Tab key never reached ${selector}`);
}

/** Opens a step from the row of steps: `s`, then along the row, then Enter. */
export async function openStep(page: Page, step: string): Promise<void> {
  await page.keyboard.press('s');
  for (let press = 0; press < PRESSES_MAX; press += 1) {
    const at = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset.step ?? '');
    if (at === step) return page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
  }
  throw new Error(`No step ${step} in the row`);
}

/** Types into the field of that name, reached with the Tab key. */
export async function typeInto(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, `[name="${name}"]`);
  await page.keyboard.type(text);
}

/** The keyboard is somewhere: the focus never falls back to the page itself. */
export async function holdsFocus(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName ?? 'BODY')).not.toBe('BODY');
}
