import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BridgePort, HostEnd } from '../../../src/policy/layer2/types.js';
import { NO_LAYER2 } from '../../../src/policy/layer2/types.js';
import { viewLayer2 } from '../../../src/policy/layer2/view.js';
import type { LabClient } from '../dhcp/client.js';
import { dhcpdConfOf } from '../dhcp/dhcpd-conf.js';
import { managedConfig } from '../dhcp/managed-config.js';
import { type Rig, rigSkipReason, startRig } from '../dhcp/rig.js';

const skipReason = rigSkipReason();

/** The attacker, the victim, and a third instance, all on segment 3; `true` where the port is isolated. */
type Isolation = readonly [git: boolean, nextcloud: boolean, wiki: boolean];

const NAMES = ['git', 'nextcloud', 'wiki'] as const;
const CASES: readonly (readonly [string, Isolation])[] = [
  ['all ports are isolated', [true, true, true]],
  ["the attacker's port is open", [false, true, true]],
  ["the victim's port is open", [true, false, true]],
  ["a third one's port is open", [true, true, false]],
  ['no port is isolated', [false, false, false]],
];

/** What slash32 says of a segment with these ports, between two of them by their place. */
function said(isolation: Isolation, from: number, to: number) {
  const ports = NAMES.map(
    (name, at): BridgePort => ({
      nic: `p/${name}/eth0`,
      instance: `p/${name}`,
      segment: 'servers',
      isolated: isolation[at] === true,
      host: undefined,
    }),
  );
  const members = ports.map((port, at) => ({
    ...port,
    project: 'p',
    interface: 'opt3',
    address: `10.10.3.${at + 20}`,
  }));
  const view = viewLayer2({ layer2: { ...NO_LAYER2, ports }, members, segments: [], interfaces: [] });
  const end = (at: number): HostEnd => ({ kind: 'host', name: '', address: `10.10.3.${at + 20}`, segment: 'servers' });
  return view.between(end(from), end(to));
}

describe('an attacker on a port of a segment, with real frames', () => {
  beforeEach(({ skip }) => skip(skipReason !== undefined, skipReason));

  let rig: Rig;
  const clients: LabClient[] = [];

  beforeAll(async () => {
    if (skipReason !== undefined) return;
    rig = await startRig({ dhcpdConf: dhcpdConfOf(await managedConfig()).text });
    for (const at of NAMES.keys()) {
      const client = await rig.client(3, `10:66:6a:03:01:2${at}`);
      await client.address(`10.10.3.${at + 20}/24`);
      await client.listen();
      clients.push(client);
    }
  });

  afterAll(async () => {
    await rig?.stop();
  });

  /** Whether frames get from one to another by themselves: answers to ARP, and a TCP session with both ends on a /24. */
  async function meets(from: number, to: number): Promise<readonly [arp: boolean, tcp: boolean]> {
    const one = clients[from];
    if (one === undefined) throw new Error('no such client');
    const arp = (await one.arping(`10.10.3.${to + 20}`)) > 0;
    return [arp, await one.connects(`10.10.3.${to + 20}`)];
  }

  it.each(CASES)('meets whom slash32 says that it meets, and nobody else, where %s', async (_, isolation) => {
    for (const [at, isolated] of isolation.entries()) await clients[at]?.isolate(isolated);
    const pairs = [...NAMES.keys()].flatMap((from) =>
      [0, 1, 2].flatMap((to) => (from === to ? [] : [[from, to] as const])),
    );
    const found = await Promise.all(
      pairs.map(async ([from, to]) => [NAMES[from], NAMES[to], ...(await meets(from, to))]),
    );
    expect(found).toEqual(
      pairs.map(([from, to]) => {
        const passes = said(isolation, from, to)?.verdict === 'pass';
        return [NAMES[from], NAMES[to], passes, passes];
      }),
    );
    // What is not known is so for a reason: each of the two meets the one whose port is open.
    if (said(isolation, 0, 1)?.verdict === 'unknown')
      expect([(await meets(0, 2))[0], (await meets(1, 2))[0]]).toEqual([true, true]);
  });

  it('is carried to the victim by a third one with an open port, past the firewall', async () => {
    for (const [at, isolated] of [true, true, false].entries()) await clients[at]?.isolate(isolated);
    await clients[2]?.carries();
    await clients[0]?.route('10.10.3.21', '10.10.3.22');
    await clients[1]?.route('10.10.3.20', '10.10.3.22');
    expect(said([true, true, false], 0, 1)?.verdict).toBe('unknown');
    expect(await clients[0]?.ping('10.10.3.21')).toEqual({ received: 3, ttl: 63 });
    await clients[2]?.isolate(true);
    expect(await clients[0]?.ping('10.10.3.21')).toMatchObject({ received: 0 });
  });
});
