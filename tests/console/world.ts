import AxeBuilder from '@axe-core/playwright';
import { expect, request, type APIRequestContext, type Page } from '@playwright/test';

export const SERVER = process.env.HOTLINE_URL ?? 'http://127.0.0.1:8080';
export const SIMULATOR = process.env.HOTLINE_SIMULATOR_URL ?? process.env.SIMULATOR_URL ?? 'http://127.0.0.1:8081';
export const PASSWORD = 'hotline-demo';
export const PICTURES = 'test-results/pictures';
export const PHONE = { width: 390, height: 844 };

/** Signs in as a person would, and waits for the first page. */
export async function signIn(page: Page, user: string): Promise<void> {
  await page.goto('/');
  await page.getByLabel('账号').fill(user);
  await page.getByLabel('密码').fill(PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

/** Somebody else, elsewhere, over the published interface. */
export async function elsewhere(user: string): Promise<APIRequestContext> {
  const anonymous = await request.newContext({ baseURL: SERVER });
  const answer = await anonymous.post('/api/sessions', { data: { user, password: PASSWORD } });
  expect(answer.status(), await answer.text()).toBe(200);
  const { token } = (await answer.json()) as { token: string };
  await anonymous.dispose();
  return request.newContext({ baseURL: SERVER, extraHTTPHeaders: { Authorization: `Bearer ${token}` } });
}

export interface Filed {
  reportNumber: string;
  triage: string;
  cases: { id: string; number: string }[];
}

/** A hospital files a report of the given danger. */
export async function file(hospital: APIRequestContext, immediate: boolean): Promise<Filed> {
  const answer = await hospital.post('/api/reports', {
    data: {
      channel: 'Api',
      reportKind: 'Mandatory',
      category: immediate ? 'MedicalInjury' : 'Neglect',
      grounds: immediate ? ['SeveralInjuries'] : [],
      locationDivision: '440199',
      locationText: '试点县人民医院急诊科',
      situationText: '五岁男童，多处新旧瘀伤，陪同人说法前后不一。',
      immediateDanger: {
        lifeThreat: 'no',
        seriousInjury: immediate ? 'yes' : 'no',
        suspectPresent: immediate ? 'yes' : 'no',
        weaponOrOngoing: 'no',
        selfHarm: 'no',
        youngAlone: 'no',
        missingOrTaken: 'no',
      },
      children: [{ sex: 'Male', ageEstimate: 5 }],
    },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()) as Filed;
}

interface Property {
  type?: string | string[];
  format?: string;
  oneOf?: { const: string; 'x-title'?: { zh: string } }[];
  enum?: string[];
}

interface OfferedStep {
  step: string;
  trigger: string;
  version: number;
  schema: { properties?: Record<string, Property>; required?: string[] };
}

/** Takes a step on a case elsewhere: what it must be told is filled in, choices by the words they contain. */
export async function give(
  who: APIRequestContext,
  id: string,
  trigger: string,
  chosen: Record<string, string>,
): Promise<void> {
  const seen = (await (await who.get(`/api/cases/${id}`)).json()) as { steps: OfferedStep[] };
  const step = seen.steps.find((one) => one.trigger === trigger);
  if (!step) throw new Error(`${trigger} is not offered`);
  const properties = step.schema.properties ?? {};
  const asked = new Set([...(step.schema.required ?? []), ...Object.keys(chosen)]);
  const data = Object.fromEntries([...asked].map((name) => [name, answerTo(properties[name] ?? {}, chosen[name])]));
  const taken = await who.post(`/api/cases/${id}/steps/${step.step}`, {
    data,
    headers: { 'If-Match': `"${step.version}"`, 'Idempotency-Key': `${trigger}-${id}` },
  });
  expect(taken.status(), await taken.text()).toBe(200);
}

function answerTo(property: Property, wanted = ''): unknown {
  const option = property.oneOf?.find((one) => one['x-title']?.zh.includes(wanted)) ?? property.oneOf?.[0];
  if (option) return option.const;
  if (property.enum) return property.enum[0];
  if (property.format === 'date-time') return new Date(Date.now() - 60_000).toISOString();
  return property.type === 'boolean' ? true : '说明';
}

interface Phone {
  number: string;
  role: string;
  texts: { sid: string; mine: boolean; body: string }[];
}

/** The duty officer's phone on the simulator's shelf. */
export class DutyPhone {
  private readonly known = new Set<string>();

  private constructor(private readonly shelf: APIRequestContext) {}

  /** Knows the texts that lie there already. */
  static async pickUp(): Promise<DutyPhone> {
    const phone = new DutyPhone(await request.newContext({ baseURL: SIMULATOR }));
    for (const text of (await phone.look()).texts) phone.known.add(text.sid);
    return phone;
  }

  /** Answers each text about a new report that came since, just as the text says. */
  async answerWhatCame(): Promise<void> {
    const { number, texts } = await this.look();
    for (const text of texts) {
      const code = /新报告.*回复(\w+?)(?:全部)?接警/.exec(text.body)?.[1];
      if (!code || this.known.has(text.sid)) continue;
      this.known.add(text.sid);
      const sent = await this.shelf.post(`/phones/${encodeURIComponent(number)}/reply`, { data: { text: code } });
      expect(sent.ok(), await sent.text()).toBe(true);
    }
  }

  private async look(): Promise<Phone> {
    const answer = (await (await this.shelf.get('/phones')).json()) as { phones: Phone[] };
    const phone = answer.phones.find((one) => one.role === 'duty');
    if (!phone) throw new Error('No phone of the duty officer on the shelf');
    return phone;
  }
}

/** No violation of WCAG 2.2 A and AA that the checker knows. */
export async function accessible(page: Page): Promise<void> {
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const told = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(told).toEqual([]);
}

/** Desk and phone, so that somebody can look at both; on the phone nothing may stand out of the page. */
export async function picture(page: Page, name: string): Promise<void> {
  const before = page.viewportSize();
  await page.screenshot({ path: `${PICTURES}/${name}-desk.png`, fullPage: true });
  await page.setViewportSize(PHONE);
  await page.screenshot({ path: `${PICTURES}/${name}-phone.png`, fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, `${name} scrolls sideways on a phone`).toBeLessThanOrEqual(PHONE.width);
  if (before) await page.setViewportSize(before);
}
