import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
