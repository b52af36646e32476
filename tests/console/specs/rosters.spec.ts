import { expect, test } from '@playwright/test';
import { accessible, elsewhere, picture, signIn } from '../world';

const from = '2031-03-03 08:00';
const until = '2031-03-03 20:00';

test('whoever keeps the roster plans an absence by keyboard, sees the gap it leaves first, and takes it back', async ({
  page,
}) => {
  await signIn(page, 'supervisor');
  await page.goto('/duty');
  const week = page.getByRole('region', { name: '本周安排' });
  await expect(week.getByRole('table')).toContainText('值班员');
  await expect(week.getByRole('row')).toHaveCount(8);

  const changes = page.getByRole('region', { name: '临时变动' });
  await changes.getByText('请假', { exact: true }).press('Enter');
  const form = changes.locator('form:visible');
  await form.getByLabel('人员').selectOption({ label: '值班员' });
  const tomorrow = new Date(Date.now() + 26 * 3_600_000).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
  await form.getByLabel('结束').fill(tomorrow.slice(0, 16));
  await form.getByLabel('结束').press('Enter');
  await expect(form.getByRole('alert')).toContainText('无人当班');
  await accessible(page);
  await form.getByLabel('我已看到').press('Space');
  await form.getByRole('button', { name: '保存' }).press('Enter');
  await expect(changes.getByText('不在 ·')).toBeVisible();
  await expect(page.getByText('无人当班').first()).toBeVisible();
  await picture(page, 'zh-duty-gap');
  await accessible(page);
  await changes.getByRole('button', { name: '撤销' }).press('Enter');
  await expect(changes).toContainText('没有临时变动');
});

test('a calendar address is shown once, and a window too far away is refused in words', async ({ page }) => {
  await signIn(page, 'duty');
  await page.goto('/duty');
  const calendar = page.getByRole('region', { name: '我的日历地址' });
  await calendar.getByRole('button', { name: /生成地址|换一个/ }).click();
  const url = await calendar.getByLabel('只显示这一次').inputValue();
  const anybody = await elsewhere('duty');
  const feed = await (await anybody.get(new URL(url).pathname)).text();
  expect(feed).toContain('BEGIN:VEVENT');
  await calendar.getByRole('button', { name: '停用地址' }).click();
  await expect(calendar.getByRole('button', { name: '生成地址' })).toBeVisible();
  expect((await anybody.get(new URL(url).pathname)).status()).toBe(404);
  await anybody.dispose();

  const changes = page.getByRole('region', { name: '临时变动' });
  await changes.getByText('请假', { exact: true }).click();
  const form = changes.locator('form:visible');
  await form.getByLabel('人员').selectOption({ label: '值班员' });
  await form.getByLabel('开始').fill(from);
  await form.getByLabel('结束').fill(until);
  await form.getByRole('button', { name: '保存' }).click();
  await expect(form.getByRole('alert')).toContainText('内容有误');
});

test('a promise stands in the log and in the briefing until it is kept', async ({ page }) => {
  await signIn(page, 'duty');
  await page.goto('/handover');
  const log = page.getByRole('region', { name: '值班日志' });
  const words = `答应明早回电 ${Date.now()}`;
  await log.getByLabel('种类').selectOption('Promise');
  await log.getByLabel('内容').fill(words);
  await log.getByRole('button', { name: '写入日志' }).click();
  await expect(log.getByRole('alert')).toBeVisible();
  await log.getByLabel('答应的时间').fill('2026-12-24 09:00');
  await log.getByRole('button', { name: '写入日志' }).press('Enter');
  const entry = log.getByRole('listitem').filter({ hasText: words });
  await expect(entry).toContainText('承诺');
  await accessible(page);
  await picture(page, 'zh-handover');
  await entry.getByRole('button', { name: '办完' }).click();
  await expect(entry).toContainText('✓ 值班员');
});
