import { expect, test } from '@playwright/test';
import { accessible, elsewhere, picture, signIn } from '../world';

interface Seen {
  id: string;
  version: number;
  role: string;
  shifts: object[];
}

test('the weekly plan is changed by keyboard, shows its gaps first, and tells what somebody else saved meanwhile', async ({
  page,
}) => {
  const other = await elsewhere('supervisor');
  const rosters = (await (await other.get('/api/duty/rosters?division=440199')).json()) as { items: Seen[] };
  const before = rosters.items.find((one) => one.role === 'DutyOfficer');
  if (!before) throw new Error('No roster of the duty officers');

  await signIn(page, 'supervisor');
  await page.goto('/duty');
  await page.getByRole('button', { name: '修改排班计划' }).press('Enter');
  const plan = page.getByRole('form', { name: '修改排班计划' });
  await expect(plan.getByText('✓ 两周内没有无人当班的时段')).toBeVisible();
  await expect(plan.getByRole('button', { name: '保存' })).toBeDisabled();

  const first = plan.getByRole('group', { name: '每周班次 1', exact: true });
  await first.getByLabel('周三').press('Space');
  await expect(plan.getByText(/有 2 段时间无人当班/)).toBeVisible();
  await expect(plan.getByRole('button', { name: '保存' })).toBeDisabled();
  await plan.getByText('按天查看').press('Enter');
  await expect(plan.getByRole('row').filter({ hasText: '无人当班' })).toHaveCount(2);
  await accessible(page);
  await picture(page, 'zh-plan');
  await plan.getByRole('button', { name: '撤销上一步' }).press('Enter');
  await expect(first.getByLabel('周三')).toBeChecked();
  await expect(plan.getByText('✓ 两周内没有无人当班的时段')).toBeVisible();

  await plan.getByRole('button', { name: '增加轮班' }).press('Enter');
  await expect(plan.getByText('填完每一行后显示')).toBeVisible();
  await plan.getByLabel('第 1 位', { exact: true }).selectOption({ label: '值班员' });
  await expect(plan.getByText('✓ 两周内没有无人当班的时段')).toBeVisible();

  const theirs = await other.put(`/api/duty/rosters/${before.id}`, {
    data: { ...before, shifts: [...before.shifts, { ...before.shifts[0], from: '09:00', to: '10:00' }] },
    headers: { 'If-Match': `"${before.version}"` },
  });
  expect(theirs.status(), await theirs.text()).toBe(200);
  await plan.getByRole('button', { name: '保存' }).press('Enter');
  const moved = plan.getByRole('alert');
  await expect(moved).toContainText('别人改了这张值班表');
  await expect(moved).toContainText('09:00–10:00');
  await picture(page, 'zh-plan-moved');
  await plan.getByRole('button', { name: '保存' }).press('Enter');
  await expect(plan).toHaveCount(0);
  const after = (await (await other.get(`/api/duty/rosters/${before.id}`)).json()) as Seen & { rotations: object[] };
  expect([after.shifts.length, after.rotations.length]).toEqual([before.shifts.length, 1]);

  const back = await other.put(`/api/duty/rosters/${before.id}`, {
    data: before,
    headers: { 'If-Match': `"${after.version}"` },
  });
  expect(back.status()).toBe(200);
});

test('a new roster begins empty and says who may not serve, in English too', async ({ page }) => {
  await signIn(page, 'supervisor');
  await page.goto('/duty');
  await page.getByRole('button', { name: /^EN/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Duty roster');
  await accessible(page);
  await page.getByRole('button', { name: 'Make a roster' }).click();
  const plan = page.getByRole('form', { name: 'Make a roster' });
  await plan.getByLabel('Role').selectOption('DutySupervisor');
  await expect(plan).toContainText('No shifts yet.');
  await expect(plan.getByText(/Hours nobody covers: 1 stretch$/)).toBeVisible();
  await accessible(page);
  await picture(page, 'en-plan');
  await plan.getByRole('button', { name: 'Cancel' }).click();
  await expect(plan).toHaveCount(0);
  for (const place of ['handover', 'debriefs']) {
    await page.goto(`/${place}`);
    await expect(page.locator('main h1').first()).toBeVisible();
    await accessible(page);
    await picture(page, `en-${place}`);
  }
});
