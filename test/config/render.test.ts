import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check.js';
import { proposePool } from '../../src/config/pool.js';
import { renderConfig } from '../../src/config/render.js';
import { addressNumber, formatAddress, inRange, inSubnet, rangeSize, subnetOf } from '../../src/model/address.js';
import { standingReservation } from '../../src/model/reservation.js';
import type { ObservedReservation } from '../../src/model/segment.js';
import { anInterface, aState } from './builders.js';

function reservation(address: string): ObservedReservation {
  return standingReservation({ mac: '', address, hostname: '', description: '', arpEntry: false }, 0);
}

describe('the proposed pool', () => {
  it.each([
    ['a network without DHCP', {}, {}, '10.2.0.2-10.2.0.253'],
    ['a dynamic range at the end', {}, { range: { from: '10.2.0.100', to: '10.2.0.254' } }, '10.2.0.2-10.2.0.99'],
    ['a dynamic range in the middle', {}, { range: { from: '10.2.0.50', to: '10.2.0.100' } }, '10.2.0.101-10.2.0.253'],
    ['a gateway at the end', { address: '10.2.0.254' }, {}, '10.2.0.1-10.2.0.253'],
    [
      'a virtual address',
      { virtualIps: [{ address: '10.2.0.200', mode: 'carp' as const }] },
      {},
      '10.2.0.2-10.2.0.199',
    ],
    [
      'reservations',
      {},
      { reservations: ['10.2.0.20', '10.2.0.60', 'x', ''].map(reservation) },
      '10.2.0.61-10.2.0.253',
    ],
    [
      'a range outside of the network',
      {},
      { range: { from: '192.168.0.1', to: '192.168.0.9' } },
      '10.2.0.2-10.2.0.253',
    ],
    ['a /27', { prefix: 27 }, {}, '10.2.0.2-10.2.0.29'],
    ['a /28, which is too small', { prefix: 28 }, {}, undefined],
    ['a range that leaves nothing', {}, { range: { from: '10.2.0.2', to: '10.2.0.254' } }, undefined],
    ['no address', { address: undefined, prefix: undefined }, {}, undefined],
  ])('of %s is the largest free run', (_name, item, state, expected) => {
    const pool = proposePool(anInterface(item), aState(state));
    expect(pool === undefined ? undefined : `${pool.from}-${pool.to}`).toBe(expected);
  });

  it('never holds an address that is in use, and has at least 16', () => {
    const address = fc
      .integer({ min: 0, max: 1023 })
      .map((offset) => formatAddress(addressNumber('10.2.0.0') + offset));
    fc.assert(
      fc.property(
        address,
        fc.integer({ min: 22, max: 30 }),
        address,
        address,
        fc.array(address, { maxLength: 30 }),
        (own, prefix, one, other, taken) => {
          const [from, to] = addressNumber(one) <= addressNumber(other) ? [one, other] : [other, one];
          const item = anInterface({ address: own, prefix });
          const pool = proposePool(item, aState({ range: { from, to }, reservations: taken.map(reservation) }));
          if (pool === undefined) return;
          expect(rangeSize(pool)).toBeGreaterThanOrEqual(16);
          for (const used of [own, from, to, ...taken]) expect(inRange(used, pool)).toBe(false);
          for (const end of [pool.from, pool.to]) expect(inSubnet(end, subnetOf(own, prefix))).toBe(true);
          expect(addressNumber(pool.from) > addressNumber(to) || addressNumber(pool.to) < addressNumber(from)).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe('a rendered slash32.yaml', () => {
  const INPUT = {
    owner: 'home',
    source: { kind: 'incus', keys: { socket: '/var/lib/incus/unix.socket' } },
    opnsense: { transport: 'api', url: 'https://fw.lan', key_file: '/etc/slash32/key' },
    segments: [
      {
        network: 'servers',
        interface: anInterface(),
        state: aState({ extraRanges: [{ from: '10.2.0.240', to: '10.2.0.249' }] }),
      },
      { network: 'small', interface: anInterface({ id: 'opt2', address: '10.3.0.1', prefix: 29 }), state: undefined },
    ],
    protect: [],
  };

  it('reads as a person wants to read it', () => {
    expect(renderConfig(INPUT)).toMatchInlineSnapshot(`
      "# slash32.yaml: which Incus networks stand on which interfaces of OPNsense.
      # Every key: docs/reference/configuration.md. Next: slash32 check, slash32 plan, slash32 apply.
      version: 1

      # Marks every entry on the firewall as ours. Do not change it later: what it owns would be orphaned.
      owner: home

      # Where the instances are.
      incus:
        socket: /var/lib/incus/unix.socket

      # The firewall. Secrets stay in files: never write one here.
      opnsense:
        transport: api
        url: https://fw.lan
        key_file: /etc/slash32/key

      # What is not named here is never changed.
      segments:
        # SERVERS (vtnet1, 10.2.0.1/24)
        servers:
          network: servers
          interface: opt1
          # Addresses are picked here: the largest run that DHCP leaves free. Take out what is set by hand on a machine.
          pool: 10.2.0.2-10.2.0.239
          # Widen one at a time, and read each plan: it lists what the step would cut off.
          # mask: /32 leases. deny_unknown: no lease for anyone else. static_arp: no traffic from anyone else. rules: the policy.
          manage: [reservations] # then: mask, deny_unknown, static_arp; rules for a policy

        # SERVERS (vtnet1, 10.3.0.1/29)
        small:
          network: small
          interface: opt2
          # No free run of 16 addresses: every free address of the subnet is used. To choose some of them:
          # pool: 10.3.0.1-10.3.0.6
          # Widen one at a time, and read each plan: it lists what the step would cut off.
          # mask: /32 leases. deny_unknown: no lease for anyone else. static_arp: no traffic from anyone else. rules: the policy.
          manage: [reservations] # then: mask, deny_unknown, static_arp; rules for a policy

      # Addresses that must never be cut off: your workstation, monitoring, the other firewall of a pair.
      # Fill it in before you widen \`manage\` to deny_unknown or static_arp.
      protect: [] # for example [10.0.0.2]

      # Instances to leave alone, as project/name with * for any text.
      exclude: []

      # A missing instance keeps its reservation for \`retain\`; its address then goes to nobody else for \`quarantine\`.
      retain: 24h
      quarantine: 7d

      # For \`slash32 serve\`: when it looks by the clock, besides looking when something reports a change, and where it listens.
      # schedule: { reconcile: "0 3 * * *", timezone: Europe/Berlin }
      # service: { listen: "127.0.0.1:3232" }
      "
    `);
  });

  it('starts every segment with reservations only', () => {
    const result = checkConfig(renderConfig(INPUT), 'slash32.yaml', '/etc');
    expect(result.ok && result.config.plan.segments.map((segment) => segment.manage)).toEqual([
      ['reservations'],
      ['reservations'],
    ]);
    expect(result.ok && result.config.plan.segments[0]?.pool).toEqual([{ from: '10.2.0.2', to: '10.2.0.239' }]);
    expect(result.ok && result.config.plan.segments[1]?.pool).toEqual([]);
  });

  it.each(['true', 'null', '123', '1e5', '0x1f', '1-2', '-', '--1', 'off'])(
    'quotes the name %s where YAML would misread it',
    (name) => {
      const segments = [{ network: name, interface: anInterface({ description: '# x\n  y: [' }), state: undefined }];
      const owner = name;
      const result = checkConfig(renderConfig({ ...INPUT, owner, segments }), 'slash32.yaml', '/etc');
      expect(result.ok && [result.config.plan.owner, result.config.plan.segments[0]?.network]).toEqual([name, name]);
    },
  );

  it('passes the check and means what it was made from, whatever the names', () => {
    const networkName = fc.stringMatching(/^[^/\s]{1,20}$/);
    const segment = fc.record({
      network: networkName,
      description: fc.string(),
      device: fc.string(),
      prefix: fc.integer({ min: 8, max: 30 }),
    });
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9-]{1,32}$/),
        fc.uniqueArray(segment, { selector: (one) => one.network, minLength: 1, maxLength: 6 }),
        fc
          .stringMatching(/^[^\0~$/ ][^\0~$]{0,20}$/)
          .filter((path) => !/^(env|credential):|^-|key=|secret=|\n/.test(path)),
        fc.array(fc.ipV4(), { maxLength: 3 }),
        (owner, found, path, protect) => {
          const segments = found.map((one, index) => ({
            network: one.network,
            interface: anInterface({
              id: `opt${index}`,
              address: `${10 + index}.2.0.1`,
              prefix: one.prefix,
              description: one.description,
              device: one.device,
            }),
            state: undefined,
          }));
          const text = renderConfig({
            owner,
            source: { kind: 'incus', keys: { socket: path } },
            opnsense: { transport: 'file', path },
            segments,
            protect,
          });
          const result = checkConfig(text, 'slash32.yaml', '/etc');
          if (!result.ok) throw new Error(`${JSON.stringify(result.problems)}\n${text}`);
          expect(result.config.plan.owner).toBe(owner);
          expect(result.config.plan.segments.map((one) => one.network).sort()).toEqual(
            found.map((one) => one.network).sort(),
          );
          expect(result.config.plan.protect).toEqual([...new Set(protect)]);
        },
      ),
    );
  });
});
