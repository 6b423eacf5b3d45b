import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { labSkipReason } from '../lab/require-lab.js';
import { launchBrowser, openPage } from '../plugin/gui/browser.js';
import { CONTRACT, startRig } from './rig.js';

const FILE = new URL('../../openapi/slash32.yaml', import.meta.url);

describe('the contract', () => {
  it('is served as it stands in the repository, as YAML and as JSON', async () => {
    const rig = await startRig();
    const text = readFileSync(FILE, 'utf8');
    expect((await rig.ask({ path: '/openapi.yaml' })).text).toBe(text);
    const { json, headers } = await rig.ask({ path: '/openapi.json' });
    expect(json).toEqual(parse(text));
    expect(headers['content-type']).toMatch(/^application\/json/);
  });
});

describe('the pages that explain it', () => {
  it('can be read without a script: every operation and every schema stands in what is sent', async () => {
    const rig = await startRig();
    const { text } = await rig.ask({ path: '/docs/' });
    for (const { id, path } of CONTRACT.operations) {
      expect(text).toContain(`id="${id}"`);
      expect(text).toContain(`<code>${path}</code>`);
    }
    for (const name of Object.keys((CONTRACT.document.components as { schemas: object }).schemas))
      expect(text).toContain(`id="schema-${name}"`);
    expect(text).not.toMatch(/<script|javascript:|\bon\w+=/);
  });

  it('may load nothing from elsewhere, run no script of their own text, and be framed by nobody', async () => {
    const rig = await startRig();
    const { status, headers, text } = await rig.ask({ path: '/docs/' });
    const policy = String(headers['content-security-policy']);
    const rules = new Map(policy.split(';').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)] as const));
    expect(status).toBe(200);
    expect(rules.get('default-src')).toEqual(["'none'"]);
    expect(rules.get('script-src')).toEqual(["'self'"]);
    expect(rules.get('connect-src')).toEqual(["'self'"]);
    expect(rules.get('frame-ancestors')).toEqual(["'none'"]);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(text).not.toMatch(/<script>|https?:\/\//);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('lead to where they are without a slash', async () => {
    const rig = await startRig();
    const { status, headers } = await rig.ask({ path: '/docs' });
    expect([status, headers.location]).toEqual([308, '/docs/']);
  });

  it('list every operation in a browser, and no request leaves this machine', async (ctx) => {
    const reason = labSkipReason(['chromium-headless-shell']);
    if (reason !== undefined) return ctx.skip(reason);
    const rig = await startRig();
    const browser = await launchBrowser();
    try {
      const { page, errors } = await openPage(browser, `http://127.0.0.1:${rig.port}/docs/`);
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await page.reload();
      const listed = await page.locator('section.operation h3 code').allTextContents();
      expect(listed.toSorted()).toEqual(CONTRACT.operations.map((one) => one.path).toSorted());
      await page.locator('nav a[href="#startRun"]').click();
      await page.locator('#startRun:target').getByText('Idempotency-Key').first().waitFor();
      const links = await page.locator('a[href^="#"]').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
      const ids = await page.locator('[id]').evaluateAll((all) => all.map((one) => `#${one.id}`));
      const dead = links.filter((one) => !ids.includes(one ?? ''));
      expect(dead, 'links that lead nowhere').toEqual([]);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
