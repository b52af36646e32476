import { expect, test } from '@playwright/test';
import { accessible, elsewhere, file, give, picture, signIn } from '../world';

test('an institution finds a hand-over in its inbox, opens what is sealed for a reason, and accepts', async ({
  page,
}) => {
  const hospital = await elsewhere('hospital');
  const county = await elsewhere('county');
  const filed = await file(hospital, true);
  await give(county, filed.cases[0]?.id ?? '', 'Propose', { to: '未成年人救助保护中心', kind: '' });

  await signIn(page, 'institution');
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1, name: '任务与移交' })).toBeVisible();
  const item = page.locator('[data-item]', { hasText: '待接收方答复' }).first();
  await expect(item).toBeVisible();
  await accessible(page);
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('交接');
  const content = page.getByRole('region', { name: '需要知道的情况' });
  await content.getByRole('textbox').fill('准备接收');
  await page.reload();
  await expect(content.getByRole('textbox')).toHaveValue('准备接收');
  await content.getByRole('button', { name: '查看' }).click();
  await expect(content.locator('dl')).not.toContainText('封存');
  await accessible(page);
  await picture(page, 'assignment');
  const steps = page.getByRole('region', { name: '步骤' });
  await steps.locator('[data-step="transfer.Accept"]').click();
  for (const group of await steps.locator('form fieldset').all()) await group.locator('input').first().click();
  for (const list of await steps.locator('form select').all()) await list.selectOption({ index: 1 });
  for (const field of await steps.locator('form :is(textarea, input[autocomplete])').all())
    if ((await field.inputValue()) === '')
      await field.fill((await field.getAttribute('name'))?.endsWith('At') ? '' : '已安排');
  await steps.locator('form button.primary').click();
  await expect(steps.getByRole('status')).toContainText('已完成');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('同意接收');
});
