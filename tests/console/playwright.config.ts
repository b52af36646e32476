import { defineConfig } from '@playwright/test';

/** Debian's Chromium, as root too; nothing is fetched from anywhere. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'specs',
  outputDir: 'test-results',
  // One demo county, one duty desk: specs would ring each other's phones.
  workers: 1,
  fullyParallel: false,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['json'], ['line']] : [['list']],
  use: {
    baseURL: process.env.HOTLINE_URL ?? 'http://127.0.0.1:8080',
    testIdAttribute: 'data-test',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.HOTLINE_CHROMIUM ?? process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: FLAGS,
    },
  },
});
