import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairSegments } from '../../src/config/pair.js';
import { aNic, anInstance, anInterface, anInventory } from './builders.js';

const MAC = ['10:66:6a:00:00:00', '10:66:6a:00:00:01', '10:66:6a:00:00:02', '10:66:6a:00:00:03'] as const;

const WAN = anInterface({
  id: 'wan',
  description: 'WAN',
  device: 'vtnet0',
  mac: MAC[0],
  address: undefined,
  prefix: undefined,
});
const SERVERS = anInterface({ id: 'opt1', description: 'SERVERS', device: 'vtnet1', mac: MAC[1] });
const DMZ = anInterface({ id: 'opt2', description: 'DMZ', device: 'vtnet2', mac: MAC[2], address: '10.3.0.1' });

const FIREWALL = anInstance(
  'fw',
  [aNic('eth0', 'incusbr0', MAC[0]), aNic('eth1', 'servers', MAC[1]), aNic('eth2', 'dmz', MAC[2])],
  { type: 'virtual-machine' },
);
const WEB = anInstance('web', [aNic('eth0', 'servers', '10:66:6a:00:00:aa')]);
const LAB = anInstance('lab', [aNic('eth0', 'labnet', '10:66:6a:00:00:bb')]);

function named(pairs: readonly { network: string; interface: { id: string } }[]): string[] {
  return pairs.map((pair) => `${pair.network}=${pair.interface.id}`);
}

describe('pairing networks with interfaces', () => {
  it('finds the firewall among the instances by its MAC addresses', () => {
    const pairing = pairSegments(anInventory([WEB, FIREWALL, LAB]), [WAN, SERVERS, DMZ]);
    expect(pairing.firewallInstance).toBe('default/fw');
    expect(named(pairing.pairs)).toEqual(['servers=opt1', 'dmz=opt2']);
    expect(pairing.unmatchedNetworks).toEqual(['incusbr0', 'labnet']);
    expect(pairing.unmatchedInterfaces.map((item) => item.reason)).toEqual(['It is the way out (wan), not a segment.']);
    expect(pairing.ambiguous).toEqual([]);
  });

  it('reports a stopped copy with the same MACs, and keeps to the one that runs', () => {
    const copy = anInstance('fw-copy', FIREWALL.nics, { status: 'stopped' });
    const pairing = pairSegments(anInventory([copy, FIREWALL]), [SERVERS, DMZ]);
    expect(pairing.firewallInstance).toBe('default/fw');
    expect(named(pairing.pairs)).toEqual(['servers=opt1', 'dmz=opt2']);
    expect(pairing.ambiguous[0]).toEqual({
      mac: MAC[1],
      nics: ['default/fw-copy/eth1', 'default/fw/eth1'],
      interfaces: ['opt1'],
    });
  });

  it('pairs nothing when two running instances could be the firewall', () => {
    const twin = anInstance('fw', FIREWALL.nics, { project: 'other' });
    const pairing = pairSegments(anInventory([FIREWALL, twin]), [SERVERS, DMZ]);
    expect(pairing.firewallInstance).toBeUndefined();
    expect(pairing.pairs).toEqual([]);
    expect(pairing.ambiguous.map((item) => item.mac)).toEqual([MAC[1], MAC[2]]);
  });

  it('takes the parent of VLANs, which share its MAC', () => {
    const vlan = anInterface({
      id: 'opt7',
      description: 'GUESTS',
      device: 'vtnet1_vlan20',
      mac: MAC[1],
      address: '10.9.0.1',
    });
    const pairing = pairSegments(anInventory([FIREWALL]), [vlan, SERVERS]);
    expect(named(pairing.pairs)).toEqual(['servers=opt1']);
    expect(pairing.unmatchedInterfaces[0]?.reason).toMatch(/shares its MAC address with opt1/);
    expect(pairing.ambiguous).toEqual([]);
  });

  it('pairs neither of two interfaces that share a MAC and are both no VLAN', () => {
    const other = anInterface({ id: 'opt7', device: 'vtnet9', mac: MAC[1] });
    const pairing = pairSegments(anInventory([FIREWALL]), [SERVERS, other]);
    expect(pairing.pairs).toEqual([]);
    expect(pairing.ambiguous).toEqual([{ mac: MAC[1], nics: ['default/fw/eth1'], interfaces: ['opt1', 'opt7'] }]);
  });

  it('pairs neither of two interfaces on one network', () => {
    const firewall = anInstance('fw', [aNic('eth1', 'servers', MAC[1]), aNic('eth2', 'servers', MAC[2])]);
    const pairing = pairSegments(anInventory([firewall]), [SERVERS, DMZ]);
    expect(pairing.pairs).toEqual([]);
    expect(pairing.unmatchedInterfaces[0]?.reason).toMatch(/Another interface stands on its network servers/);
  });

  it.each([
    ['disabled', { enabled: false }, /disabled/],
    ['without an address', { address: undefined, prefix: undefined }, /no static IPv4/],
    ['a point-to-point link', { prefix: 31 }, /no room/],
    ['without a MAC that can be seen', { mac: undefined }, /cannot be seen/],
    ['of a MAC that no NIC has', { mac: MAC[3] }, /No NIC of the firewall/],
  ])('says why an interface is left out that is %s', (_name, fields, reason) => {
    const pairing = pairSegments(anInventory([FIREWALL]), [anInterface({ ...SERVERS, ...fields }), DMZ]);
    expect(named(pairing.pairs)).toEqual(['dmz=opt2']);
    expect(pairing.unmatchedInterfaces[0]?.reason).toMatch(reason);
  });

  it('only suggests what the names say, where no MAC can be seen', () => {
    const blind = [SERVERS, DMZ].map((item) => anInterface({ ...item, mac: undefined }));
    const pairing = pairSegments(anInventory([WEB, LAB]), blind);
    expect(pairing.pairs).toEqual([]);
    expect(named(pairing.suggestions)).toEqual(['servers=opt1']);
  });

  it('never gives a network or an interface to two pairs', () => {
    const mac = fc.constantFrom(...MAC);
    const network = fc.constantFrom('a', 'b', 'c');
    const instance = fc
      .tuple(
        fc.constantFrom('x', 'y', 'z'),
        fc.array(fc.tuple(network, fc.option(mac, { nil: undefined })), { maxLength: 4 }),
      )
      .map(([name, nics]) =>
        anInstance(
          name,
          nics.map(([net, own], index) => aNic(`eth${index}`, net, own)),
        ),
      );
    const item = fc
      .tuple(fc.constantFrom('lan', 'wan', 'opt1', 'opt2', 'opt3'), mac, fc.constantFrom('em0', 'em1', 'em1_vlan2'))
      .map(([id, own, device]) => anInterface({ id, mac: own, device }));
    fc.assert(
      fc.property(
        fc.array(instance, { maxLength: 4 }),
        fc.uniqueArray(item, { selector: (one) => one.id }),
        (instances, items) => {
          const { pairs, unmatchedInterfaces, unmatchedNetworks } = pairSegments(anInventory(instances), items);
          const networks = pairs.map((pair) => pair.network);
          expect(new Set(networks).size).toBe(networks.length);
          expect(pairs.length + unmatchedInterfaces.length).toBe(items.length);
          for (const name of networks) expect(unmatchedNetworks).not.toContain(name);
          for (const left of unmatchedInterfaces) expect(left.reason).not.toBe('');
        },
      ),
    );
  });
});
