import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, with nothing of its own talking to the network. It makes a fresh profile for each start. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--renderer-process-limit=1',
      '--process-per-site',
      '--disable-smooth-scrolling',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page that fails the test on any script error, and on any request to elsewhere than the test's own server. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('dialog', (dialog) => {
    errors.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.route('**', (route) => {
    if (route.request().url().startsWith(new URL(url).origin)) return route.continue();
    errors.push(`a request went out: ${route.request().url()}`);
    return route.abort();
  });
  // time runs as usual, and a test can skip some of it
  await page.clock.install();
  await page.goto(url);
  return { page, errors };
}

/** Takes a picture into the folder of SLASH32_PICTURES, when that is set. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SLASH32_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
