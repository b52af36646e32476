import { expect, test, type Page } from '@playwright/test';
import { killServer, letPass, serverIsBack } from '../demo';
import { holdsFocus, openStep, tabTo, typeInto } from '../keyboard';
import { elsewhere, file, PASSWORD, type Filed } from '../world';

const steps = (page: Page) => page.getByRole('region', { name: '步骤' });
const done = (page: Page, step: string) => expect(steps(page).getByRole('status')).toContainText(`已完成：${step}`);
const entries = (page: Page, title: string) =>
  page.getByRole('region', { name: '时间线' }).locator('li', { has: page.getByText(title, { exact: true }) });

async function signInByKeys(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await typeInto(page, 'user', 'duty');
  await typeInto(page, 'password', PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: '值班台' })).toBeVisible();
}

/** From the board into a matter: search, into the list, open. */
async function openByKeys(page: Page, filed: Filed): Promise<void> {
  const number = filed.cases[0]?.number ?? filed.reportNumber;
  await expect(page.getByRole('heading', { name: '值班台' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(number);
  await expect(page.locator('[data-row]')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-row]:focus')).toContainText(number);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(number);
}

test('an hour at the desk by keyboard alone, with the server killed and the line cut: nothing typed is lost', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  const hospital = await elsewhere('hospital');
  const supervisor = await elsewhere('supervisor');
  await page.addInitScript(() => {
    const told = window as unknown as { tones: number };
    told.tones = 0;
    const make = AudioContext.prototype.createOscillator;
    AudioContext.prototype.createOscillator = function (this: AudioContext) {
      told.tones += 1;
      return make.call(this);
    };
  });

  await test.step('signs in, and the desk says that it can be heard', async () => {
    await signInByKeys(page);
    await expect(page.getByText('已连接')).toBeVisible();
  });

  const first = await file(hospital, true);
  const number = first.cases[0]?.number ?? '';
  const row = page.locator('[data-row]', { hasText: number });

  await test.step('an immediate report rings by sound, banner, title and icon until it is answered', async () => {
    await expect(page.getByRole('alert', { name: '新的立即级报告' })).toBeVisible();
    await expect(page).toHaveTitle(/待应答/);
    await expect(page.locator('#tab-icon')).toHaveAttribute('href', '/alarm.svg');
    await expect.poll(() => page.evaluate(() => (window as unknown as { tones: number }).tones)).toBeGreaterThan(2);
    await expect(async () => {
      if (!(await row.textContent())?.includes('已应答')) await page.keyboard.press('Alt+a');
      await expect(row).toContainText('已应答', { timeout: 1_500 });
    }).toPass();
  });

  await test.step('takes it in hand; what was reported stands open', async () => {
    await openByKeys(page, first);
    await page.keyboard.press('c');
    await expect(steps(page).locator('form')).toBeVisible();
    await page.keyboard.press('Enter');
    await done(page, '接手甄别');
    await holdsFocus(page);
    await expect(page.getByRole('region', { name: '报告内容' })).toContainText('陪同人说法前后不一');
  });

  await test.step('the line is cut while a step is sent: kept, and sent once', async () => {
    await openStep(page, 'case.RecordFirstContact');
    await tabTo(page, 'input[type="radio"]');
    await page.keyboard.press('Space');
    await typeInto(page, 'note', '已联系急诊医生，孩子在三号诊室。');
    await context.setOffline(true);
    await expect(page.getByText(/已断线 · 数据截至/).first()).toBeVisible();
    await tabTo(page, 'form button.primary');
    await page.keyboard.press('Enter');
    await expect(steps(page).getByRole('alert')).toContainText('你的输入已保留');
    await context.setOffline(false);
    await expect(page.getByText('已连接')).toBeVisible();
    await page.keyboard.press('Enter');
    await done(page, '记录首次联系');
    await expect(entries(page, '记录首次联系')).toHaveCount(1);
  });

  await test.step('the server dies while a form is filled in, and the page is loaded anew', async () => {
    await openStep(page, 'case.DeclareEmergency');
    await page.keyboard.press('ArrowDown');
    await typeInto(page, 'address', '人民医院急诊三号诊室');
    killServer();
    await page.keyboard.press('Control+Enter');
    await expect(steps(page).getByRole('alert')).toContainText('你的输入已保留');
    await serverIsBack();
    await page.reload();
    const address = steps(page).locator('[name="address"]');
    await expect(address).toHaveValue('人民医院急诊三号诊室');
    await expect(steps(page).locator('[name="sign"]')).toHaveValue('SevereInjury');
    await tabTo(page, '[name="address"]');
    await page.keyboard.press('Control+Enter');
    await done(page, '宣布应急');
    await expect(entries(page, '宣布应急')).toHaveCount(1);
  });

  await test.step('the session ends while a message is written; it goes out after signing in again', async () => {
    await page.keyboard.press('n');
    await page.keyboard.type('警察正在路上，请把孩子留在原地。');
    await context.clearCookies();
    await page.keyboard.press('Control+Enter');
    const again = page.getByRole('dialog', { name: '登录' });
    await expect(again).toBeVisible();
    await typeInto(page, 'password', PASSWORD);
    await page.keyboard.press('Enter');
    await expect(again).toBeHidden();
    const message = page.locator('[name="message"]');
    await expect(message).toBeFocused();
    await expect(message).toHaveValue('警察正在路上，请把孩子留在原地。');
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('.talk li', { hasText: '警察正在路上' })).toHaveCount(1);
    await expect(message).toHaveValue('');
  });

  await test.step('somebody else is quicker: what changed is told, what was typed stays', async () => {
    await page.keyboard.press('Escape');
    await openStep(page, 'case.RecordChildSeen');
    await page.keyboard.press('Space');
    await typeInto(page, 'seenBy', '急诊刘医生');
    await tabTo(page, '[name="seenAt"] + button');
    await page.keyboard.press('Enter');
    const path = `/api/cases/${first.cases[0]?.id}`;
    const seen = (await (await supervisor.get(path)).json()) as { version: number };
    const taken = await supervisor.post(`${path}/steps/case.AnswerDangerQuestions`, {
      data: { youngAlone: 'unknown' },
      headers: { 'If-Match': `"${seen.version}"`, 'Idempotency-Key': `hour-${number}` },
    });
    expect(taken.status(), await taken.text()).toBe(200);
    await tabTo(page, 'form button.primary');
    await page.keyboard.press('Enter');
    const changed = steps(page).getByRole('alert').first();
    await expect(changed).toContainText('值班长');
    await expect(changed).toContainText('急诊刘医生');
    await page.keyboard.press('Enter');
    await done(page, '记录见到孩子');
  });

  await test.step('half an hour later a second report looks like the same child', async () => {
    await letPass('PT30M');
    const second = await file(hospital, true);
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await openByKeys(page, second);
    await tabTo(page, `a[href="/reports/${second.reportNumber}"]`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toContainText(second.reportNumber);
    await page.keyboard.press('c');
    await expect(steps(page).locator('form')).toBeVisible();
    await page.keyboard.press('Enter');
    await done(page, '接手甄别');
    const likely = page.getByRole('region', { name: '可能是同一件事' });
    await tabTo(page, `[aria-label="并排对比 ${first.reportNumber}"]`);
    await page.keyboard.press('Enter');
    await expect(likely.locator('tr', { hasText: '相同' }).first()).toBeVisible();
    await tabTo(page, 'a.button.primary');
    await page.keyboard.press('Enter');
    await expect(steps(page).locator('[name="intoCase"]')).toHaveValue(first.cases[0]?.id ?? '');
    await typeInto(page, 'evidence', '同一医院、同一孩子，两位医生各报一次。');
    await tabTo(page, 'form button.primary');
    await page.keyboard.press('Enter');
    await done(page, '提出并案');
  });

  await test.step('the hour ends: what ran out says which clock, and every desk is a key away', async () => {
    await letPass('PT30M');
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await expect(page.getByRole('heading', { level: 1, name: '呼叫' })).toBeVisible();
    await expect(page.getByText(/时限已超：通报公安/).first()).toBeVisible();
    for (const [key, name] of [
      ['t', '任务与移交'],
      ['d', '值班表'],
      ['b', '值班台'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    }
    await expect(page).toHaveURL(/q=/);
    await page.keyboard.press('x');
    await expect(page).not.toHaveURL(/q=/);
    await page.keyboard.press('u');
    await expect(page).toHaveURL(/show=unanswered/);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: '快捷键' });
    await expect(help).toContainText('只看待应答');
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
    await tabTo(page, '.sign-out', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/sign-in/);
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('typed')))).toEqual([]);
  });
});
