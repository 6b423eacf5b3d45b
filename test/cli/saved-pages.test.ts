import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { meaning } from '../../src/firewall/opnsense/api/compare.js';
import { toTree } from '../../src/firewall/opnsense/api/tree.js';
import { parseXml } from '../../src/firewall/opnsense/xml/parse.js';
import { buildSampleConfig } from '../../src/sim/opnsense/sample-config.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { createSimUser } from '../../src/sim/opnsense/users.js';
import { child } from '../../src/xml/element.js';
import { SAVED_PAGES, STEPS } from '../support/saved-pages.js';
import { firewallXml, listed, readFirewall, slash32, temporaryFolder, writeConfig, writeInventory } from './harness.js';

const YES = ['--yes', '--force', '--accept-lockout-risk'];

async function scene(config: string): Promise<string> {
  const cwd = await temporaryFolder();
  await writeFile(join(cwd, 'config.xml'), config);
  await writeInventory(cwd, [listed('web'), listed('db')]);
  return cwd;
}

/** Takes every step forward, looks that nothing is left to do after each, and goes back step by step. */
async function thereAndBack(cwd: string): Promise<void> {
  const stages: string[] = [];
  for (let taken = 1; taken <= STEPS.length; taken += 1) {
    await writeConfig(cwd, { manage: `[${STEPS.slice(0, taken).join(', ')}]` });
    const ran = await slash32(['apply', ...YES], { cwd });
    expect([STEPS[taken - 1], ran.code, ran.err]).toEqual([STEPS[taken - 1], 0, expect.anything()]);
    expect((await slash32(['plan'], { cwd })).out).toContain('nothing to do');
    stages.push(await readFirewall(cwd));
  }
  for (let taken = STEPS.length - 1; taken >= 1; taken -= 1) {
    await writeConfig(cwd, { manage: `[${STEPS.slice(0, taken).join(', ')}]` });
    expect((await slash32(['apply', ...YES], { cwd })).code).toBe(0);
    expect(await readFirewall(cwd)).toBe(stages[taken - 1]);
  }
  const released = await slash32(['release', '--all', '--remove', ...YES], { cwd });
  expect([released.code, released.err]).toEqual([0, expect.anything()]);
}

describe('every step forward and back, and then every byte as before, on', () => {
  it.each(Object.entries(SAVED_PAGES))('%s', async (_, dhcpd) => {
    const config = firewallXml(dhcpd);
    const cwd = await scene(config);

    await thereAndBack(cwd);

    expect(await readFirewall(cwd)).toBe(config);
  });

  it.each([
    ['a firewall without <dhcpd>', /\n {2}<dhcpd>[\s\S]*<\/dhcpd>/, ''],
    ['a firewall with an empty <dhcpd>', /<dhcpd>[\s\S]*<\/dhcpd>/, '<dhcpd/>'],
    ['a <dhcpd> without content', /<dhcpd>[\s\S]*<\/dhcpd>/, '<dhcpd></dhcpd>'],
  ])('%s', async (_, from, to) => {
    const config = firewallXml('').replace(from, to);
    const cwd = await scene(config);

    await thereAndBack(cwd);

    expect(await readFirewall(cwd)).toBe(config);
  });
});

/** A simulated firewall whose opt3 was saved by such a page. */
async function simulated(dhcpd: string, cwd: string): Promise<SimOpnsense> {
  const users = [createSimUser('slash32', ['page-all'])];
  const segments = [{ id: 'opt3', description: 'servers', address: '10.10.3.1', foreign: 0 }];
  const config = buildSampleConfig({ users, segments }).replace(/<dhcpd>[\s\S]*<\/dhcpd>/, `<dhcpd>${dhcpd}</dhcpd>`);
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'firewall'),
    users,
    config,
    plugin: { interfaces: ['opt3'] },
  });
  onTestFinished(() => firewall.close());
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  return firewall;
}

/** What the DHCP settings say, whatever their layout and order; options without one of them say nothing. */
function said(firewall: SimOpnsense): string {
  const text = firewall.configText().replace(/<numberoptions>\s*<item\/>\s*<\/numberoptions>|<numberoptions\/>/g, '');
  const dhcpd = child(parseXml(text), 'dhcpd');
  return dhcpd === undefined ? '' : meaning(toTree(dhcpd));
}

describe.each(['api', 'plugin'])(
  'every step forward and back by %s, and then every value as before, on',
  (transport) => {
    it.each([
      'the page without options',
      'the page whose last mapping was deleted',
      'the page with a second pool and a mapping',
      'the page with lists of MAC addresses and a gateway',
    ])('%s', async (name) => {
      const cwd = await temporaryFolder();
      const firewall = await simulated(SAVED_PAGES[name] ?? '', cwd);
      await writeInventory(cwd, [listed('web'), listed('db')]);
      const start = said(firewall);
      const configure = async (taken: number): Promise<void> =>
        writeFile(
          join(cwd, 'slash32.yaml'),
          [
            'owner: home',
            'incus: { file: instances.json, complete: true }',
            `opnsense: { transport: ${transport}, url: "${firewall.url}", key_file: apikey.txt }`,
            'segments:',
            `  servers: { network: servers, interface: opt3, pool: 10.10.3.20-10.10.3.200, manage: [${STEPS.slice(0, taken).join(', ')}] }`,
          ].join('\n'),
        );
      const stages: string[] = [];
      for (let taken = 1; taken <= STEPS.length; taken += 1) {
        await configure(taken);
        const ran = await slash32(['apply', ...YES], { cwd });
        expect([STEPS[taken - 1], ran.code, ran.err]).toEqual([STEPS[taken - 1], 0, expect.anything()]);
        expect((await slash32(['plan'], { cwd })).out).toContain('nothing to do');
        stages.push(said(firewall));
      }
      expect(firewall.dhcpd()).toEqual({ running: true, fault: undefined });
      for (let taken = STEPS.length - 1; taken >= 1; taken -= 1) {
        await configure(taken);
        expect((await slash32(['apply', ...YES], { cwd })).code).toBe(0);
        expect(said(firewall)).toBe(stages[taken - 1]);
      }
      expect((await slash32(['release', '--all', '--remove', ...YES], { cwd })).code).toBe(0);
      expect(said(firewall)).toBe(start);
    });
  },
);
