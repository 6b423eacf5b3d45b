import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Nic } from '../../src/model/instance.js';
import type { Segment } from '../../src/model/segment.js';
import { segmentNics } from '../../src/plan/entries.js';
import { renderText } from '../../src/plan/render/text.js';
import type { Plan } from '../../src/plan/types.js';
import { buildPlan, EDGE, input, instance, inventory, nic, SERVERS, settings } from './build.js';

/** VLAN 30 of the bridge `servers`, with opt2 on it. */
const GUESTS: Segment = { ...EDGE, name: 'guests', network: 'servers', vlan: 30 };

function planned(vlans: Nic['vlans'], segments: readonly Segment[] = [SERVERS, GUESTS]): Plan {
  const web = instance('web', {}, { vlans });
  return buildPlan(input({ settings: settings({ segments }), inventory: inventory([web]) }));
}

/** `guests 10.1.0.42` for each reservation that is made. */
function made(plan: Plan): string[] {
  return plan.segments.flatMap((one) => one.assignments.map(() => one.name));
}

function warnings(plan: Plan, code: string): string[] {
  return [...plan.warnings, ...plan.segments.flatMap((one) => one.warnings)].flatMap((one) =>
    one.code === code ? [one.message] : [],
  );
}

describe('a segment on a VLAN of a bridge', () => {
  it.each<[string, Nic['vlans'], string[]]>([
    ['without vlan stands on the untagged segment', undefined, ['servers']],
    ['with vlan 1 as well', { untagged: '1', tagged: [] }, ['servers']],
    ['with its number stands on it', { untagged: '30', tagged: [] }, ['guests']],
    ['with its number stands on it, whatever it joins besides', { untagged: '30', tagged: ['40'] }, ['guests']],
    ['with another number on none', { untagged: '40', tagged: ['30'] }, []],
    ['with none on none', { untagged: 'none', tagged: ['30'] }, []],
    ['that only joins it by tagged frames on none', { untagged: undefined, tagged: ['30'] }, []],
  ])('a NIC %s', (_what, vlans, expected) => {
    expect(made(planned(vlans))).toEqual(expected);
  });

  it('has no NIC of the untagged part where that is no segment, which is said once for the bridge', () => {
    const plan = planned(undefined, [GUESTS]);
    expect(made(plan)).toEqual([]);
    expect(plan.notes).toEqual(['1 NIC stands on servers, which is no segment: it is left alone.']);
    expect(warnings(plan, 'no-nics')).toEqual(['No NIC stands on VLAN 30 of servers; check the name and the number.']);
  });

  it('says once of NICs that stand on no segment of the bridge where they are', () => {
    expect(warnings(planned({ untagged: '40', tagged: [] }), 'vlan')).toEqual([
      '1 NIC on servers does not stand on a segment of its own (default/web/eth0 VLAN 40), so no reservation here is for them. A segment of that bridge with their vlan would have them.',
    ]);
  });

  it('is open where a port that joins it by tagged frames is not isolated, as the untagged one is', () => {
    const trunk = instance('trunk', {}, { isolated: false, vlans: { untagged: '1', tagged: ['20', '28-31'] } });
    const plan = buildPlan(
      input({ settings: settings({ segments: [SERVERS, GUESTS] }), inventory: inventory([trunk]) }),
    );
    expect(plan.segments.map((one) => one.warnings.filter(({ code }) => code === 'not-isolated').length)).toEqual([
      1, 1,
    ]);
  });

  it('makes an instance with a NIC on it and one beside it a way around the firewall', () => {
    const nics = [nic(), nic({ name: 'eth1', mac: '10:66:6a:00:00:02', vlans: { untagged: '30', tagged: [] } })];
    const plan = buildPlan(
      input({ settings: settings({ segments: [SERVERS, GUESTS] }), inventory: inventory([instance('web', { nics })]) }),
    );
    expect(warnings(plan, 'second-way')).toEqual([expect.stringContaining('eth0 on servers, eth1 on guests')]);
  });

  it('is named as what it is', () => {
    const plan = planned({ untagged: '30', tagged: [] });
    expect(plan.segments.map((one) => one.vlan)).toEqual([undefined, 30]);
    const paint = (text: string): string => text;
    const text = renderText(plan, { good: paint, bad: paint, warn: paint, faint: paint, strong: paint });
    expect(text).toContain('servers: network servers ↔ opt3');
    expect(text).toContain('guests: VLAN 30 of servers ↔ opt2');
  });
});

describe('where NICs stand', () => {
  const vlan = fc.constantFrom(undefined, 2, 30, 31);
  const untagged = fc.constantFrom(undefined, 'none', '1', '2', '30', '31');
  const network = fc.constantFrom('a', 'b');

  it('each on one segment at most, of its own bridge and VLAN', () => {
    const grounds = fc.uniqueArray(fc.record({ network, vlan }), { selector: (one) => `${one.network} ${one.vlan}` });
    fc.assert(
      fc.property(grounds, fc.array(fc.record({ network, untagged })), (segments, places) => {
        const declared = segments.map(
          (one, at): Segment => ({
            ...SERVERS,
            name: `s${at}`,
            network: one.network,
            ...(one.vlan === undefined ? {} : { vlan: one.vlan }),
          }),
        );
        const instances = places.map((place, at) =>
          instance(`i${at}`, {}, { network: place.network, vlans: { untagged: place.untagged, tagged: [] } }),
        );
        const found = segmentNics(instances, declared);
        expect(new Set(found.map((one) => one.id)).size).toBe(found.length);
        for (const one of found) {
          const where = one.nic.vlans?.untagged;
          const number = where === undefined || where === '1' ? undefined : Number(where);
          expect([one.segment.network, one.segment.vlan]).toEqual([one.nic.network, number]);
        }
      }),
    );
  });
});
