import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { projectSegments } from '../../../../src/firewall/opnsense/isc/project.js';
import { readSegments } from '../../../../src/firewall/opnsense/isc/read.js';
import { buildPayload } from '../../../../src/firewall/opnsense/plugin/payload.js';
import { parseXml } from '../../../../src/firewall/opnsense/xml/parse.js';
import type { Change, SettingValue } from '../../../../src/model/change.js';
import { writtenReservation } from '../../../../src/model/reservation.js';
import type { SegmentState } from '../../../../src/model/segment.js';
import { COMMITMENT, change, REVISION, reservation, segmentState } from './builders.js';
import { applied, dhcpdXml, isOwners } from './reference.js';

function payload(states: readonly SegmentState[], changes: readonly Change[]) {
  return buildPayload({ segments: states, revision: REVISION, changes, message: 'a test', commitment: COMMITMENT });
}

function setting(value: SettingValue): Change {
  return { ...value, kind: 'setting', segment: 'edge', interface: 'opt1', reason: 'a test' };
}

const OWNERS = {
  ours: (n: number) => `i${n} [slash32:home:default/i${n}/eth0:a2432d30]`,
  'ours, retired': (n: number) => `i${n} [slash32:home:default/i${n}/eth0:a2432d30:retired=2026-11-22T030000Z]`,
  'ours, unreadable': (n: number) => `[slash32:home:${n}]`,
  'another owner': (n: number) => `i${n} [slash32:homer:default/i${n}/eth0:a2432d30]`,
  foreign: (n: number) => `by hand ${n}`,
  'foreign, with a blank in what looks like our marker': (n: number) => `[slash32:home:${n} x]`,
  'foreign with our marker inside': (n: number) => `[slash32:home:default/i${n}/eth0:] was here`,
} as const;

/** An interface with entries of everybody, and changes that a plan could make of it. */
const scenes = (): fc.Arbitrary<{ state: SegmentState; changes: Change[] }> =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 100 }), fc.constantFrom(...Object.values(OWNERS))), {
      selector: ([number]) => number,
      maxLength: 8,
    })
    .map((entries) => segmentState(entries.map(([n, text]) => reservation(n, { description: text(n) }))))
    .chain((state) =>
      fc.record({
        state: fc.constant(state),
        changes: fc
          .tuple(
            fc.tuple(...state.reservations.map((entry) => changesOf(entry, state))).map((all) => all.flat()),
            fc
              .uniqueArray(fc.integer({ min: 101, max: 200 }), { maxLength: 3 })
              .map((numbers) => numbers.map((n) => change('create', undefined, reservation(n)))),
            settings(),
          )
          .map((all) => all.flat()),
      }),
    );

function changesOf(entry: SegmentState['reservations'][number], state: SegmentState): fc.Arbitrary<Change[]> {
  const written = writtenReservation(entry);
  const number = Number(written.address.split('.')[3]);
  const moved = reservation(number, { address: `10.10.1.${number + 100}`, arpEntry: true });
  const readable = /\[slash32:home:default[^\]]*\]$/.test(entry.description);
  if (!readable)
    return fc.constantFrom([], [change('adopt', entry, { ...moved, mac: written.mac, hostname: written.hostname })]);
  return fc.constantFrom(
    [],
    [change('update', entry, { ...moved, hostname: `n${state.reservations.length}` })],
    [change('delete', entry, undefined)],
    [change('release', entry, { ...reservation(number), description: 'handed over' })],
  );
}

