import { expect, test } from '@playwright/test';
import { accessible, elsewhere, picture, signIn } from '../world';

/** What a call centre tells, one event after the other. */
async function told(...events: Record<string, unknown>[]): Promise<string> {
  const centre = await elsewhere('callcentre');
  let id = '';
  for (const event of events) {
    const answer = await centre.post('/api/calls', { data: event });
    expect(answer.status(), await answer.text()).toBe(200);
    id = ((await answer.json()) as { id: string }).id;
  }
  return id;
}

test('an officer finds the call that was cut off, calls back by one button, and records what came of it', async ({
  page,
}) => {
  const callId = `console-${Date.now()}`;
  const id = await told({ callId, event: 'ringing', from: '+14155550199' }, { callId, event: 'dropped' });
  await signIn(page, 'duty');
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1, name: '来电' })).toBeVisible();
  const item = page.locator('[data-item]', { has: page.locator(`a[href="/calls/${id}"]`) });
  await expect(item).toContainText('待回拨');
  await accessible(page);
  await item.getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('待回拨');
  await expect(page.locator('main')).not.toContainText('4155550199');
  await accessible(page);
  await picture(page, 'call');

  await page.keyboard.press('r');
  await expect(page.locator('main').getByRole('status')).toContainText('正在呼叫您的电话');
  await expect(page.locator('.timeline')).toContainText('正在呼叫值班员电话');
  const steps = page.getByRole('region', { name: '步骤' });
  const heading = page.getByRole('heading', { level: 1 });
  /** What the telephone does meanwhile is shown, and the same button sends again. */
  const send = (until: string) =>
    expect(async () => {
      if (!(await heading.textContent())?.includes(until))
        await steps.locator('form button.primary').click({ timeout: 1_000 });
      await expect(heading).toContainText(until, { timeout: 2_000 });
    }).toPass();
  await steps.locator('[data-step="call.RecordReached"]').click();
  await send('已联系上');
  await steps.locator('[data-step="call.RecordNewReport"]').click();
  await steps.locator('form select').first().selectOption('Neglect');
  await steps.locator('form textarea').first().fill('孩子独自在家');
  await send('已办结');
  await page.getByRole('region', { name: '去向' }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/reports\/R-/);
});
