import { describe, expect, it } from 'vitest';
import { type BeforeRestart, restartEffects } from '../../../../src/firewall/opnsense/isc/restart.js';
import type { Change } from '../../../../src/model/change.js';
import type { FirewallInterface } from '../../../../src/model/firewall.js';
import type { SegmentState } from '../../../../src/model/segment.js';
import { blankState } from '../../../../src/model/segment-state.js';
import { create, firewallInterface, reservation, setting } from './builders.js';

const ON: Change[] = [setting({ setting: 'enabled', before: false, after: true })];
const ENTRY = {
  position: 0,
  mac: '52:54:00:00:00:07',
  address: '192.168.1.7',
  hostname: '',
  description: '',
  arpEntry: false,
};

/** LAN and the segment that is managed, with DHCP off on both. */
function firewall(
  lan: Partial<SegmentState>,
  device: Partial<FirewallInterface>,
  more: Partial<BeforeRestart> = {},
): BeforeRestart {
  return {
    segments: [{ ...blankState('lan'), ...lan }, blankState('opt3')],
    interfaces: [
      firewallInterface('lan', { address: '192.168.1.1', ...device }),
      firewallInterface('opt3', { staticArp: false }),
    ],
    neighbours: [],
    ...more,
  };
}

describe('what the restart of DHCP does to an interface that nobody asked about', () => {
  it.each<[string, Partial<SegmentState>, boolean | undefined, string[]]>([
    ['closes it: static ARP is set there and not in force', { staticArp: 'on' }, false, ['closes']],
    ['closes it: the same where DHCP is on', { staticArp: 'on', enabled: true }, false, ['closes']],
    ['closes it for all: static ARP is set in its dark form', { staticArp: 'dark' }, false, ['closes']],
    ['opens it: static ARP is in force and not set', {}, true, ['opens']],
    ['is not seen where the running device is not', { staticArp: 'on' }, undefined, ['unseen']],
    ['is nothing where both say static ARP', { staticArp: 'on' }, true, []],
    ['is nothing where neither does', {}, false, []],
    ['is nothing where nothing is set and the device is not seen', {}, undefined, []],
  ])('%s', (_what, lan, staticArp, effects) => {
    expect(restartEffects(firewall(lan, { staticArp }), ON).map((one) => one.what)).toEqual(effects);
  });

  it('answers nobody by an entry without a MAC or without an address', () => {
    const { mac: _mac, ...nameless } = ENTRY;
    const { address: _address, ...placeless } = ENTRY;
    const reservations = [
      { ...nameless, mac: undefined },
      { ...placeless, address: undefined },
    ];
    const [effect] = restartEffects(firewall({ staticArp: 'on', reservations }, { staticArp: false }), ON);
    expect(effect).toMatchObject({ what: 'closes', answered: [] });
  });

  it.each<[string, BeforeRestart, Change[]]>([
    [
      'DHCP stays off everywhere, so that OPNsense looks at no section',
      firewall({ staticArp: 'on' }, { staticArp: false }),
      [],
    ],
    ['the interface is switched off', firewall({ staticArp: 'on' }, { staticArp: false, enabled: false }), ON],
    ['the interface has no device', firewall({ staticArp: 'on' }, { staticArp: false, device: '' }), ON],
    [
      'the interface is not assigned any more',
      { ...firewall({ staticArp: 'on' }, {}), interfaces: [firewallInterface('opt3', { staticArp: false })] },
      ON,
    ],
    [
      'a change of static ARP is asked for there: the plan speaks of that itself',
      firewall({ staticArp: 'on' }, { staticArp: false }),
      [...ON, setting({ setting: 'static_arp', before: 'on', after: 'off' }, 'lan')],
    ],
  ])('is nothing where %s', (_what, state, changes) => {
    expect(restartEffects(state, changes)).toEqual([]);
  });

  it('happens as well where a change concerns another interface on which DHCP is on', () => {
    const state = firewall({ staticArp: 'on' }, { staticArp: false });
    const segments = state.segments.map((one) => (one.interface === 'opt3' ? { ...one, enabled: true } : one));
    expect(restartEffects({ ...state, segments }, [create(reservation(20))])).toMatchObject([
      { interface: 'lan', what: 'closes' },
    ]);
  });

  it('tells who is answered from then on, and who stands in the ARP table', () => {
    const neighbours = [
      { interface: 'lan', address: '192.168.1.7', mac: '52:54:00:00:00:07', permanent: false },
      { interface: 'lan', address: '192.168.1.1', mac: '00:16:3e:00:00:01', permanent: true },
      { interface: 'opt3', address: '10.10.3.9', mac: '52:54:00:00:00:09', permanent: false },
    ];
    const lan = {
      staticArp: 'on' as const,
      reservations: [ENTRY, { ...ENTRY, mac: undefined, position: 1 }, { ...ENTRY, address: undefined, position: 2 }],
    };
    const host = { address: '192.168.1.7', mac: '52:54:00:00:00:07' };
    expect(restartEffects(firewall(lan, { staticArp: false }, { neighbours }), ON)).toEqual([
      { interface: 'lan', what: 'closes', served: false, answered: [host], neighbours: [host] },
    ]);
    expect(restartEffects(firewall({ ...lan, staticArp: 'dark' }, { staticArp: false }), ON)[0]?.answered).toEqual([]);
    expect(restartEffects(firewall(lan, {}, { neighbours: undefined }), ON)[0]?.neighbours).toBeUndefined();
  });
});
