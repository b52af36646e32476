import { expect, test } from '@playwright/test';
import { accessible, elsewhere, PHONE, picture, signIn } from '../world';

test.use({ viewport: PHONE });

test('a school reports on a telephone and confirms the desk’s instruction', async ({ page }) => {
  await signIn(page, 'school');
  await page.getByRole('link', { name: '填写报告' }).first().click();
  await expect(page.getByRole('heading', { name: '有生命危险吗？' })).toBeVisible();
  await accessible(page);
  await picture(page, 'form-danger');
  await page.getByRole('group', { name: '现在有生命危险' }).getByRole('button', { name: '不详' }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('孩子现在在哪里').fill('试点县第三小学门卫室');
  await page.getByLabel('大约几岁').fill('9');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('发生了什么').fill('孩子说不敢回家，手臂有瘀伤。');
  await page.getByText('身体多处损伤').click();
  await accessible(page);
  await picture(page, 'form-seen');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '父亲' }).click();
  await page.getByRole('button', { name: '1 小时后' }).click();
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByRole('button', { name: '发送报告' }).click();

  const shown = page.getByTestId('receipt-number');
  await expect(shown).toBeVisible();
  await expect(page.getByText('这不代替报警。')).toBeVisible();
  await accessible(page);
  await picture(page, 'receipt');
  const number = (await shown.textContent())?.trim() ?? '';

  const desk = await elsewhere('duty');
  const told = await desk.post(`/api/reports/${number}/messages`, {
    data: { instruction: 'KeepChildHere', text: '警察正在路上。' },
  });
  expect(told.ok(), await told.text()).toBe(true);
  await page.goto(`/reports/${number}`);
  await expect(page.getByText('请把孩子留在原地')).toBeVisible();
  await page.getByRole('button', { name: '我已看到' }).click();
  await expect(page.getByText('已确认看到')).toBeVisible();
  await accessible(page);
  await picture(page, 'feedback');
});

test('a report written without a line goes out by itself, once', async ({ page, context }) => {
  await signIn(page, 'school');
  await page.goto('/reports/new');
  for (let turn = 0; turn < 2; turn += 1) await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('发生了什么').fill('离线时写下的报告。');
  await context.setOffline(true);
  await page.getByRole('button', { name: '发送报告' }).click();
  await expect(page.getByText('未发送 · 保存在本机 · 恢复网络后自动发送')).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByTestId('receipt-number')).toBeVisible({ timeout: 30_000 });
});

test('what was typed is still there after a reload, until it is discarded', async ({ page }) => {
  await signIn(page, 'school');
  await page.goto('/reports/new');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('孩子现在在哪里').fill('河边小卖部');
  await expect(page.getByText('随填随存，只存在本机')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('孩子现在在哪里')).toHaveValue('河边小卖部');
  await page.getByRole('button', { name: '放弃这份草稿' }).click();
  await page.getByRole('button', { name: '放弃这份草稿' }).click();
  await page.reload();
  await page.getByRole('button', { name: '下一步' }).click();
  await expect(page.getByLabel('孩子现在在哪里')).toHaveValue('');
});

test('anybody reports without an account and finds the report again by its code', async ({ page }) => {
  await page.goto('/sign-in');
  await accessible(page);
  await picture(page, 'sign-in');
  await page.getByRole('link', { name: '现在报告' }).click();
  for (let turn = 0; turn < 2; turn += 1) await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('发生了什么').fill('楼上孩子每晚哭喊。');
  await page.getByRole('button', { name: '发送报告' }).click();
  const code = (await page.getByTestId('look-up-code').textContent())?.trim() ?? '';
  expect(code.length).toBeGreaterThan(7);
  await page.goto('/look-up');
  await page.getByLabel('查询码').fill(code);
  await page.getByRole('button', { name: '查询' }).click();
  await expect(page.getByText('报告已收到')).toBeVisible();
  await accessible(page);
});
