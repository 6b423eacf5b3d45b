import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BridgePort, type HostEnd, type Layer2, NO_LAYER2 } from '../../../src/policy/layer2/types.js';
import { viewLayer2 } from '../../../src/policy/layer2/view.js';

/** `a0 web open`: the instance a has the NIC eth0 on the segment web, and its port is open. */
function port(text: string): BridgePort {
  const [name = '', segment = '', state = 'isolated', host] = text.split(' ');
  const instance = `p/${name.slice(0, -1)}`;
  return {
    nic: `${instance}/eth${name.slice(-1)}`,
    instance,
    segment,
    isolated: state === 'unsure' ? undefined : state !== 'open',
    host,
  };
}

const NETWORKS = { web: 1, db: 2, lab: 3 } as const;

/** A scene in which every port has an address, 10.SEGMENT.0.N of the Nth port. */
function sceneOf(ports: readonly BridgePort[], part: Partial<Layer2> = {}) {
  const members = ports.map(({ nic, instance, segment }, at) => ({
    instance,
    project: 'p',
    nic,
    segment,
    interface: `opt_${segment}`,
    address: `10.${NETWORKS[segment as keyof typeof NETWORKS]}.0.${at + 10}`,
  }));
  const names = Object.entries(NETWORKS);
  return {
    members,
    layer2: { ...NO_LAYER2, ports, ...part },
    segments: names.map(([name]) => ({ name, interface: `opt_${name}` }) as never),
    interfaces: names.map(([name, net]) => ({ id: `opt_${name}`, address: `10.${net}.0.1`, prefix: 24 }) as never),
  };
}

/** What is said of a flow between two ports, by their names in {@link port}. */
function between(texts: readonly string[], from: string, to: string, part: Partial<Layer2> = {}) {
  const scene = sceneOf(texts.map(port), part);
  const end = (name: string): HostEnd => {
    const member = scene.members.find((one) => one.nic === port(`${name} x`).nic);
    const address = member?.address ?? name;
    return { kind: 'host', name, address, segment: member?.segment ?? '' };
  };
  return viewLayer2(scene).between(end(from), end(to));
}

describe('two instances on one segment', () => {
  it.each<[string, string[], 'pass' | 'unknown' | undefined]>([
    ['do not meet where both ports are isolated', ['a0 web', 'b0 web'], undefined],
    ['meet where both ports are open', ['a0 web open', 'b0 web open'], 'pass'],
    ['meet where the sender is open', ['a0 web open', 'b0 web'], 'pass'],
    ['meet where the receiver is open', ['a0 web', 'b0 web open'], 'pass'],
    ['perhaps meet where a third port is open', ['a0 web', 'b0 web', 'c0 web open'], 'unknown'],
    ['do not meet where a port of another segment is open', ['a0 web', 'b0 web', 'c0 db open'], undefined],
    ['perhaps meet where they are on different hosts', ['a0 web isolated one', 'b0 web isolated two'], 'unknown'],
    ['do not meet on one host of several', ['a0 web isolated one', 'b0 web isolated one', 'c0 web'], undefined],
    ['perhaps meet where it is not known of one port', ['a0 web unsure', 'b0 web'], 'unknown'],
    ['perhaps meet where it is known of none', ['a0 web unsure', 'b0 web unsure'], 'unknown'],
    ['meet where one is open and of the other it is not known', ['a0 web unsure', 'b0 web open'], 'pass'],
    ['perhaps meet where it is not known of a third', ['a0 web', 'b0 web', 'c0 web unsure'], 'unknown'],
    ['meet where it is not known here and open elsewhere', ['a0 web unsure', 'b0 web', 'a1 db open', 'b1 db'], 'pass'],
    ['perhaps meet with open ports on different hosts', ['a0 web open one', 'b0 web isolated two'], 'unknown'],
  ])('%s', (_, ports, verdict) => {
    expect(between(ports, 'a0', 'b0')?.verdict).toBe(verdict);
  });

  it('perhaps meet where somebody may stand whom the source does not show', () => {
    const unseen = new Map([['web', 'project x was not seen']]);
    expect(between(['a0 web', 'b0 web'], 'a0', 'b0', { unseen })).toEqual({
      verdict: 'unknown',
      why: 'whether every port of web is isolated is not known beside the firewall, since project x was not seen',
    });
  });

  it('perhaps meet where one of them is an address that nobody is known to have', () => {
    expect(between(['a0 web', 'b0 web'], 'a0', '10.1.0.99')?.why).toContain('the port of 10.1.0.99 on web is not seen');
    expect(between(['a0 web', 'b0 web'], 'a0', '10.2.0.99')).toBeUndefined();
  });

  it('name the open port', () => {
    expect(between(['a0 web', 'b0 web open'], 'a0', 'b0')?.why).toBe(
      'p/b/eth0 has no port isolation on web, where both stand',
    );
    expect(between(['a0 web', 'b0 web', 'c0 web open'], 'a0', 'b0')?.why).toContain('p/c/eth0 has no port isolation');
    expect(between(['a0 web unsure', 'b0 web'], 'a0', 'b0')?.why).toBe(
      'whether the port of p/a/eth0 on web is isolated is not known',
    );
    const both = ['a0 web', 'b0 web', 'c0 web unsure', 'd0 web open'];
    expect(between(both, 'a0', 'b0')?.why).toContain('p/d/eth0 has no port isolation');
  });
});

