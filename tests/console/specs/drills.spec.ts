import { expect, test } from '@playwright/test';
import { accessible, elsewhere, picture, signIn } from '../world';

interface Report {
  people: { person: { user: string }; page?: string }[];
}

test('a supervisor plans a drill by keyboard, calls it off, starts one and reads who answered', async ({ page }) => {
  await signIn(page, 'supervisor');
  await page.goto('/duty/drills');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('通信演练');
  const form = page.locator('form[aria-labelledby="new-drill"]');
  await form.getByLabel('时间').fill('明天上午');
  await form.getByLabel('时间').press('Enter');
  await expect(form.getByRole('alert')).toBeVisible();
  await expect(form).toContainText('须为以后的时间');
  const tomorrow = new Date(Date.now() + 26 * 3_600_000).toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' });
  await form.getByLabel('时间').fill(tomorrow.slice(0, 16));
  await form.getByLabel('每四周重复').press('Space');
  await form.getByRole('button', { name: '安排' }).press('Enter');
  const planned = page.locator('section.sheet', { hasText: '已安排' }).first();
  await expect(planned).toContainText('还没有呼叫任何人');
  await planned.getByRole('button', { name: '取消演练' }).press('Enter');
  await expect(page.locator('section.sheet', { hasText: '已取消' }).first()).toBeVisible();

  await form.getByLabel('对象').selectOption({ label: '值班员' });
  await form.getByRole('button', { name: '现在开始' }).press('Enter');
  const running = page.locator('section.sheet', { hasText: '进行中' }).first();
  await expect(running).toContainText('等待应答');
  await accessible(page);

  // The officer answers; the open report hears of it.
  const supervisor = await elsewhere('supervisor');
  const officer = await elsewhere('duty');
  const drills = (await (await supervisor.get('/api/drills?open=true')).json()) as { items: { id: string }[] };
  const report = (await (await supervisor.get(`/api/drills/${drills.items[0]?.id}`)).json()) as Report;
  const own = report.people.find((one) => one.person.user === 'duty')?.page;
  expect((await supervisor.post(`/api/pages/${own}/acknowledge`)).status()).toBe(403);
  expect((await officer.post(`/api/pages/${own}/acknowledge`)).status()).toBe(200);
  await expect(running).toContainText('✓ 已应答');
  await picture(page, 'zh-drill');
  await page.getByRole('button', { name: /^EN/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Drills');
  await accessible(page);
  await picture(page, 'en-drill');
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await expect(page.locator('section.sheet', { hasText: 'cancelled' }).first()).toBeVisible();

  await page.goto('/pages');
  await page.getByRole('checkbox').uncheck();
  await expect(page.getByText('Exercise').first()).toBeVisible();
  await picture(page, 'en-pages-exercise');
});

test('an exercise is marked on the board and stands below what is real', async ({ page }) => {
  const hospital = await elsewhere('hospital');
  const filed = await hospital.post('/api/reports', {
    data: {
      channel: 'Api',
      category: 'MedicalInjury',
      locationDivision: '440199',
      situationText: '演练',
      exercise: true,
      immediateDanger: { lifeThreat: 'yes' },
      children: [{ sex: 'Male', ageEstimate: 5 }],
    },
  });
  const { cases } = (await filed.json()) as { cases: { id: string; number: string }[] };
  await signIn(page, 'duty');
  const row = page.locator('li', { hasText: cases[0]?.number ?? '' });
  await expect(row).toContainText('演练');
  await page.getByRole('button', { name: /^演练/ }).click();
  await expect(row).toBeVisible();
  await picture(page, 'zh-board-exercise');
  await accessible(page);
  await row.getByRole('link').first().click();
  await expect(page.locator('header', { hasText: cases[0]?.number ?? '' })).toContainText('演练');
  await expect(page.getByRole('region', { name: '步骤' })).toContainText('这是演练');
  await picture(page, 'zh-case-exercise');
  // Whoever looks at the board next need not hear of it.
  await page.getByRole('region', { name: '呼叫' }).getByRole('button', { name: '应答' }).click();
  await expect(page.getByRole('region', { name: '呼叫' })).toContainText('已应答');
});
