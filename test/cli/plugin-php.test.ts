import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFileOf } from '../../src/sim/opnsense/users.js';
import { skipReason } from '../plugin/engine/support.js';
import { type StandIn, startStandIn } from '../plugin/standin/start.js';
import { listed, macOf, slash32, temporaryFolder, writeInventory } from './harness.js';

const reason = await skipReason();
const INSTANCES = [listed('web'), listed('db'), listed('by-hand', { mac: '52:54:00:01:00:01' })];
const FULL = '[reservations, mask, deny_unknown, static_arp]';

/** The real command line against the plugin's own PHP. */
describe('slash32 with the plugin’s PHP', () => {
  let box: StandIn;
  let cwd: string;

  beforeEach(async ({ skip }) => {
    skip(reason !== undefined, reason);
    box = await startStandIn({ workers: 2 });
    cwd = await temporaryFolder();
    await writeInventory(cwd, INSTANCES);
    const [user] = box.users;
    await writeFile(join(cwd, 'apikey.txt'), user === undefined ? '' : keyFileOf(user), { mode: 0o600 });
    await configure();
  });
  afterEach(() => box?.stop());

  async function configure(manage = FULL): Promise<void> {
    const lines = [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      `opnsense: { transport: plugin, url: "${box.url}", key_file: apikey.txt }`,
      'segments:',
      `  servers: { network: servers, interface: opt1, pool: 10.10.1.20-10.10.1.180, manage: ${manage} }`,
    ];
    await writeFile(join(cwd, 'slash32.yaml'), `${lines.join('\n')}\n`);
  }

  it('goes from nothing to the full state, adopts, finds nothing to do, and gives everything back', async () => {
    const first = await slash32(['apply', '--yes', '--adopt', 'all'], { cwd });
    expect(first.err).toBe('');
    expect(first.out).toContain('Applied and confirmed plan');
    expect((await slash32(['plan'], { cwd })).code).toBe(0);

    const config = await dhcpd();
    for (const name of ['web', 'db']) expect(config).toContain(macOf(`default/${name}`));
    expect(config).toMatch(/52:54:00:01:00:01[\s\S]*:adopted/);
    expect(config).toMatch(/<opt1>\s*<enable>1<\/enable>[\s\S]*<staticarp>1<\/staticarp>[\s\S]*<\/opt1>/);

    const back = await slash32(['release', '--all', '--remove', '--yes'], { cwd });
    expect(back.err).not.toContain('error');
    expect(await dhcpd()).not.toContain('slash32:home');
    expect(await dhcpd()).not.toContain('<staticarp>');
    expect(await dhcpd()).toContain('52:54:00:01:00:01');
  });

  it('waits for slash32 confirm, and undoes with slash32 rollback', async () => {
    const applied = await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd });
    expect(applied.out).toContain('Not confirmed yet');
    expect((await slash32(['apply', '--yes'], { cwd })).err).toContain('S32_PLUGIN_PENDING');
    const rolledBack = await slash32(['rollback'], { cwd });
    expect(rolledBack.out).toMatch(/^Rolled back: /);
    expect(await dhcpd()).not.toContain('slash32:home');

    expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd })).code).toBe(0);
    expect((await slash32(['confirm'], { cwd })).out).toMatch(/^Confirmed: /);
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
  });

  it('learns from the firewall that nobody confirmed in time', async () => {
    await slash32(['apply', '--yes', '--no-confirm-wait', '--confirm-within', '600'], { cwd });
    await writeFile(join(box.folder, 'clock.json'), JSON.stringify({ steady: 601 }));
    await expect.poll(async () => (await dhcpd()).includes('slash32:home')).toBe(false);
    // config.xml is put back a moment before the firewall says so
    await expect
      .poll(async () => (await slash32(['plan'], { cwd })).out)
      .toContain('was not confirmed in time, and the firewall rolled it back');
    expect((await slash32(['confirm'], { cwd })).err).toContain('S32_PLUGIN_EXPIRED');
    expect((await slash32(['apply', '--yes'], { cwd })).code).toBe(0);
  });

  it('keeps at once when it is told to', async () => {
    const ran = await slash32(['apply', '--yes', '--confirm-within', '0'], { cwd });
    expect(ran.out).toContain('Applied plan');
    expect((await slash32(['plan'], { cwd })).code).toBe(0);
  });

  it('is refused under the owner id of another configuration until it takes over', async () => {
    await slash32(['apply', '--yes'], { cwd });
    await writeFile(join(cwd, 'slash32.yaml'), `${await yaml()}state_file: other.json\n`);
    await writeInventory(cwd, [...INSTANCES, listed('new')]);
    expect((await slash32(['apply', '--yes'], { cwd })).err).toContain('S32_PLUGIN_OWNER');
    expect((await slash32(['apply', '--yes', '--take-over'], { cwd })).code).toBe(0);
  });

  async function dhcpd(): Promise<string> {
    const text = await readFile(join(box.folder, 'conf', 'config.xml'), 'utf8');
    return /<dhcpd>[\s\S]*<\/dhcpd>/.exec(text)?.[0] ?? '';
  }

  async function yaml(): Promise<string> {
    return readFile(join(cwd, 'slash32.yaml'), 'utf8');
  }
});
