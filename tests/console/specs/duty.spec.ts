import { expect, test, type Locator } from '@playwright/test';
import { DutyPhone, elsewhere, file, picture, signIn } from '../world';

/** Answers every choice of the open form with its first option, list or buttons. */
async function chooseFirst(steps: Locator): Promise<void> {
  const groups = steps.locator('form fieldset:has([type="radio"])');
  for (let place = 0; place < (await groups.count()); place += 1)
    await groups.nth(place).locator('[type="radio"]').first().click();
  const lists = steps.locator('form select');
  for (let place = 0; place < (await lists.count()); place += 1) await lists.nth(place).selectOption({ index: 1 });
}

test('the duty officer sees a report arrive, answers its page and takes a step', async ({ page }) => {
  const hospital = await elsewhere('hospital');
  await signIn(page, 'duty');
  await expect(page.getByRole('heading', { name: '值班台' })).toBeVisible();
  await expect(page.getByText('已连接')).toBeVisible();

  const filed = await file(hospital, true);
  expect(filed.triage).toBe('T1');
  const opened = filed.cases[0];
  expect(opened).toBeDefined();
  const row = page.locator('li', { hasText: opened?.number ?? '' });
  await expect(row).toBeVisible();
  await expect(row).toContainText('T1 立即');
  await expect(page.getByRole('alert', { name: '新的立即级报告' })).toBeVisible();
  await expect(page).toHaveTitle(/待应答/);

  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(opened?.number ?? '');
  const pages = page.getByRole('region', { name: '呼叫' });
  await expect(pages).toContainText('呼叫中');

  await pages.getByRole('button', { name: '应答' }).click();
  await expect(pages).toContainText('已应答');

  const steps = page.getByRole('region', { name: '步骤' });
  await steps.locator('[data-step="case.RecordFirstContact"]').click();
  await chooseFirst(steps);
  await steps.locator('form button.primary').click();
  await expect(steps.getByRole('status')).toContainText('已完成：记录首次联系');
  const story = page.getByRole('region', { name: '时间线' });
  await expect(story).toContainText('记录首次联系');
  await expect(story).toContainText('值班员');
  await expect(page.getByRole('region', { name: '时限' })).toContainText('已满足');
});

test('an answer from the telephone shows on the open board', async ({ page }) => {
  test.slow();
  const hospital = await elsewhere('hospital');
  const phone = await DutyPhone.pickUp();
  await signIn(page, 'duty');
  const filed = await file(hospital, true);
  const number = filed.cases[0]?.number ?? '';
  const row = page.locator('li', { hasText: number });
  await expect(row).toContainText('呼叫中');
  await expect(async () => {
    await phone.answerWhatCame();
    await expect(row).toContainText('已应答', { timeout: 2_000 });
    // A text of another emergency may have gone out just now: then it waits a minute.
  }).toPass({ timeout: 90_000 });
  await expect(page.getByRole('alert', { name: '新的立即级报告' }).filter({ hasText: number })).toHaveCount(0);
});

test('a form that somebody overtook says what changed and keeps what was typed', async ({ page }) => {
  const hospital = await elsewhere('hospital');
  const supervisor = await elsewhere('supervisor');
  const filed = await file(hospital, true);
  const id = filed.cases[0]?.id ?? '';
  await signIn(page, 'duty');
  await page.goto(`/cases/${id}`);
  const steps = page.getByRole('region', { name: '步骤' });
  await steps.locator('[data-step="case.DeclareEmergency"]').click();
  await steps.locator('form [name="address"]').fill('人民医院急诊');

  const seen = (await (await supervisor.get(`/api/cases/${id}`)).json()) as { version: number };
  const taken = await supervisor.post(`/api/cases/${id}/steps/case.AnswerDangerQuestions`, {
    data: { youngAlone: 'unknown' },
    headers: { 'If-Match': `"${seen.version}"`, 'Idempotency-Key': `overtake-${id}` },
  });
  expect(taken.status(), await taken.text()).toBe(200);

  await chooseFirst(steps);
  await steps.locator('form button.primary').click();
  const changed = steps.getByRole('alert').first();
  await expect(changed).toContainText('你打开后，别人做了修改');
  await expect(changed).toContainText('值班长');
  await expect(changed).toContainText('人民医院急诊');
  await picture(page, 'overtaken');
  await steps.locator('form button.primary').click();
  await expect(steps.getByRole('status')).toContainText('已完成');
});

test('a board that lost its line says so, and comes back by itself', async ({ page, context }) => {
  await signIn(page, 'duty');
  await expect(page.getByText('已连接')).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText(/已断线 · 数据截至 \d\d:\d\d:\d\d · 正在重连/)).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('已连接')).toBeVisible({ timeout: 30_000 });
});
