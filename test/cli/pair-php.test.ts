import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFileOf } from '../../src/sim/opnsense/users.js';
import { read, skipReason, write } from '../plugin/engine/support.js';
import { lead, type Pair, type PairOptions, startPair } from '../plugin/pair/nodes.js';
import type { StandIn } from '../plugin/standin/start.js';
import { listed, macOf, slash32, temporaryFolder, writeInventory } from './harness.js';

const reason = await skipReason();
const POLICY = `
policy:
  - { from: segment:other, to: segment:servers, allow: [tcp/443] }
  - { from: segment:servers, to: internet, allow: [tcp/443] }`;

/** The whole program against the plugin's own PHP on two nodes that synchronise as OPNsense does. */
describe('slash32 on a pair with the plugin’s PHP', () => {
  let pair: Pair;

  beforeEach(({ skip }) => skip(reason !== undefined, reason));
  afterEach(() => pair?.stop());

  /** Both nodes, each with addresses of its own, and a folder for each: the same configuration but for where it leads. */
  async function start(options: PairOptions = {}): Promise<readonly [string, string]> {
    pair = await startPair(options);
    for (const [node, host] of [
      [pair.first, 2],
      [pair.second, 3],
    ] as const)
      write(
        node,
        'conf/config.xml',
        read(node, 'conf/config.xml').replace(/<ipaddr>(10\.10\.1|10\.20\.0)\.1</g, `<ipaddr>$1.${host}<`),
      );
    return [await folderFor(pair.first), await folderFor(pair.second)];
  }

  async function folderFor({ url, users }: StandIn): Promise<string> {
    const cwd = await temporaryFolder();
    await writeInventory(cwd, [listed('web')]);
    const [user] = users;
    await writeFile(join(cwd, 'apikey.txt'), user === undefined ? '' : keyFileOf(user), { mode: 0o600 });
    const lines = [
      'owner: home',
      'incus: { file: instances.json, complete: true }',
      `opnsense: { transport: plugin, url: "${url}", key_file: apikey.txt }`,
      'segments:',
      '  servers: { network: servers, interface: opt1, pool: 10.10.1.20-10.10.1.90, manage: [reservations, rules] }',
      '  other: { network: other, interface: opt2, pool: 10.20.0.20-10.20.0.90, manage: [reservations, rules] }',
    ];
    await writeFile(join(cwd, 'slash32.yaml'), `${lines.join('\n')}${POLICY}\n`);
    return cwd;
  }

  const holds = (node: StandIn, name: string): boolean =>
    read(node, 'conf/config.xml').includes(macOf(`default/${name}`));

  it('hands everything over, leaves the backup alone, and finds nothing to do on the other node once that is master', async () => {
    const [here, there] = await start();

    const ran = await slash32(['apply', '--yes'], { cwd: here });
    expect(ran.out).toContain('The high-availability peer took the change');
    expect([holds(pair.first, 'web'), holds(pair.second, 'web')]).toEqual([true, true]);

    const backup = await slash32(['apply', '--yes'], { cwd: there });
    expect(backup.code).toBe(4);
    expect(backup.err).toContain('This node is the CARP backup of 10.10.1.254 on opt1, 2001:db8::1 on opt2');

    lead(pair, 'second');
    const plan = await slash32(['plan'], { cwd: there });
    expect(plan.out).toContain('In all: nothing to do');
    expect(plan.code).toBe(0);
    const old = await slash32(['apply', '--yes'], { cwd: here });
    expect([old.code, old.err]).toEqual([4, expect.stringContaining('--on-backup')]);
  });

  it('says what the peer has not, names what is not synchronised, and goes on saying so', async () => {
    const [here] = await start({ items: 'slash32,dhcpd' });
    const before = await slash32(['plan'], { cwd: here });

    const ran = await slash32(['apply', '--yes'], { cwd: here });
    const plan = await slash32(['plan'], { cwd: here });

    expect(ran.out).not.toContain('took the change');
    expect(ran.out).toMatch(
      /The high-availability peer did not take the change: The peer got only a part: .*What to do: choose what is named/,
    );
    for (const name of ['Firewall Rules', 'Aliases', 'Firewall Categories'])
      for (const { out } of [before, ran, plan]) expect(out).toContain(`${name} is not among what is synchronised`);
    expect(before.out).not.toContain('NAT is not among');
    expect(plan.out).toContain('the other node was not seen to take that');
  });

  it('confirms where the node became backup meanwhile, and says where the change stands', async () => {
    const [here] = await start();
    expect((await slash32(['apply', '--yes', '--no-confirm-wait'], { cwd: here })).code).toBe(0);
    lead(pair, 'second');

    const ran = await slash32(['confirm'], { cwd: here });

    expect(ran.code).toBe(0);
    expect(ran.out).toContain('the change stands on this node alone, and the master goes on without it');
    expect([holds(pair.first, 'web'), holds(pair.second, 'web')]).toEqual([true, false]);
  });
});
