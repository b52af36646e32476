import { expect, request, test, type Page } from '@playwright/test';
import { accessible, elsewhere, file, picture, PHONE, signIn, SIMULATOR, type Filed } from '../world';

/** 120 kB of compressed JavaScript: what a desk on a slow line waits for. */
const FIRST_LOAD_BYTES_MAX = 120_000;

async function look(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('main h1').first()).toBeVisible();
  await accessible(page);
  await picture(page, name);
}

async function speakEnglish(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^EN/ }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
}

test.describe('axe finds nothing', () => {
  test.describe.configure({ timeout: 180_000 });
  let filed: Filed;
  test.beforeAll(async () => {
    const hospital = await elsewhere('hospital');
    await file(hospital, true);
    filed = await file(hospital, true);
  });

  test('on the desk’s pages, in both languages and every look', async ({ page }) => {
    const path = `/cases/${filed.cases[0]?.id}`;
    await signIn(page, 'duty');
    // One row is checked like sixty, and sooner.
    const board = `/board?q=${filed.cases[0]?.number}`;
    await look(page, board, 'zh-board');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await accessible(page);
    await page.keyboard.press('Escape');
    await page.goto(path);
    await page.getByRole('button', { name: '查看报告内容' }).click();
    await expect(page.getByRole('region', { name: '报告内容' })).toContainText('陪同人');
    await page.locator('[data-step="case.DeclareEmergency"]').click();
    await accessible(page);
    await picture(page, 'zh-case');
    await page.goto(`/reports/${filed.reportNumber}`);
    await page
      .getByRole('button', { name: /并排对比/ })
      .first()
      .click();
    await expect(page.getByRole('table')).toBeVisible();
    await accessible(page);
    await picture(page, 'zh-report');
    for (const place of ['pages', 'inbox', 'duty']) await look(page, `/${place}`, `zh-${place}`);
    await speakEnglish(page);
    await look(page, path, 'en-case');
    await look(page, board, 'en-board');
    await page.emulateMedia({ colorScheme: 'dark' });
    await accessible(page);
    await page.getByLabel('Display').selectOption('contrast');
    await accessible(page);
  });

  test('on what others see', async ({ page, browser }) => {
    await page.setViewportSize(PHONE);
    for (const path of ['/sign-in', '/report', '/look-up']) await look(page, path, `open${path.replace('/', '-')}`);
    for (const [user, path] of [
      ['hospital', `/reports/${filed.reportNumber}`],
      ['hospital', '/reports'],
      ['institution', '/inbox'],
      ['admin', '/operations'],
    ] as const) {
      const context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' });
      const other = await context.newPage();
      await signIn(other, user);
      await look(other, path, `${user}${path.split('/').slice(0, 2).join('-')}`);
      await context.close();
    }
  });
});

test('the board’s first load stays within its budget of JavaScript', async ({ page }) => {
  await signIn(page, 'duty');
  await page.goto('/board');
  await expect(page.getByText('已连接')).toBeVisible();
  const bytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => /\.js($|\?)/.test(entry.name))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );
  console.log(`first load of the board: ${bytes} bytes of compressed JavaScript`);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_BYTES_MAX);
});

test('a reporter prints the receipt: number, moment and check value, and nothing else', async ({ page }) => {
  const hospital = await elsewhere('hospital');
  const mine = await file(hospital, false);
  await signIn(page, 'hospital');
  await page.goto(`/reports/${mine.reportNumber}`);
  await expect(page.getByTestId('receipt-number')).toHaveText(mine.reportNumber);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByTestId('content-hash')).toContainText(/^[0-9a-f]{64}$/i);
  await expect(page.getByTestId('receipt-number')).toBeVisible();
  for (const gone of ['navigation', 'button', 'textbox'] as const)
    await expect(page.getByRole(gone).filter({ visible: true })).toHaveCount(0);
  await picture(page, 'receipt-printed');
});

test('a message that does not get out is given to somebody else', async ({ page }) => {
  const outside = await request.newContext({ baseURL: SIMULATOR });
  // The gateway turns this one text away until its tries are used up.
  const fault = { kind: '429', on: 'messages', method: 'POST', to: '+14155550101', times: 6 };
  expect((await outside.post('/control/faults', { data: fault })).ok()).toBe(true);
  const filed = await file(await elsewhere('hospital'), true);
  const supervisor = await elsewhere('supervisor');
  const waiting = async (): Promise<boolean> =>
    (await (await supervisor.get('/api/operations')).text()).includes(filed.reportNumber);
  await expect.poll(waiting, { timeout: 30_000 }).toBe(true);
  await signIn(page, 'supervisor');
  await page.goto('/operations');
  const line = page.getByRole('listitem').filter({ hasText: filed.reportNumber });
  await line.getByRole('button', { name: '改呼他人' }).click();
  await line.getByLabel('改呼').selectOption({ index: 0 });
  await line.getByLabel('理由').fill('短信发不出去，改呼他人');
  await accessible(page);
  await line.getByRole('button', { name: '改呼他人' }).last().click();
  await expect(line.getByLabel('理由')).toHaveCount(0);
  await expect.poll(waiting).toBe(false);
  const pages = (await (await supervisor.get(`/api/pages?report=${filed.reportNumber}`)).json()) as {
    items: { attempts: { whyNot?: string; addedBy?: string }[] }[];
  };
  expect(pages.items[0]?.attempts[0]?.whyNot).toBe('reassigned');
  expect(pages.items[0]?.attempts.some((one) => one.addedBy === 'DutySupervisor')).toBe(true);
});