function settings(): fc.Arbitrary<Change[]> {
  const on = fc.boolean();
  return fc
    .tuple(
      on.map((after) => setting({ setting: 'enabled', before: true, after })),
      fc
        .constantFrom(null, { from: '10.10.1.254', to: '10.10.1.254' })
        .map((after) => setting({ setting: 'range', before: null, after })),
      fc.constantFrom(null, '255.255.255.255').map((after) => setting({ setting: 'mask', before: null, after })),
      on.map((after) => setting({ setting: 'deny_unknown', before: false, after })),
      fc.constantFrom(null, '02:00').map((after) => setting({ setting: 'mac_allow', before: null, after })),
      fc
        .constantFrom('on' as const, 'off' as const)
        .map((after) => setting({ setting: 'static_arp', before: 'off', after })),
      fc.constantFrom(null, 'none').map((after) => setting({ setting: 'router', before: null, after })),
    )
    .chain((all) => fc.subarray(all));
}

describe('the payload of an apply', () => {
  it('leads to the planned state when the plugin does what its API says', () => {
    fc.assert(
      fc.property(scenes(), ({ state, changes }) => {
        const found = applied([state], payload([state], changes));
        expect(readSegments(parseXml(`<opnsense>${dhcpdXml(found)}</opnsense>`))).toEqual(
          readSegments(parseXml(`<opnsense>${dhcpdXml(projectSegments([state], changes))}</opnsense>`)),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('names no entry of anybody else, but the ones that are taken over', () => {
    fc.assert(
      fc.property(scenes(), ({ state, changes }) => {
        const taken = new Set(
          changes.flatMap((one) => ('action' in one && one.action === 'adopt' ? [one.before] : [])),
        );
        for (const segment of payload([state], changes).segments) {
          const named = [...(segment.reservations ?? []), ...(segment.release ?? []), ...(segment.adopt ?? [])];
          for (const { at } of named) {
            const entry = state.reservations.find((one) => one.position === at);
            if (entry !== undefined) expect(isOwners(entry.description, 'home') || taken.has(entry)).toBe(true);
          }
          for (const { at, mac } of segment.adopt ?? []) {
            expect(state.reservations[at]?.mac).toBe(mac);
            expect(isOwners(state.reservations[at]?.description ?? '', 'home')).toBe(false);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names every entry of ours where one changes, with its index', () => {
    const state = segmentState([
      reservation(11),
      reservation(12, { description: 'by hand' }),
      reservation(13),
      reservation(14, { description: '[slash32:home:unreadable]' }),
    ]);
    const [first] = state.reservations;
    const body = payload([state], [change('delete', first, undefined), change('create', undefined, reservation(20))]);
    expect(body.segments).toHaveLength(1);
    expect(body.segments[0]?.reservations?.map((one) => [one.at, one.ipaddr])).toEqual([
      [2, '10.10.1.13'],
      [3, '10.10.1.14'],
      [undefined, '10.10.1.20'],
    ]);
  });

  it('leaves alone what does not change: other interfaces, the list where only a setting changes, other settings', () => {
    const states = [segmentState([reservation(11)]), { ...segmentState([reservation(12)]), interface: 'opt2' }];
    const body = payload(states, [setting({ setting: 'mask', before: null, after: '255.255.255.255' })]);
    expect(body.segments).toEqual([{ interface: 'opt1', settings: { mask: '255.255.255.255' } }]);
  });

  it('writes names and lists as the plugin takes them', () => {
    const allow = setting({ setting: 'mac_allow', before: null, after: '00:16:3E' });
    const body = buildPayload({
      segments: [],
      revision: REVISION,
      changes: [allow],
      message: '',
      commitment: { ...COMMITMENT, host: 'incus 1 (büro)' },
    });
    expect(body.segments[0]?.settings).toEqual({ mac_allow: '00:16:3e' });
    expect(body.host).toBe('incus-1--b-ro-');
  });

  it('says whose it is, on what it was planned, and for how long', () => {
    expect(payload([], [])).toEqual({
      owner: 'home',
      fingerprint: COMMITMENT.fingerprint,
      host: 'incus1',
      take_over: false,
      base_revision: REVISION,
      message: 'a test',
      confirm_seconds: 120,
      token: COMMITMENT.token,
      dry_run: false,
      segments: [],
    });
  });
});