describe('two instances on different segments', () => {
  it.each<[string, string[], 'pass' | 'unknown' | undefined]>([
    ['do not meet by themselves', ['a0 web open', 'b0 db open'], undefined],
    ['perhaps meet by one that is open on both', ['a0 web', 'b0 db', 'c0 web open', 'c1 db open'], 'unknown'],
    ['perhaps meet by one whose neighbours are open', ['a0 web open', 'b0 db open', 'c0 web', 'c1 db'], 'unknown'],
    ['do not meet by one that nobody can reach', ['a0 web', 'b0 db', 'c0 web', 'c1 db'], undefined],
    ['do not meet by one that only one side can reach', ['a0 web', 'b0 db', 'c0 web open', 'c1 db'], undefined],
    [
      'perhaps meet over two that carry',
      ['a0 web open', 'b0 lab open', 'c0 web', 'c1 db open', 'd0 db', 'd1 lab'],
      'unknown',
    ],
    [
      'do not meet over two that carry and do not reach each other between them',
      ['a0 web open', 'b0 db open', 'c0 web', 'c1 lab', 'd0 lab', 'd1 db'],
      undefined,
    ],
    ['meet where the receiver has a NIC beside the sender', ['a0 web open', 'b0 db', 'b1 web'], 'pass'],
  ])('%s', (_, ports, verdict) => {
    expect(between(ports, 'a0', 'b0')?.verdict).toBe(verdict);
  });

  it('of one instance are not asked about', () => {
    expect(between(['a0 web open', 'a1 db open'], 'a0', 'a1')).toBeUndefined();
  });
});

describe('the layer below the rules, for any ports', () => {
  const segment = fc.constantFrom('web', 'db', 'lab');
  const ports = fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        nic: fc.integer({ min: 0, max: 2 }),
        segment,
        open: fc.boolean(),
      }),
      { selector: ({ name, nic }) => `${name}${nic}`, minLength: 2, maxLength: 8 },
    )
    .map((all) => all.map(({ name, nic, segment: at, open }) => `${name}${nic} ${at} ${open ? 'open' : 'isolated'}`));
  /** Which instances a packet of one can come to, hop by hop: an isolated port reaches open ports only. */
  const spread = (texts: readonly string[], from: string): Set<string> => {
    const all = texts.map(port);
    const seen = new Set([from]);
    for (let size = 0; size < seen.size; ) {
      size = seen.size;
      for (const one of all)
        for (const other of all)
          if (seen.has(one.instance) && one.segment === other.segment && (!one.isolated || !other.isolated))
            seen.add(other.instance);
    }
    return seen;
  };

  it('says that something may get there exactly where hop by hop it can', () => {
    fc.assert(
      fc.property(ports, (texts) => {
        const all = texts.map(port);
        for (const one of all)
          for (const other of all) {
            if (one.instance === other.instance) continue;
            const name = ({ nic }: BridgePort) => `${nic[2]}${nic.at(-1)}`;
            const found = between(texts, name(one), name(other));
            expect([texts, one.nic, other.nic, found !== undefined]).toEqual([
              texts,
              one.nic,
              other.nic,
              spread(texts, one.instance).has(other.instance),
            ]);
          }
      }),
    );
  });

  it('says the same both ways, and never less when one port more is open', () => {
    fc.assert(
      fc.property(ports, fc.nat(), (texts, pick) => {
        const opened = texts.map((text, at) => (at === pick % texts.length ? text.replace('isolated', 'open') : text));
        const [a = '', b = ''] = texts.map((text) => text.split(' ')[0]);
        const weight = { pass: 2, unknown: 1 } as const;
        const of = (all: readonly string[], from: string, to: string): number => {
          const found = between(all, from, to);
          return found === undefined ? 0 : weight[found.verdict];
        };
        expect(of(texts, a, b)).toBe(of(texts, b, a));
        expect(of(opened, a, b)).toBeGreaterThanOrEqual(of(texts, a, b));
      }),
    );
  });

  it('holds for every host of a group that it does not tell apart', () => {
    fc.assert(
      fc.property(ports, (texts) => {
        const scene = sceneOf(texts.map(port));
        const view = viewLayer2(scene);
        const hosts = scene.members.map(
          ({ nic, address, segment: at }): HostEnd => ({ kind: 'host', name: nic, address, segment: at }),
        );
        const groups = hosts.flatMap((host) => {
          const same = view.split(hosts.filter((one) => one.segment === host.segment));
          return same;
        });
        for (const [first, second] of groups)
          for (const other of hosts) {
            if (first === undefined || second === undefined) continue;
            if ([first.address, second.address].includes(other.address)) continue;
            expect(view.between(first, other)?.verdict).toBe(view.between(second, other)?.verdict);
          }
      }),
    );
  });
});

describe('answers of an instance with several NICs', () => {
  const ports = ['a0 web', 'a1 db', 'b0 web'].map(port);
  const secondNics = new Map([['p/a/eth1', { by: 'eth0', already: false }]]);
  const view = viewLayer2(sceneOf(ports, { secondNics }));
  const end = (address: string): HostEnd => ({ kind: 'host', name: '', address, segment: '' });

  it('leave by the first one, once the plan is applied', () => {
    expect(view.answers(end('10.2.0.11'))).toContain('answers of p/a/eth1 leave by eth0');
    expect(view.answers(end('10.2.0.11'), true)).toBeUndefined();
    expect(view.answers(end('10.1.0.10'))).toBeUndefined();
    expect(view.answers({ kind: 'internet' })).toBeUndefined();
  });
});
