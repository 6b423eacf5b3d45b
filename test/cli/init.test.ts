import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSimHouse, FIREWALL_MACS } from '../../src/sim/incus/house.js';
import { type SimIncus, startSimIncus } from '../../src/sim/incus/server.js';
import { type SimOpnsense, startSimOpnsense } from '../../src/sim/opnsense/start.js';
import { firewallXml, listed, slash32, temporaryFolder, writeInventory } from './harness.js';

interface Scene {
  readonly cwd: string;
  readonly incus: SimIncus;
  readonly firewall: SimOpnsense;
  /** Flags that name both ends. */
  readonly flags: readonly string[];
}

async function scene(): Promise<Scene> {
  const cwd = await temporaryFolder();
  const incus = await startSimIncus({ state: createSimHouse(), https: true, socket: join(cwd, 'incus.socket') });
  const firewall = await startSimOpnsense({
    folder: join(cwd, 'opnsense'),
    segments: [
      { id: 'opt1', description: 'DMZ', address: '10.1.0.1' },
      { id: 'opt2', description: 'Outside', address: '10.2.0.1' },
      { id: 'opt3', description: 'Servers', address: '10.3.0.1' },
    ],
  });
  onTestFinished(async () => void (await Promise.all([incus.close(), firewall.close()])));
  for (const [index, mac] of Object.values(FIREWALL_MACS).entries()) firewall.setMac(`vtnet${index + 2}`, mac);
  await writeFile(join(cwd, 'apikey.txt'), firewall.keyFile(), { mode: 0o600 });
  return { cwd, incus, firewall, flags: ['--opnsense-url', firewall.url, '--key-file', 'apikey.txt'] };
}

const written = (cwd: string): Promise<string> => readFile(join(cwd, 'slash32.yaml'), 'utf8');

describe('slash32 init', () => {
  it('pairs networks and interfaces by MAC address, and its file is checked, planned and applied at once', async () => {
    const { cwd, flags } = await scene();

    const ran = await slash32(['init', '--socket', 'incus.socket', ...flags], { cwd });

    expect(ran.code).toBe(0);
    expect(ran.err).toContain('The firewall is the instance default/opnsense');
    for (const pair of ['dmz ↔ opt1', 'edge ↔ opt2', 'servers ↔ opt3']) expect(ran.err).toContain(`paired ${pair}`);
    expect(await written(cwd)).toContain('manage: [reservations]');
    expect((await slash32(['check'], { cwd })).code).toBe(0);
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
  });

  it('enrols at Incus by a trust token, pins the server, and keeps key and token out of all output', async () => {
    const { cwd, incus, flags } = await scene();
    const token = incus.createToken({ name: 'slash32', restricted: true, projects: ['default', 'shop'] });

    const ran = await slash32(['init', '--incus-token', token, ...flags], { cwd });

    expect(ran.code).toBe(0);
    const text = await written(cwd);
    expect(text).toContain(incus.fingerprint);
    expect(text).toContain('projects: [default, shop]');
    expect(ran.out + ran.err + text).not.toContain(token);
    expect((await slash32(['plan'], { cwd })).code).toBe(2);
  });

  it('says how to go on when the token is used up but the rest failed', async () => {
    const { cwd, incus, flags } = await scene();
    const token = incus.createToken({ name: 'slash32', restricted: true, projects: ['shop'] });

    const blind = await slash32(['init', '--incus-token', token, ...flags], { cwd });
    expect(blind.code).toBe(1);
    expect(blind.err).toContain('S32_NO_PAIR');
    expect(blind.err).toContain(`--incus-url ${incus.httpsUrl} --incus-fingerprint ${incus.fingerprint}`);

    const trusted = [
      '--incus-url',
      incus.httpsUrl ?? '',
      '--incus-fingerprint',
      incus.fingerprint,
      '--projects',
      'shop',
    ];
    const ran = await slash32(['init', ...trusted, '--pair', 'servers=opt3', ...flags], { cwd });
    expect(ran.code).toBe(0);
  });

  it('asks on a terminal for what the flags leave open', async () => {
    const { cwd, firewall } = await scene();

    const answers = [firewall.url, 'apikey.txt', './incus.socket', '10.3.0.9'];
    const ran = await slash32(['init'], { cwd, tty: true, answers, env: { TERM: 'dumb' } });

    expect(ran.code).toBe(0);
    expect(await written(cwd)).toContain('protect: [10.3.0.9]');
  });

  it.each<[string, (scene: Scene) => readonly string[], string]>([
    ['nothing at all', () => [], 'S32_USAGE'],
    ['no way to Incus', ({ flags }) => flags, 'S32_USAGE'],
    ['a socket that is not there', ({ flags }) => ['--socket', 'nowhere.socket', ...flags], 'S32_INCUS_'],
    ['a used up token', ({ flags }) => ['--incus-token', 'bm9uc2Vuc2U=', ...flags], 'S32_INCUS_TOKEN'],
    [
      'a pair with an interface that is not there',
      ({ flags }) => ['--socket', 'incus.socket', '--pair', 'dmz=opt9', ...flags],
      'S32_USAGE',
    ],
  ])('says what is missing with %s, and writes nothing', async (_, argv, code) => {
    const ends = await scene();

    const ran = await slash32(['init', ...argv(ends)], ends);

    expect(ran.code).toBe(1);
    expect(ran.err).toContain(`error ${code}`);
    await expect(written(ends.cwd)).rejects.toThrow();
  });

  it('does not replace a configuration without being told', async () => {
    const { cwd, flags } = await scene();
    await writeFile(join(cwd, 'slash32.yaml'), 'mine');

    const refused = await slash32(['init', '--socket', 'incus.socket', ...flags], { cwd });
    const replaced = await slash32(['init', '--overwrite', '--socket', 'incus.socket', ...flags], { cwd });

    expect([refused.code, replaced.code]).toEqual([1, 0]);
    expect(refused.err).toContain('already there');
  });

  it('pairs by hand where a config.xml shows no MAC addresses, and not by names alone', async () => {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'config.xml'), firewallXml('').replace('Net3', 'servers'));
    await writeInventory(cwd, [listed('web')]);
    const ends = ['--inventory', 'instances.json', '--config-xml', 'config.xml'];

    const byName = await slash32(['init', ...ends], { cwd });
    const byHand = await slash32(['init', ...ends, '--pair', 'servers=opt3'], { cwd });

    expect([byName.code, byHand.code]).toEqual([1, 0]);
    expect(byName.err).toContain('S32_NO_PAIR');
    expect((await slash32(['plan'], { cwd })).code).toBe(2);
  });
});

describe('slash32 enrol', () => {
  it('writes certificate and key, and prints what the configuration needs', async () => {
    const { cwd, incus } = await scene();

    const ran = await slash32(['enrol', '--token', '-'], { cwd, stdin: `${incus.createToken({ name: 'slash32' })}\n` });
    const again = await slash32(['enrol', '--token', incus.createToken({ name: 'slash32' })], { cwd });

    expect([ran.code, again.code]).toEqual([0, 1]);
    expect(ran.out).toContain(incus.fingerprint);
    expect(again.err).toContain('S32_INCUS_KEY_EXISTS');
  });
});
