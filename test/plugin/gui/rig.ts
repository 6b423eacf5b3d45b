import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { labSkipReason } from '../../lab/require-lab.js';
import { launchBrowser, openPage } from './browser.js';
import { createGuiFirewall, type GuiFirewall, type ReservationRow } from './firewall.js';
import { type GuiServer, serveGui } from './pages.js';

/** A page of the plugin in the browser; `errors` must stay empty. */
export interface OpenPage {
  page: Page;
  errors: string[];
}

/** Opens pages over a firewall, and takes everything down after each test; call it once at the top of a test file. */
export function createGuiRig(): {
  open(ctx: { skip(reason: string): never }, firewall: GuiFirewall, path?: string): Promise<OpenPage>;
  translateWith(translate: (text: string) => string): void;
} {
  const skipReason = labSkipReason(['chromium-headless-shell']);
  let browser: Browser | undefined;
  let server: GuiServer | undefined;
  let translate: ((text: string) => string) | undefined;

  beforeAll(async () => {
    if (skipReason === undefined) browser = await launchBrowser();
  });
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close();
    await server?.close();
    server = undefined;
    translate = undefined;
  });
  afterAll(async () => {
    await browser?.close();
  });

  return {
    async open(ctx, firewall, path = '/') {
      if (browser === undefined) return ctx.skip(skipReason ?? 'the browser did not start');
      server = await serveGui(firewall, translate);
      return openPage(browser, `${server.url}${path}`);
    },
    translateWith(wanted) {
      translate = wanted;
    },
  };
}

/** A firewall with four reservations on two interfaces and three applies, all settled. */
export function createFurnishedFirewall(): GuiFirewall {
  const firewall = createGuiFirewall();
  firewall.reservations = [
    createReservation('opt2', 'DMZ', '10.10.2.11', 'proxy-web'),
    createReservation('opt1', 'SERVERS', '10.10.1.11', 'web'),
    createReservation('opt1', 'SERVERS', '10.10.1.12', 'db'),
    createReservation('opt1', 'SERVERS', '10.10.1.13', 'mail'),
  ];
  const by = { owner: 'home', user: 'slash32@10.0.0.5', host: 'incus1' };
  const at = Math.floor(Date.now() / 1000);
  firewall.applies = [
    {
      ...by,
      id: 'aa00000000000001',
      at: at - 3600,
      summary: '1 reservation updated',
      outcome: 'confirmed',
      revision: '88ab01ff23',
      details: [],
    },
    {
      ...by,
      id: 'aa00000000000002',
      at: at - 90000,
      summary: '7 reservations deleted',
      outcome: 'expired',
      revision: '5c1e77aa90',
      details: ['Nobody confirmed in time.'],
    },
    {
      ...by,
      id: 'aa00000000000003',
      at: at - 200000,
      summary: '4 reservations created, 2 settings changed',
      outcome: 'kept',
      revision: '0d34c2b1e9',
      details: [],
    },
  ];
  return firewall;
}

/** One managed reservation of the owner `home`. */
export function createReservation(id: string, descr: string, ipaddr: string, hostname: string): ReservationRow {
  const nic = `default/${hostname}/eth0`;
  const mac = `10:66:6a:00:00:${ipaddr.split('.').at(-1)?.padStart(2, '0')}`;
  return { interface: id, interface_descr: descr, ipaddr, mac, hostname, descr: hostname, owner: 'home', nic };
}

/** The text of the first element with this `data-field`. */
export async function readField(page: Page, name: string): Promise<string> {
  return String(await page.locator(`[data-field=${name}]`).first().textContent());
}

/** The texts of one column of a table, as they stand on the page. */
export function readColumn(page: Page, table: string, column: string): Promise<string[]> {
  return page.locator(`#slash32-${table} [data-cell=${column}]`).allTextContents();
}

/** Seconds that a clock on the page shows. */
export function readSeconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
