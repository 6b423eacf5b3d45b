import { describe, expect, it } from 'vitest';
import { differences, expectationOf } from '../../../../src/firewall/opnsense/plugin/compare.js';
import type { Change, SettingValue } from '../../../../src/model/change.js';
import type { SegmentState } from '../../../../src/model/segment.js';
import { change, reservation, segmentState } from './builders.js';

const BASE = segmentState([reservation(11), reservation(12), reservation(30, { description: 'by hand' })]);
const [FIRST, SECOND, FOREIGN] = BASE.reservations;

function setting(value: SettingValue): Change {
  return { ...value, kind: 'setting', segment: 'edge', interface: 'opt1', reason: 'a test' };
}

/** What is said of `found` after the first entry was deleted, the second handed over, and a third made. */
function said(found: SegmentState | undefined, more: readonly Change[] = []): string[] {
  const changes = [
    change('delete', FIRST, undefined),
    change('release', SECOND, { ...reservation(12), description: 'handed over' }),
    change('create', undefined, reservation(13)),
    ...more,
  ];
  return differences(expectationOf('home', [BASE], changes), found === undefined ? [] : [found]);
}

const RIGHT = segmentState([
  reservation(12, { description: 'handed over' }),
  reservation(13),
  reservation(30, { description: 'by hand' }),
]);
const withEntries = (...numbers: number[]): SegmentState =>
  segmentState([...RIGHT.reservations, ...numbers.map((n) => reservation(n))]);

describe('what is on the firewall after an apply', () => {
  it('is as planned, whatever the order and whatever others did meanwhile', () => {
    expect(said(RIGHT)).toEqual([]);
    expect(said({ ...RIGHT, reservations: RIGHT.reservations.toReversed() })).toEqual([]);
    expect(said(segmentState(RIGHT.reservations.filter((one) => one.description !== 'by hand')))).toEqual([]);
    expect(said({ ...RIGHT, router: '10.10.1.9', mask: '255.255.255.0' })).toEqual([]);
    expect(FOREIGN?.description).toBe('by hand');
  });

  it.each<[string, SegmentState | undefined, RegExp]>([
    ['an entry that should be gone is there', withEntries(11), /10\.10\.1\.11 .* should not be there/],
    ['an entry of ours is there that nobody planned', withEntries(99), /10\.10\.1\.99 .* should not be there/],
    ['an entry of ours is there twice', withEntries(13), /10\.10\.1\.13 .* should not be there/],
    ['an entry is missing', segmentState(RIGHT.reservations.slice(0, 1)), /10\.10\.1\.13 .* not there as planned/],
    [
      'what was handed over is gone',
      segmentState(RIGHT.reservations.slice(1)),
      /10\.10\.1\.12 .* not there as planned/,
    ],
    ['the interface has no settings at all', undefined, /not there as planned/],
  ])('is something else when %s', (_name, found, words) => {
    expect(said(found).join('\n')).toMatch(words);
  });

  it.each<[SettingValue, Partial<SegmentState>]>([
    [{ setting: 'enabled', before: false, after: true }, { enabled: false }],
    [{ setting: 'range', before: null, after: { from: '10.10.1.254', to: '10.10.1.254' } }, { range: undefined }],
    [{ setting: 'mask', before: null, after: '255.255.255.255' }, { mask: 'invalid' }],
    [{ setting: 'deny_unknown', before: false, after: true }, { denyUnknown: false }],
    [{ setting: 'mac_allow', before: null, after: '02:00:00:00:00:00' }, { macAllow: '02:00' }],
    [{ setting: 'static_arp', before: 'off', after: 'on' }, { staticArp: 'dark' }],
    [{ setting: 'router', before: null, after: '10.10.1.254' }, { router: undefined }],
  ])('names a setting that is not as planned: %j', (value, part) => {
    expect(said({ ...RIGHT, ...part }, [setting(value)])).toEqual([
      expect.stringContaining(`opt1: ${value.setting} is`),
    ]);
  });
});
