import { readdirSync, readFileSync } from 'node:fs';
import { expect, request } from '@playwright/test';
import { elsewhere, SERVER } from './world';

function told(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Kills this demo's server outright, as a broken machine would; what watches over it starts it again. */
export function killServer(): void {
  const servers = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => told(`/proc/${pid}/cmdline`).includes('hotline.dll'))
    .filter((pid) => told(`/proc/${pid}/environ`).split('\0').includes(`HOTLINE__URL=${SERVER}`));
  expect(servers, 'the one server of this demo').toHaveLength(1);
  process.kill(Number(servers[0]), 'SIGKILL');
}

export async function serverIsBack(): Promise<void> {
  const anybody = await request.newContext({ baseURL: SERVER });
  await expect
    .poll(async () => (await anybody.get('/health/ready').catch(() => undefined))?.status(), { timeout: 60_000 })
    .toBe(200);
  await anybody.dispose();
}

/** Business time moves on for everybody, and what fell due happens. */
export async function letPass(duration: string): Promise<void> {
  const admin = await elsewhere('admin');
  const moved = await admin.post('/api/demo/clock', { data: { advance: duration } });
  expect(moved.status(), await moved.text()).toBe(200);
  await admin.dispose();
}
